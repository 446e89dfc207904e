"""The registers of bills, of payments and of requests as queries; `listings` describes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from crm.auth.actor import within
from crm.auth.models import User, UserRole
from crm.auth.permissions import ROLES, Permission
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import AdjustmentRequest, Bill, BillState, Payment
from crm.billing.ledger.queries import NOUGHT, state_of
from crm.db import session
from crm.lists.holding import holding
from crm.properties.models import Building, Estate, Unit, label_as_typed
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer, Occupancy, customer_of_code
from crm.tenants.queries import in_file

OWED = "owed"  # beside the states: something is open
ASKER, DECIDER = aliased(User), aliased(User)


def bills() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Bill.id,
            Bill.customer_id,
            Bill.begins,
            Bill.ends,
            Bill.period,
            Bill.due_on,
            Bill.month,
            Bill.amount,
            Bill.open,
            Bill.source,
            Bill.issued_on,
            Bill.issued_by,
            ChargeItem.name.label("item"),
            Unit.label.label("unit"),
            Customer.name.label("customer"),
            Estate.name.label("estate"),
            state_of().label("state"),
        )
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .join(Customer, Customer.id == Bill.customer_id)
        .join(Estate, Estate.id == Bill.estate_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
        .where(in_chosen_estate(Bill.estate_id))
    )


def in_state(value: str) -> ColumnElement[bool]:
    """What is open is found by the index of the few; the rest by how it was settled."""
    part_paid = and_(Bill.open > NOUGHT, Bill.open < Bill.amount)
    plain: dict[str, ColumnElement[bool]] = {
        OWED: Bill.open > NOUGHT,
        BillState.issued: and_(Bill.open > NOUGHT, Bill.open == Bill.amount),
        BillState.part_paid: part_paid,
        BillState.void: and_(Bill.voided),
    }
    return plain[value] if value in plain else state_of() == value


def overdue(day: date) -> ColumnElement[bool]:
    return and_(Bill.open > NOUGHT, Bill.due_on < day)


def bill_about(text: str) -> ColumnElement[bool]:
    """A customer's name or number, or a unit."""
    if customer_id := customer_of_code(text):
        return in_file(Bill.customer_id, customer_id)
    return or_(holding(text, Customer.name, Unit.label), Unit.label == label_as_typed(text))


def payments() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Payment.id,
            Payment.customer_id,
            Payment.paid_on,
            Payment.month,
            Payment.amount,
            Payment.open,
            Payment.method,
            Payment.reference,
            Payment.payer,
            Payment.note,
            Payment.received_by,
            Payment.received_at,
            Customer.name.label("customer"),
            Estate.name.label("estate"),
        )
        .join(Customer, Customer.id == Payment.customer_id)
        .join(Estate, Estate.id == Payment.estate_id)
        .where(in_chosen_estate(Payment.estate_id))
    )


def payment_about(text: str) -> ColumnElement[bool]:
    """A customer's name, number or unit, who paid, or the reference on the slip."""
    if customer_id := customer_of_code(text):
        return in_file(Payment.customer_id, customer_id)
    lives = select(Occupancy.customer_id).join(Unit).where(Unit.label == label_as_typed(text))
    told = holding(text, Customer.name, Payment.payer, Payment.reference)
    return or_(told, Payment.customer_id.in_(lives.where(within(Unit.estate_id))))


def cashiers() -> dict[int, str]:
    """Whoever takes money: id -> name."""
    roles = [role for role, permissions in ROLES.items() if Permission.cash_take in permissions]
    found = select(User.id, User.full_name).join(UserRole, UserRole.user_id == User.id)
    rows = session().execute(found.where(UserRole.role.in_(roles)).distinct().order_by(User.full_name, User.id))
    return {row.id: row.full_name for row in rows}


def item_names() -> Sequence[str]:
    """Of the chosen estates: two estates may call theirs the same."""
    found = select(ChargeItem.name).where(in_chosen_estate(ChargeItem.estate_id)).distinct()
    return session().scalars(found.order_by(ChargeItem.name)).all()


def buildings() -> dict[int, str]:
    """Of the chosen estates, with the estate's name where there are several."""
    found = (
        select(Building.id, Building.number, Estate.name)
        .join(Estate, Estate.id == Building.estate_id)
        .where(in_chosen_estate(Building.estate_id))
    )
    rows = session().execute(found.order_by(Estate.name, Building.sort_key)).all()
    several = len({row.name for row in rows}) > 1
    return {row.id: f"{row.name} {row.number}" if several else row.number for row in rows}


def requests() -> Select[*tuple[Any, ...]]:
    """Of the person's estates, whichever is chosen in the top bar: a decision must not hide behind it."""
    return (
        select(
            AdjustmentRequest.id,
            AdjustmentRequest.customer_id,
            AdjustmentRequest.kind,
            AdjustmentRequest.bill_id,
            AdjustmentRequest.payment_id,
            AdjustmentRequest.amount,
            AdjustmentRequest.reason,
            AdjustmentRequest.state,
            AdjustmentRequest.requested_at,
            AdjustmentRequest.requested_by_id,
            AdjustmentRequest.decided_at,
            AdjustmentRequest.decision,
            ASKER.full_name.label("asked_by"),
            DECIDER.full_name.label("decided_by"),
            Customer.name.label("customer"),
            Estate.name.label("estate"),
            ChargeItem.name.label("item"),
            Unit.label.label("unit"),
            Bill.begins,
            Bill.ends,
            Payment.paid_on,
            Payment.method,
        )
        .join(Customer, Customer.id == AdjustmentRequest.customer_id)
        .join(Estate, Estate.id == AdjustmentRequest.estate_id)
        .join(ASKER, ASKER.id == AdjustmentRequest.requested_by_id)
        .outerjoin(DECIDER, DECIDER.id == AdjustmentRequest.decided_by_id)
        .outerjoin(Bill, Bill.id == AdjustmentRequest.bill_id)
        .outerjoin(ChargeItem, ChargeItem.id == Bill.item_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
        .outerjoin(Payment, Payment.id == AdjustmentRequest.payment_id)
        .where(within(AdjustmentRequest.estate_id))
    )


def request_about(text: str) -> ColumnElement[bool]:
    if customer_id := customer_of_code(text):
        return in_file(AdjustmentRequest.customer_id, customer_id)
    return or_(holding(text, Customer.name, Unit.label, AdjustmentRequest.reason), Unit.label == label_as_typed(text))
