"""Why a complaint cannot be closed or end yet, as far as its corrective actions go."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.complaints.actions.queries import IN_STATE, UNSETTLED
from crm.complaints.cases.models import WITH_GROUND, ActionState, Complaint, CorrectiveAction, Outcome
from crm.db import session
from crm.sql import one


def unsettled(case: Complaint) -> str:
    """However it is to end."""
    return _unsettled(_counted(case)[0])


def hindrance(case: Complaint, outcome: Outcome | None = None) -> str:
    """`outcome`: as it is to be closed; the case's own where it has one already."""
    open_ones, verified = _counted(case)
    if reason := _unsettled(open_ones):
        return reason
    if (outcome or case.outcome) in WITH_GROUND and not verified:
        return _(
            "The complaint is justified: say what is changed so that it does not happen again. Add a corrective "
            "action and have it verified first."
        )
    return ""


def _counted(case: Complaint) -> tuple[int, int]:
    """How many are open, and how many are verified."""
    sums = func.sum(one(UNSETTLED)), func.sum(one(IN_STATE[ActionState.verified]))
    open_ones, verified = session().execute(select(*sums).where(CorrectiveAction.complaint_id == case.id)).one()
    return int(open_ones or 0), int(verified or 0)


def _unsettled(count: int) -> str:
    if not count:
        return ""
    return _(
        "Corrective actions are still open, %(count)s in all: have each verified, or dropped with a reason, first.",
        count=count,
    )
