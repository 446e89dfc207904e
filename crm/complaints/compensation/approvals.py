"""Compensations that wait for somebody who did not ask and is not complained about."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.complaints.cases.models import Compensation, CompensationState, Complaint
from crm.complaints.cases.queries import not_about_me
from crm.steps.approvals import Approvals, waits


def _waiting() -> Select[*tuple[Any, ...]]:
    return (
        waits(
            key=Compensation.id,
            about=Complaint.number + " " + Compensation.reason,
            amount=Compensation.amount,
            asked_by=Compensation.asked_by,
            asked_at=Compensation.asked_at,
            estate_id=Complaint.estate_id,
        )
        .join(Complaint, Complaint.id == Compensation.complaint_id)
        .where(Compensation.state == CompensationState.asked, not_about_me())
        .where(Compensation.asked_by_id.is_distinct_from(actor().user_id))
    )


COMPENSATIONS = Approvals(
    name="compensation",
    title=_l("Compensation"),
    permission=Permission.complaint_decide,
    waiting=_waiting,
    page=lambda key: url_for("compensations.show", compensation_id=key),
)
