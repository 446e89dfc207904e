"""Plans to approve, and complaints that went up and that nobody has gone on with since."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.complaints.cases.models import Complaint, ComplaintState, ComplaintStep
from crm.complaints.cases.queries import IS_UNREPLIED, not_about_me
from crm.complaints.cases.rules import HIGHEST, LEVELS
from crm.complaints.categories.models import Severity
from crm.steps.approvals import Approvals, waits

WENT_UP = ("escalate", "discontent", "reopen")
BESIDES = ("contact", "assign")  # talking and handing on decide nothing
CASE = {
    "key": Complaint.id,
    "about": Complaint.number + " " + Complaint.words,
    "asked_by": case((ComplaintStep.taken_by_id.is_(None), ""), else_=ComplaintStep.taken_by),  # nobody: the clock
    "asked_at": ComplaintStep.taken_at,
    "estate_id": Complaint.estate_id,
}


def _within_rank() -> ColumnElement[bool]:
    return Complaint.level.in_([level for level, needed in LEVELS.items() if actor().may(needed)])


def _newest(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a step: the last one of its case among these."""
    last = select(func.max(ComplaintStep.id)).where(ComplaintStep.complaint_id == Complaint.id, *conditions)
    return ComplaintStep.id == last.correlate(Complaint).scalar_subquery()


def _plans() -> Select[*tuple[Any, ...]]:
    """`Complaint.wants_approval` with a plan that another wrote; nobody is left above the management's own."""
    me = actor().user_id
    wants = or_(Complaint.severity == Severity.urgent, Complaint.level > 0)
    at_the_top = and_(Complaint.level >= HIGHEST, Complaint.about_user_id.is_distinct_from(me))
    return (
        waits(**CASE)
        .join(ComplaintStep, _newest(ComplaintStep.action == "plan"))
        .where(IS_UNREPLIED, Complaint.state == ComplaintState.investigating, Complaint.plan != "", wants)
        .where(_within_rank(), Complaint.planned_by_id.is_distinct_from(me), or_(not_about_me(), at_the_top))
    )


def _gone_up() -> Select[*tuple[Any, ...]]:
    by_another = ComplaintStep.taken_by_id.is_distinct_from(actor().user_id)
    return (
        waits(**CASE)
        .join(ComplaintStep, _newest(ComplaintStep.action.not_in(BESIDES)))
        .where(IS_UNREPLIED, Complaint.level > 0, ComplaintStep.action.in_(WENT_UP), by_another)
        .where(_within_rank(), not_about_me())
    )


PLANS = Approvals(
    name="complaint_plan",
    title=_l("Plan of a complaint"),
    permission=Permission.complaint_lead,
    waiting=_plans,
    page=lambda key: url_for("complaints.show", complaint_id=key),
)
GONE_UP = Approvals(
    name="complaint_up",
    title=_l("Complaint gone up"),
    permission=Permission.complaint_lead,
    waiting=_gone_up,
    page=lambda key: url_for("complaints.show", complaint_id=key),
)
