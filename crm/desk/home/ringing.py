"""The bell of whoever may decide, when something was asked for: of every kind that is in the list of approvals.

Each is told of what their own list shows then, so that rank, estates and one's own requests are judged in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from flask import current_app, g, has_request_context, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from crm.auth.actor import actor, within
from crm.auth.models import User
from crm.auth.queries import deciders
from crm.auth.service import acting_as
from crm.db import before_commit, session
from crm.notifications.service import notify
from crm.steps.approvals import Approvals


def rings(source: Approvals, key: str) -> Callable[[Any], None]:
    """The handler of an event after which something may wait; `key`: the event's field with its id."""

    def note(event: Any) -> None:
        session().info.setdefault("asked", {})[source.name, getattr(event, key)] = source

    return note


def ring_deciders(db: Session) -> None:
    """Once at the end of the unit of work: a hundred accounts of one review ring once."""
    asked: dict[tuple[str, int], Approvals] = db.info.pop("asked", {})
    for (_name, key), source in sorted(asked.items(), key=lambda each: each[0]):
        for user in deciders(source.permission):
            if user.id != actor().user_id:
                _ring(user, source, key)


before_commit.append(ring_deciders)


def _ring(user: User, source: Approvals, key: int) -> None:
    """Where more of the kind waits for this person, it leads to all of them."""
    with _as(user):
        row = _waiting(source, key)
        if row is None:
            return
        with force_locale(user.locale):
            text = _("To decide: %(kind)s %(about)s", kind=source.titled(row.what), about=row.about)
            url = source.page(key) if row.all == 1 else url_for("desk.approvals", kind=source.name)
    notify(user.id, text, url, group=f"approvals-{source.name}", icon="user-check")


@contextmanager
def _as(user: User) -> Iterator[None]:
    """What this person sees, at an address of ours; a command asks without a request."""
    before = g.actor
    with nullcontext() if has_request_context() else current_app.test_request_context():
        g.actor = acting_as(user, None)
        try:
            yield
        finally:
            g.actor = before


def _waiting(source: Approvals, key: int) -> Any:
    """The row, with how many of its kind wait in all; None where it does not wait for the acting person."""
    rows = source.waiting().subquery()
    here = or_(rows.c.estate_id.is_(None), within(rows.c.estate_id))  # type: ignore[arg-type]
    found = select(rows, func.count().over().label("all")).where(here).order_by(rows.c.id != key).limit(1)
    row = session().execute(found).first()
    return row if row and row.id == key else None
