"""Reminding people of what they promised, once, when it is due."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.auth.models import User
from crm.calls.models import ADDRESS, Call, CallState
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.notifications.service import notify


def remind() -> int:
    """Tell the owners of follow-ups that are due now; how many. Several at once never remind of the same one twice."""
    with unit_of_work():
        now = utc_now()
        due = Call.state == CallState.open, Call.due_at <= now, Call.reminded_at.is_(None)
        claim = update(Call).where(*due).values(reminded_at=now).returning(Call.id, Call.owner_id, Call.follow_up)
        claimed = session().execute(claim.execution_options(synchronize_session=False)).all()
        people = _locales({row.owner_id for row in claimed})
        for row in sorted(claimed, key=lambda row: row.id):
            with force_locale(people[row.owner_id]):
                text = _("Due now: %(what)s", what=row.follow_up)
            notify(row.owner_id, text, ADDRESS.format(row.id), icon="phone-call", urgent=True)
        return len(claimed)


def _locales(user_ids: set[int]) -> dict[int, str]:
    found = select(User.id, User.locale).where(User.id.in_(user_ids))
    return {row.id: row.locale for row in session().execute(found)}
