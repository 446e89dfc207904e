"""Why a complaint cannot be closed yet, as far as its corrective actions go."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.complaints.actions.queries import IN_STATE, UNSETTLED
from crm.complaints.cases.models import ActionState, Complaint, CorrectiveAction, Outcome
from crm.db import session
from crm.sql import one

WITH_GROUND = (Outcome.justified, Outcome.partly)


def hindrance(case: Complaint, outcome: Outcome | None = None) -> str:
    """`outcome`: as it is to be closed; the case's own where it has one already."""
    verified = one(IN_STATE[ActionState.verified])
    counted = select(func.sum(one(UNSETTLED)), func.sum(verified)).where(CorrectiveAction.complaint_id == case.id)
    unsettled, settled = session().execute(counted).one()
    if unsettled:
        return _(
            "Corrective actions are still open, %(count)s in all: have each verified, or dropped with a reason, first.",
            count=int(unsettled),
        )
    if (outcome or case.outcome) in WITH_GROUND and not settled:
        return _(
            "The complaint is justified: say what is changed so that it does not happen again. Add a corrective "
            "action and have it verified first."
        )
    return ""
