"""Once a business day whoever an action belongs to is told that it falls due, or is late."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from crm.auth.models import User
from crm.complaints.actions.queries import IN_STATE
from crm.complaints.cases.models import ADDRESS, ActionState, Complaint, CorrectiveAction
from crm.complaints.cases.queries import OPEN
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify

ACTION = CorrectiveAction
CASES = select(Complaint.id).where(OPEN)  # of one that has ended nobody is told


def remind() -> int:
    """How many were told. Several clocks at once never tell of the same one twice on one day."""
    with unit_of_work():
        day = business_day()
        untold = or_(ACTION.warned_on.is_(None), ACTION.warned_on < day)
        due = IN_STATE[ActionState.open], ACTION.due_on <= day, untold, ACTION.complaint_id.in_(CASES)
        claim = update(ACTION).where(*due).values(warned_on=day).returning(ACTION.id)
        claimed = list(session().scalars(claim.execution_options(synchronize_session=False)))
        found = (
            select(ACTION.what, ACTION.due_on, ACTION.complaint_id, Complaint.number, User.id, User.locale)
            .join(Complaint, Complaint.id == ACTION.complaint_id)
            .join(User, User.id == ACTION.owner_id)
            .where(ACTION.id.in_(claimed), User.active)
        )
        rows = session().execute(found.order_by(ACTION.due_on, ACTION.id)).all()
        for row in rows:
            _ring(row, day)
        return len(rows)


def _ring(row: Any, day: date) -> None:
    told = {"number": row.number, "what": row.what, "days": (day - row.due_on).days}
    with force_locale(row.locale):
        late = row.due_on < day
        text = _("%(number)s: late by %(days)s days: %(what)s", **told) if late else _due_today(told)
    notify(row.id, text, f"{ADDRESS.format(row.complaint_id)}#actions", icon="clipboard-list")


def _due_today(told: dict[str, Any]) -> str:
    return _("%(number)s: to be done today: %(what)s", **told)
