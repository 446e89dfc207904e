"""A month of an estate in figures: what was charged and what came in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from crm.billing.ledger.models import Adjustment, AdjustmentKind, Bill, Payment
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
