"""Why a complaint cannot be closed or end yet, as far as what was promised goes."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from crm.complaints.cases.models import COMPENSATION_STATES, UNSETTLED, Compensation, Complaint, Outcome
from crm.db import session


def hindrance(case: Complaint, _outcome: Outcome | None = None) -> str:
    mine = select(Compensation.state).where(Compensation.complaint_id == case.id, Compensation.state.in_(UNSETTLED))
    state = session().scalars(mine.order_by(Compensation.id).limit(1)).one_or_none()
    if state is None:
        return ""
    return _(
        "A compensation is not settled yet (%(state)s): have it decided, given or taken back first.",
        state=COMPENSATION_STATES[state],
    )
