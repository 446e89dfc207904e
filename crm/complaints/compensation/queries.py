"""Compensations kept inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.complaints.cases.models import Compensation, CompensationState, Complaint, ComplaintCaller
from crm.complaints.categories.models import ComplaintCategory
from crm.db import session
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.queries import File


def compensations() -> Select[*tuple[Any, ...]]:
    """Each of the chosen estates with its case and who gets it. Outer joins: the compensations, of which there are few,
    are what an engine begins with."""
    return (
        select(
            Compensation.id,
            Compensation.kind,
            Compensation.amount,
            Compensation.reason,
            Compensation.state,
            Compensation.asked_by,
            Compensation.asked_at,
            Compensation.decided_by,
            Compensation.decided_at,
            Compensation.given_on,
            Compensation.reference,
            Complaint.number,
            Complaint.id.label("complaint_id"),
            ComplaintCategory.name.label("category"),
            Customer.name.label("customer"),
            Estate.name.label("estate"),
        )
        .outerjoin(Complaint, Complaint.id == Compensation.complaint_id)
        .outerjoin(Estate, Estate.id == Complaint.estate_id)
        .outerjoin(ComplaintCategory, ComplaintCategory.id == Complaint.category_id)
        .outerjoin(File, File.id == Compensation.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .where(in_chosen_estate(Complaint.estate_id))
    )


def get_compensation(compensation_id: int) -> Compensation:
    """With its case and who gets it. 404 outside the person's estates."""
    found = select(Compensation).join(Complaint)
    mine = found.where(Compensation.id == compensation_id, within(Complaint.estate_id))
    case = joinedload(Compensation.complaint)
    parts = (Complaint.estate, Complaint.unit, Complaint.public_area)
    whole = [joinedload(Compensation.customer), *(case.joinedload(part) for part in parts)]
    category = case.joinedload(Complaint.category).joinedload(ComplaintCategory.parent)
    return session().scalars(mine.options(*whole, category)).one_or_none() or abort(404)


def compensations_of(complaint_id: int) -> Sequence[Compensation]:
    """In the order they were asked for, with their case and who gets them."""
    found = select(Compensation).where(Compensation.complaint_id == complaint_id).order_by(Compensation.id)
    whole = found.options(joinedload(Compensation.complaint), joinedload(Compensation.customer))
    return session().scalars(whole).all()


def promised_so_far(complaint_id: int) -> Decimal:
    """Yuan of the case that somebody promised by themselves and that stand."""
    stands = Compensation.state.in_((CompensationState.approved, CompensationState.given))
    mine = Compensation.complaint_id == complaint_id, Compensation.decided_by_id.is_(None), stands
    return session().scalar(select(func.sum(Compensation.amount)).where(*mine)) or Decimal(0)


def receivers(complaint_id: int) -> Mapping[int, str]:
    """The named callers of the case who have a file: who can get something."""
    named = ComplaintCaller.complaint_id == complaint_id, ComplaintCaller.anonymous.is_(False)
    found = (
        select(Customer.id, Customer.name)
        .join(File, File.kept_id == Customer.id)
        .join(ComplaintCaller, ComplaintCaller.customer_id == File.id)
        .where(*named)
    )
    return {row.id: row.name for row in session().execute(found.distinct().order_by(Customer.name, Customer.id))}
