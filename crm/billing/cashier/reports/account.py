"""An account at the counter: what is owed by age and why, who else pays for the same units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zlib import crc32

from flask_babel import LazyString

from crm.billing.ages import AGE_TITLES, Age, age_on
from crm.billing.cashier import queries
from crm.billing.ledger import queries as books
from crm.billing.ledger.explaining import Explanation, explain
from crm.billing.ledger.models import Bill, Dispute
from crm.money import in_capitals
from crm.tenants.models import ROLE_TITLES, Customer

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    bill: Bill
    age: Age
    days_overdue: int  # nought until it is due
    why: Explanation
    dispute: Dispute | None

    @property
    def is_payable(self) -> bool:
        return self.dispute is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: LazyString
    lines: Sequence[Line]

    @property
    def sum(self) -> Decimal:
        return owed_on(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another account of the household, or of whoever else pays for the same units."""

    id: int
    name: str
    told: str  # unit and role
    owed: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`balance` is the whole file's. `version` changes with everything that could be paid."""

    customer: Customer
    told: str
    lines: Sequence[Line]
    balance: books.Balance
    neighbours: Sequence[Neighbour]
    latest: Sequence[Any]

    @property
    def payable(self) -> list[Line]:
        return [line for line in self.lines if line.is_payable]

    @property
    def disputed(self) -> list[Line]:
        return [line for line in self.lines if not line.is_payable]

    @property
    def groups(self) -> list[Group]:
        """The oldest first."""
        by_age = {age: [line for line in self.lines if line.age is age] for age in Age}
        return [Group(title=AGE_TITLES[age], lines=lines) for age, lines in by_age.items() if lines]

    @property
    def sum(self) -> Decimal:
        return owed_on(self.payable)

    @property
    def version(self) -> str:
        told = ";".join(f"{line.bill.id}:{line.bill.open}" for line in self.payable)
        return str(crc32(told.encode()))

    def sum_of(self, bill_ids: Iterable[int]) -> Decimal:
        chosen = set(bill_ids)
        return owed_on(line for line in self.payable if line.bill.id in chosen)

    def capitals_of(self, bill_ids: Iterable[int]) -> str:
        return in_capitals(self.sum_of(bill_ids))


def owed_on(lines: Iterable[Line]) -> Decimal:
    """What can be paid of these lines: without what is disputed."""
    return sum((line.bill.open for line in lines if line.is_payable), NOUGHT)


def account(customer: Customer, day: date) -> Account:
    bills = queries.owed_lines(customer.id)
    disputes = queries.disputes_of([bill.id for bill in bills], day)
    units = queries.units_of(customer.id, day)
    roles = _roles(units, day)
    return Account(
        customer=customer,
        told=roles.get(customer.id, ""),
        lines=[_line(bill, disputes.get(bill.id), day) for bill in bills],
        balance=books.balance_of(customer.id, day),
        neighbours=_neighbours(queries.accounts_at(units, day, customer.id), roles),
        latest=queries.latest_payments(customer.id),
    )


def _line(bill: Bill, dispute: Dispute | None, day: date) -> Line:
    return Line(
        bill=bill,
        age=age_on(day, bill.due_on),
        days_overdue=max(0, (day - bill.due_on).days),
        why=explain(bill),
        dispute=dispute,
    )


def accounts_of_unit(unit_id: int, day: date) -> list[Neighbour]:
    """Owner, tenant and whoever moved out and still owes something: whose account is it?"""
    return _neighbours(queries.accounts_at([unit_id], day), _roles([unit_id], day))


def _neighbours(rows: Sequence[Any], roles: dict[int, str]) -> list[Neighbour]:
    ids = [row.id for row in rows]
    owed, credit = queries.owed_by(ids), queries.credit_of(ids)
    return [
        Neighbour(
            id=row.id,
            name=row.name,
            told=roles.get(row.id, ""),
            owed=owed.get(row.id, NOUGHT),
            credit=credit.get(row.id, NOUGHT),
        )
        for row in rows
    ]


def _roles(units: Any, day: date) -> dict[int, str]:
    """What each has there on the day: 3-1-502 Owner."""
    found: dict[int, list[str]] = {}
    for row in queries.roles_at(units, day):
        found.setdefault(row.customer_id, []).append(f"{row.label} {ROLE_TITLES[row.role]}")
    return {key: " · ".join(dict.fromkeys(told)) for key, told in found.items()}
