"""Steps, exclusions and disputed lines, read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Column, ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.billing.arrears.dunning.models import WRITTEN, DunningExclusion, DunningStep
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill, Dispute
from crm.billing.ledger.queries import LINE, NOUGHT
from crm.db import Base, session
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.queries import in_file

KEPT = aliased(Customer)  # the file a row's customer stands in


def steps_of(estate_id: int) -> Sequence[DunningStep]:
    """Those in use, in their order."""
    found = select(DunningStep).where(DunningStep.estate_id == estate_id, DunningStep.active)
    return session().scalars(found.order_by(DunningStep.position)).all()


def retired_of(estate_id: int) -> Sequence[DunningStep]:
    """Those out of use, the newest first."""
    found = select(DunningStep).where(DunningStep.estate_id == estate_id, ~DunningStep.active)
    return session().scalars(found.order_by(DunningStep.id.desc())).all()


def has_letter(estate_id: int) -> bool:
    written = DunningStep.active, DunningStep.kind.in_(WRITTEN)
    found = select(DunningStep.id).where(DunningStep.estate_id == estate_id, *written)
    return session().scalar(found.limit(1)) is not None


def get_step(step_id: int) -> DunningStep:
    """With its estate. 404 outside the person's estates, as every `get_` here does."""
    found = select(DunningStep).where(DunningStep.id == step_id, within(DunningStep.estate_id))
    return session().scalars(found.options(joinedload(DunningStep.estate))).one_or_none() or abort(404)


def estates_with_steps(besides: int) -> dict[int, str]:
    """Id and name of the others that have any in use."""
    has = exists().where(DunningStep.estate_id == Estate.id, DunningStep.active)
    found = select(Estate.id, Estate.name).where(has, Estate.id != besides, within(Estate.id)).order_by(Estate.name)
    return {row.id: row.name for row in session().execute(found)}


def is_used(step: DunningStep) -> bool:
    """Whether a letter, a talk or a review names the step, or whatever else points to it."""
    found = (select(column).where(column == step.id).exists() for column in _pointing())
    return bool(session().scalar(select(or_(*found))))


def _pointing() -> list[Column[Any]]:
    tables = Base.metadata.tables.values()
    return [key.parent for table in tables for key in table.foreign_keys if key.column is DunningStep.__table__.c.id]


# Exclusions


def holds_on(day: date) -> ColumnElement[bool]:
    return DunningExclusion.ended_at.is_(None) & or_(DunningExclusion.until.is_(None), DunningExclusion.until >= day)


def exclusion_of(customer_id: int, day: date) -> DunningExclusion | None:
    """The one that holds for the customer's file."""
    found = select(DunningExclusion).where(in_file(DunningExclusion.customer_id, customer_id), holds_on(day))
    mine = found.where(within(DunningExclusion.estate_id)).order_by(DunningExclusion.id.desc())
    return session().scalars(mine.limit(1)).one_or_none()


def get_exclusion(exclusion_id: int) -> DunningExclusion:
    found = select(DunningExclusion).where(DunningExclusion.id == exclusion_id, within(DunningExclusion.estate_id))
    whole = found.options(joinedload(DunningExclusion.customer))
    return session().scalars(whole).one_or_none() or abort(404)


def exclusions() -> Select[*tuple[Any, ...]]:
    """All that ever were, each with whose it is today."""
    return (
        select(
            DunningExclusion.id,
            DunningExclusion.reason,
            DunningExclusion.until,
            DunningExclusion.made_by,
            DunningExclusion.made_at,
            DunningExclusion.ended_by,
            DunningExclusion.ended_at,
            KEPT.id.label("customer_id"),
            KEPT.name.label("customer"),
            Estate.name.label("estate"),
        )
        .join(Estate, Estate.id == DunningExclusion.estate_id)
        .join(Customer, Customer.id == DunningExclusion.customer_id)
        .join(KEPT, KEPT.id == Customer.kept_id)
        .where(in_chosen_estate(DunningExclusion.estate_id))
    )


# Disputed lines


def parked() -> Select[*tuple[Any, ...]]:
    """Every line that is open and disputed, its last day passed or not; what was ended is not among them."""
    return (
        select(
            Dispute.id,
            Dispute.reason,
            Dispute.until,
            Dispute.raised_by,
            Dispute.raised_at,
            Dispute.about_kind,
            Dispute.about_id,
            Bill.id.label("bill_id"),
            Bill.period,
            Bill.due_on,
            Bill.open,
            ChargeItem.name.label("item"),
            Unit.label.label("unit"),
            KEPT.id.label("customer_id"),
            KEPT.name.label("customer"),
        )
        .join(Bill, Bill.id == Dispute.bill_id)
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .join(Customer, Customer.id == Bill.customer_id)
        .join(KEPT, KEPT.id == Customer.kept_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
        .where(Dispute.released_at.is_(None), Bill.open > NOUGHT, in_chosen_estate(Bill.estate_id))
    )


def get_dispute(dispute_id: int) -> Dispute:
    """With its bill and what that is about."""
    found = select(Dispute).join(Bill, Bill.id == Dispute.bill_id)
    mine = found.where(Dispute.id == dispute_id, within(Bill.estate_id))
    bill = joinedload(Dispute.bill)
    parts = (bill.joinedload(part) for part in (*LINE, Bill.customer))
    return session().scalars(mine.options(*parts)).one_or_none() or abort(404)
