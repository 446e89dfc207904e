"""What is lent: to be brought back by whoever has it, to be issued, checked and put back by the archivist."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.archive.lending.listings import WORK_TITLES, work
from crm.archive.lending.models import LendingSlip
from crm.archive.lending.queries import seen
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day

KEEPERS = ("issue", "check", "overdue", "incident")


def _due(most: int) -> Sequence[Todo]:
    """What the acting person has to bring back."""
    day = business_day()
    mine = select(LendingSlip).where(work("due", day)).order_by(LendingSlip.due_on, LendingSlip.id)
    return [
        Todo(
            title=slip.number,
            about=slip.reason,
            url=url_for("lending.show", lending_slip_id=slip.id),
            **by_day(slip.due_on, day),
        )
        for slip in session().scalars(mine.limit(most))
    ]


def _figures() -> Sequence[Figure]:
    day = business_day()
    counts = [func.count().filter(work(name, day)) for name in KEEPERS]
    row = session().execute(select(*counts).select_from(LendingSlip).where(seen())).one()
    return [
        Figure(
            title=str(WORK_TITLES[name]),
            count=count,
            url=url_for("lending.index", work=name),
            late=name in ("overdue", "incident"),
        )
        for name, count in zip(KEEPERS, row, strict=True)
    ]


BORROWED = Card(
    name="borrowed",
    title=_l("Due back from me"),
    permission=Permission.slip_ask,
    url=lambda: url_for("lending.index", work="due"),
    todo=_due,
)
LENDING = Card(
    name="lending",
    title=_l("Lending"),
    permission=Permission.slip_keep,
    url=lambda: url_for("lending.index"),
    figures=_figures,
)
