"""缴费通知单: what a customer has to pay, each line with its arithmetic and what allows it, as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.billing.ledger.explaining import Explanation, explain
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import disputed_on
from crm.db import session
from crm.money import in_capitals
from crm.properties.models import Estate
from crm.tenants.models import Customer

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    bill: Bill
    why: Explanation

    @property
    def paid(self) -> Decimal:
        return self.bill.settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`lines` of the newest month, `earlier` of those before; both add up to `total`. `disputed` lines are left out."""

    customer: Customer
    estate: Estate
    period: date
    lines: Sequence[Line]
    earlier: Sequence[Line]
    disputed: int

    @property
    def total(self) -> Decimal:
        return sum_of([*self.lines, *self.earlier])

    @property
    def capitals(self) -> str:
        return in_capitals(self.total)

    @property
    def units(self) -> str:
        labels = (line.bill.unit.label for line in (*self.lines, *self.earlier) if line.bill.unit)
        return "、".join(dict.fromkeys(labels))

    @property
    def due_on(self) -> date:
        """When the newest month is due."""
        return max(line.bill.due_on for line in self.lines)


def sum_of(lines: Sequence[Line]) -> Decimal:
    return sum((line.bill.open for line in lines), NOUGHT)


def notices(customer_ids: Collection[int], day: date) -> list[Notice]:
    """In the order of the units; customers with nothing to pay, or outside the person's estates, have none."""
    kept = func.coalesce(Customer.merged_into_id, Customer.id)
    owing = (
        select(Bill, kept.label("kept"), disputed_on(day).label("disputed"))
        .join(Customer, Customer.id == Bill.customer_id)
        .where(kept.in_(customer_ids), Bill.open > NOUGHT, within(Bill.estate_id))
        .options(*(joinedload(part) for part in (Bill.item, Bill.unit, Bill.tariff, Bill.shared_cost)))
        .order_by(Bill.due_on, Bill.begins, Bill.id)
    )
    of_customer: dict[int, list[tuple[Bill, bool]]] = {}
    for bill, kept_id, disputed in session().execute(owing):
        of_customer.setdefault(kept_id, []).append((bill, disputed))
    people = select(Customer).where(Customer.id.in_(of_customer)).options(joinedload(Customer.estate))
    made = [_notice(customer, of_customer[customer.id]) for customer in session().scalars(people)]
    return sorted((notice for notice in made if notice), key=_place)


def _notice(customer: Customer, bills: Sequence[tuple[Bill, bool]]) -> Notice | None:
    due = [bill for bill, disputed in bills if not disputed]
    if not due:
        return None
    period = max(bill.period for bill in due)
    lines = [Line(bill=bill, why=explain(bill)) for bill in due]
    return Notice(
        customer=customer,
        estate=customer.estate,
        period=period,
        lines=[line for line in lines if line.bill.period == period],
        earlier=[line for line in lines if line.bill.period < period],
        disputed=len(bills) - len(due),
    )


def _place(notice: Notice) -> tuple[str, int]:
    keys = (line.bill.unit.sort_key for line in (*notice.lines, *notice.earlier) if line.bill.unit)
    return min(keys, default=""), notice.customer.id
