"""What is claimed, reckoned from the rows of the books and held against what the books say is open. Sums are yuan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.billing.arrears.cases.models import CaseBill, LegalCase
from crm.billing.arrears.cases.queries import overdue_bills
from crm.billing.arrears.limitation.clock import Clock
from crm.billing.arrears.limitation.queries import clocks_of
from crm.billing.ledger.explaining import Explanation, days_in_words, explain
from crm.billing.ledger.models import Adjustment, Allocation, Bill, BillSource
from crm.billing.ledger.queries import LINE, NOUGHT, balance_of, disputed_on
from crm.db import session
from crm.errors import DomainError
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A bill: `paid` by payments, `adjusted` by waivers and write-offs, both less what was taken back."""

    bill: Bill
    explanation: Explanation
    paid: Decimal
    adjusted: Decimal
    clock: Clock

    @property
    def days(self) -> str:
        return days_in_words(self.bill.begins, self.bill.ends)

    @property
    def claimed(self) -> Decimal:
        return self.bill.amount - self.paid - self.adjusted

    @property
    def is_late_fee(self) -> bool:
        return self.bill.source is BillSource.late_fee


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`disputed` and `to_come` are not claimed, `elsewhere` is overdue and of no such case; all of them together with
    the total are what the books say is `owed`."""

    day: date
    lines: Sequence[ClaimLine]
    disputed: Decimal
    to_come: Decimal
    elsewhere: Decimal
    owed: Decimal
    credit: Decimal

    @property
    def principal(self) -> Decimal:
        return _sum(line.claimed for line in self.lines if not line.is_late_fee)

    @property
    def late_fees(self) -> Decimal:
        return _sum(line.claimed for line in self.lines if line.is_late_fee)

    @property
    def total(self) -> Decimal:
        return _sum(line.claimed for line in self.lines)

    @property
    def charged(self) -> Decimal:
        return _sum(line.bill.amount for line in self.lines)

    @property
    def paid(self) -> Decimal:
        return _sum(line.paid for line in self.lines)

    @property
    def adjusted(self) -> Decimal:
        return _sum(line.adjusted for line in self.lines)

    @property
    def since(self) -> date:
        """The first day charged."""
        return min(line.bill.begins for line in self.lines)


def _sum(parts: object) -> Decimal:
    return sum(parts, NOUGHT)  # type: ignore[call-overload, no-any-return]


def claim_of(customer: Customer, day: date, case: LegalCase | None = None) -> Claim:
    """Of a case what is open of its bills, otherwise all that is overdue and undisputed, as the books stand on `day`.

    Raises `DomainError` where nothing is claimed, or where rows and books do not agree to the fen: nobody goes to
    court with such figures.
    """
    bills = _case_bills(case, day) if case else overdue_bills(customer, day)
    if not bills:
        raise DomainError(_("Nothing that is not disputed is overdue here."))
    ids = [bill.id for bill in bills]
    paid, adjusted = _by_bill(Allocation, ids), _by_bill(Adjustment, ids)
    clocks = clocks_of(bills, day)
    lines = [
        ClaimLine(
            bill=bill,
            explanation=explain(bill),
            paid=paid.get(bill.id, NOUGHT),
            adjusted=adjusted.get(bill.id, NOUGHT),
            clock=clocks[bill.id],
        )
        for bill in bills
    ]
    return _agreed(customer, day, lines)


def _case_bills(case: LegalCase, day: date) -> Sequence[Bill]:
    """What is still open of it, and not parked meanwhile."""
    found = select(Bill).join(CaseBill, CaseBill.bill_id == Bill.id).where(CaseBill.case_id == case.id)
    still_open = found.where(Bill.open > NOUGHT, ~disputed_on(day)).options(*map(joinedload, LINE))
    return session().scalars(still_open.order_by(Bill.due_on, Bill.id)).unique().all()


def _by_bill(model: type[Allocation | Adjustment], bill_ids: Sequence[int]) -> dict[int, Decimal]:
    """What takes off each bill, less what was taken back."""
    found = select(model.bill_id, func.sum(model.amount)).where(model.bill_id.in_(bill_ids)).group_by(model.bill_id)
    return {bill_id: total for bill_id, total in session().execute(found) if bill_id is not None}


def _agreed(customer: Customer, day: date, lines: Sequence[ClaimLine]) -> Claim:
    balance = balance_of(customer.id, day)
    disputed = _sum(bill.open for bill in overdue_bills(customer, day, disputed=True) if bill.id not in _ids(lines))
    undisputed = _sum(bill.open for bill in overdue_bills(customer, day) if bill.id not in _ids(lines))
    made = Claim(
        day=day,
        lines=lines,
        disputed=disputed,
        to_come=balance.owed - balance.overdue,
        elsewhere=undisputed,
        owed=balance.owed,
        credit=balance.credit,
    )
    parts = made.total + made.disputed + made.to_come + made.elsewhere
    if parts != made.owed or any(line.claimed != line.bill.open for line in lines):
        raise DomainError(_("The rows of this account do not agree with the books. Have the books proved first."))
    return made


def _ids(lines: Sequence[ClaimLine]) -> set[int]:
    return {line.bill.id for line in lines}
