"""A month of an estate in figures, and what settled a bill."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.billing.ledger.models import (
    ADJUSTMENT_TITLES,
    METHOD_TITLES,
    RULE_TITLES,
    Adjustment,
    AdjustmentKind,
    Allocation,
    Bill,
    Payment,
)
from crm.db import session

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """Of one month's books, in yuan; a sum that was taken back within the month is not counted."""

    charged: Decimal
    collected: Decimal
    waived: Decimal
    written_off: Decimal
    voided: Decimal
    refunded: Decimal
    taken_back: Decimal

    def told(self) -> dict[str, str]:
        """As a closed month keeps it."""
        return {each.name: str(getattr(self, each.name)) for each in fields(self)}


def month_figures(estate_id: int, month: date) -> MonthFigures:
    charged = select(func.sum(Bill.amount)).where(Bill.estate_id == estate_id, Bill.month == month)
    collected = select(func.sum(Payment.amount)).where(Payment.estate_id == estate_id, Payment.month == month)
    adjusted = select(Adjustment.kind, func.sum(Adjustment.amount)).where(
        Adjustment.estate_id == estate_id, Adjustment.month == month
    )
    sums = {row[0]: row[1] for row in session().execute(adjusted.group_by(Adjustment.kind))}
    return MonthFigures(
        charged=session().scalar(charged) or NOUGHT,
        collected=session().scalar(collected) or NOUGHT,
        waived=sums.get(AdjustmentKind.waiver, NOUGHT),
        written_off=sums.get(AdjustmentKind.write_off, NOUGHT),
        voided=sums.get(AdjustmentKind.void, NOUGHT),
        refunded=sums.get(AdjustmentKind.refund, NOUGHT),
        taken_back=sums.get(AdjustmentKind.reversal, NOUGHT),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What took `amount` yuan off a bill, or put it back where the sum is negative."""

    on: date
    at: datetime
    title: str
    amount: Decimal
    who: str
    note: str


def settlements(bill_id: int) -> list[Settlement]:
    """Everything that settled the bill or was taken back from it, in its order."""
    allocated = select(Allocation).where(Allocation.bill_id == bill_id).options(joinedload(Allocation.payment))
    adjusted = select(Adjustment).where(Adjustment.bill_id == bill_id)
    found = [
        *(_of_allocation(each) for each in session().scalars(allocated.order_by(Allocation.id))),
        *(_of_adjustment(each) for each in session().scalars(adjusted.order_by(Adjustment.id))),
    ]
    return sorted(found, key=lambda each: each.at)


def _of_allocation(each: Allocation) -> Settlement:
    return Settlement(
        on=each.allocated_on,
        at=each.allocated_at,
        title=f"{METHOD_TITLES[each.payment.method]} {each.payment.reference}".strip(),
        amount=each.amount,
        who=each.allocated_by,
        note=str(RULE_TITLES[each.rule]),
    )


def _of_adjustment(each: Adjustment) -> Settlement:
    return Settlement(
        on=each.booked_on,
        at=each.made_at,
        title=str(ADJUSTMENT_TITLES[each.kind]),
        amount=each.amount,
        who=each.made_by,
        note=each.reason,
    )
