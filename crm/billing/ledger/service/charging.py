"""Bills outside a run: one by one, and those that stand for one when a unit changes hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.arithmetic import cut, first_of, next_month
from crm.billing.charges.models import BY_DAY, BY_RUN, Basis, ChargeItem
from crm.billing.ledger import queries
from crm.billing.ledger.events import BillIssued, BillSplit
from crm.billing.ledger.models import AdjustmentKind, Bill, BillSource, Rule
from crm.billing.ledger.queries import Standing
from crm.billing.ledger.service.adjusting import Wish, carry_out, hindrance
from crm.billing.ledger.service.holding import hold
from crm.billing.ledger.service.paying import allocate
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Unit
from crm.tenants.models import Customer

CARRIED = (
    "estate_id unit_id item_id run_id period due_on quantity price days_of tariff_id shared_cost_id whole meter".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One bill entered by hand: what for, how much, due when; `period` is the month it belongs to."""

    item: ChargeItem
    amount: Decimal
    due_on: date
    note: str
    unit: Unit | None = None
    source: BillSource = BillSource.single
    late_for_id: int | None = None


def charge(customer: Customer, entered: Charge) -> Bill:
    """Raises `DomainError` for an item that a run charges, another estate's, or no sum."""
    if entered.item.basis not in (Basis.single, Basis.late_fee):
        raise DomainError(_("%(item)s is charged by the billing run.", item=entered.item.name))
    if entered.item.estate_id != customer.estate_id:
        raise DomainError(_("This charge item is another estate's."))
    if entered.unit and entered.unit.estate_id != customer.estate_id:
        raise DomainError(_("This unit is another estate's."))
    if entered.amount <= 0:
        raise DomainError(_("Write a sum, more than nought."))
    today = business_day()
    month = first_of(today)
    bill = Bill(
        estate_id=customer.estate_id,
        unit_id=entered.unit.id if entered.unit else None,
        customer_id=customer.id,
        item_id=entered.item.id,
        source=entered.source,
        period=month,
        begins=month,
        ends=next_month(month),
        due_on=entered.due_on,
        amount=entered.amount,
        open=entered.amount,
        voided=False,
        late_for_id=entered.late_for_id,
        note=entered.note,
        **_issued(customer.estate_id),
    )
    session().add(bill)
    session().flush()
    _tell(bill, entered.item)
    return bill


def charge_once(customer: Customer, entered: Charge, last_seen: int) -> Bill:
    """The bill, entered once however often the button is pressed.

    `last_seen` is the customer's last bill when the form was opened: what the same person entered since then with the
    same content came from the same form.
    """
    session().execute(select(Customer.id).where(Customer.id == customer.id).with_for_update())
    same = select(Bill).where(
        Bill.customer_id == customer.id,
        Bill.id > last_seen,
        Bill.item_id == entered.item.id,
        Bill.unit_id == (entered.unit.id if entered.unit else None),
        Bill.amount == entered.amount,
        Bill.due_on == entered.due_on,
        Bill.note == entered.note,
        Bill.issued_by == g.actor.name,
    )
    return session().scalars(same.limit(1)).one_or_none() or charge(customer, entered)


def _issued(estate_id: int) -> dict[str, Any]:
    today = business_day()
    return {
        "month": queries.open_month(estate_id, today),
        "issued_on": today,
        "issued_by": g.actor.name,
        "issued_at": utc_now(),
    }


def _tell(bill: Bill, item: ChargeItem) -> None:
    record(
        BillIssued(
            bill_id=bill.id,
            customer_id=bill.customer_id,
            unit_id=bill.unit_id,
            item=item.name,
            amount=bill.amount,
            due_on=bill.due_on,
            source=bill.source,
        )
    )


def split_hindrance(bill: Bill, standing: Standing | None = None) -> str:
    """Why the bill cannot be split at a transfer now, or ""; `bill` has its item loaded."""
    if bill.item.basis not in (*BY_DAY, Basis.shared):
        return _("What a meter counted is split by a reading on the day of the transfer.")
    if (bill.ends - bill.begins).days < 2:
        return _("The bill is for a single day.")
    return hindrance(bill, AdjustmentKind.void, standing)


def split(bill: Bill, day: date, buyer: Customer) -> tuple[Bill, Bill]:
    """过户: the days before `day` stay the seller's, those from it on are the buyer's. `bill` has its item loaded.

    The bill becomes void, two stand for it that add up to it. What was paid on it settles the seller's part, the rest
    is the seller's credit. Raises `DomainError` where it cannot be cut by days.
    """
    hold(bill)
    _expect_estate(bill, buyer)
    if hindered := split_hindrance(bill):
        raise DomainError(hindered)
    if not bill.begins < day < bill.ends:
        raise DomainError(_("The day must lie within the days of the bill."))
    sums = cut(bill.amount, (bill.ends - bill.begins).days, (day - bill.begins).days)
    if not all(sums):
        raise DomainError(_("The bill is too small to be split."))
    reason = _("Split on %(day)s: the unit changed hands.", day=day.isoformat())
    paid_by, item = queries.payments_of(bill.id), bill.item  # what is held anew has lost its item
    carry_out(bill, Wish(kind=AdjustmentKind.void, amount=bill.amount, reason=reason))
    sellers = _part(bill, bill.customer_id, bill.begins, day, sums[0], reason)
    buyers = _part(bill, buyer.id, day, bill.ends, sums[1], reason)
    _replace(bill, item, (sellers, buyers))
    record(BillSplit(bill_id=bill.id, customer_id=bill.customer_id, day=day, parts=[sellers.id, buyers.id]))
    allocate(paid_by, [sellers], Rule.credit)
    return sellers, buyers


def pass_on_hindrance(bill: Bill, standing: Standing | None = None) -> str:
    """Why the bill cannot become another customer's now, or ""; `bill` has its item loaded."""
    if bill.item.basis not in BY_RUN:
        return _("What was charged singly stays with whom it was charged to.")
    return hindrance(bill, AdjustmentKind.void, standing)


def pass_on(bill: Bill, day: date, buyer: Customer) -> Bill:
    """过户: every day of the bill lies from `day` on, so that all of it is the buyer's. `bill` has its item loaded.

    The bill becomes void, another stands for it; what was paid on it is the seller's credit.
    """
    hold(bill)
    _expect_estate(bill, buyer)
    if hindered := pass_on_hindrance(bill):
        raise DomainError(hindered)
    if bill.begins < day:
        raise DomainError(_("The bill is for days before the transfer, too."))
    reason, item = _("Passed on: the unit changed hands on %(day)s.", day=day.isoformat()), bill.item
    carry_out(bill, Wish(kind=AdjustmentKind.void, amount=bill.amount, reason=reason))
    buyers = _part(bill, buyer.id, bill.begins, bill.ends, bill.amount, reason)
    buyers.reading_id = bill.reading_id
    _replace(bill, item, (buyers,))
    record(BillSplit(bill_id=bill.id, customer_id=bill.customer_id, day=day, parts=[buyers.id]))
    return buyers


def _expect_estate(bill: Bill, buyer: Customer) -> None:
    if buyer.estate_id != bill.estate_id:
        raise DomainError(_("This customer is another estate's."))


def _replace(bill: Bill, item: ChargeItem, parts: Sequence[Bill]) -> None:
    """The bill is void: these stand for it. What each has of its days stands in its note."""
    of = (bill.ends - bill.begins).days
    for part in parts:
        if len(parts) > 1:
            days = (part.ends - part.begins).days
            told = _("%(amount)s yuan for %(of)s days, %(days)s of them here.", amount=bill.amount, of=of, days=days)
            part.note = f"{part.note} {told}"
        session().add(part)
    session().flush()
    for part in parts:
        _tell(part, item)


def _part(bill: Bill, customer_id: int, begins: date, ends: date, amount: Decimal, note: str) -> Bill:
    carried = {name: getattr(bill, name) for name in CARRIED}
    return Bill(
        **carried,
        customer_id=customer_id,
        source=BillSource.transfer,
        begins=begins,
        ends=ends,
        days=(ends - begins).days if bill.days else None,
        amount=amount,
        open=amount,
        voided=False,
        replaces_id=bill.id,
        note=note,
        **_issued(bill.estate_id),
    )
