"""Violations not put right when they were looked at again: to be stopped, reported, deducted or given more time."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.steps.approvals import Approvals, waits
from crm.violations.cases.models import Violation, ViolationState, ViolationStep
from crm.violations.cases.queries import OPEN


def _waiting() -> Select[*tuple[Any, ...]]:
    """Whoever gave more time since, or asked for a deduction, decided: the last step is the look."""
    last = select(func.max(ViolationStep.id)).where(ViolationStep.violation_id == Violation.id)
    return (
        waits(
            key=Violation.id,
            about=Violation.number + " " + Violation.found,
            asked_by=ViolationStep.taken_by,
            asked_at=ViolationStep.taken_at,
            estate_id=Violation.estate_id,
        )
        .join(ViolationStep, ViolationStep.id == last.correlate(Violation).scalar_subquery())
        .where(OPEN, Violation.state == ViolationState.not_rectified, ViolationStep.action == "failed")
        .where(ViolationStep.taken_by_id.is_distinct_from(actor().user_id))
    )


NOT_PUT_RIGHT = Approvals(
    name="violation",
    title=_l("Violation not put right"),
    permission=Permission.violation_decide,
    waiting=_waiting,
    page=lambda key: url_for("violations.show", violation_id=key),
)
