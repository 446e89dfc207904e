"""收缴率 and 清欠率 of a month up to now: what came in of what fell due in it, and of what was owed before.

Current: the bills that fall due in the month, of its own, the month before or the next; charged less what was waived or
made void, and what was paid of it. Old debt: what was open of earlier bills when the month began, and what was paid of
that since. Both are told with numerator and denominator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select, type_coerce

from crm.billing.arithmetic import next_month
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Adjustment, AdjustmentKind, Allocation, Bill, Payment
from crm.billing.ledger.queries import NOUGHT
from crm.db import session
from crm.money import Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`of` yuan, `paid` of it."""

    paid: Decimal
    of: Decimal

    @property
    def per_cent(self) -> Decimal | None:
        """One decimal; None where nothing was to be paid."""
        return (self.paid * 100 / self.of).quantize(Decimal("0.1")) if self.of > NOUGHT else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    current: Rate
    old: Rate

    def plain(self) -> dict[str, str]:
        """As a review keeps it."""
        return {
            "current_paid": str(self.current.paid),
            "current_of": str(self.current.of),
            "old_paid": str(self.old.paid),
            "old_of": str(self.old.of),
        }

    @classmethod
    def restored(cls, kept: dict[str, Any]) -> Rates:
        current = Rate(paid=Decimal(kept["current_paid"]), of=Decimal(kept["current_of"]))
        return cls(current=current, old=Rate(paid=Decimal(kept["old_paid"]), of=Decimal(kept["old_of"])))


def rates(estate_id: int, month: date) -> Rates:
    """`month` is its first day."""
    return Rates(current=_current(estate_id, month), old=_old(estate_id, month))


def _sum(column: Any) -> Any:
    return type_coerce(cast(func.coalesce(func.sum(column), 0), BigInteger), Fen)


def _current(estate_id: int, month: date) -> Rate:
    due = (
        Bill.estate_id == estate_id,
        Bill.period.between(next_month(month, -1), next_month(month)),
        Bill.due_on >= month,
        Bill.due_on < next_month(month),
        ~Bill.voided,
    )
    charged, still = session().execute(select(_sum(whole(Bill.amount)), _sum(whole(Bill.open))).where(*due)).one()
    off = select(Adjustment.kind, _sum(whole(Adjustment.amount)).label("less")).join(Bill, Bill.id == Adjustment.bill_id)
    rows = session().execute(off.where(*due).group_by(Adjustment.kind))
    less = {row.kind: row.less for row in rows}
    of = charged - less.get(AdjustmentKind.waiver, NOUGHT)
    return Rate(paid=charged - still - sum(less.values(), NOUGHT), of=of)


def _old(estate_id: int, month: date) -> Rate:
    """What is open now, and what settled it since the month began, was open then."""
    old = Bill.estate_id == estate_id, Bill.due_on < month
    still = session().scalar(select(_sum(whole(Bill.open))).where(*old, Bill.open > NOUGHT)) or NOUGHT
    paid = session().scalar(_paid_since(month).where(*old)) or NOUGHT
    off = select(_sum(whole(Adjustment.amount))).join(Bill, Bill.id == Adjustment.bill_id)
    adjusted = off.where(*old, Adjustment.booked_on >= month, Adjustment.kind == AdjustmentKind.write_off)
    written_off = session().scalar(adjusted) or NOUGHT
    return Rate(paid=paid, of=still + paid + written_off)


def _paid_since(month: date) -> Select[*tuple[Any, ...]]:
    return (
        select(_sum(whole(Allocation.amount)))
        .select_from(Payment)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Bill, Bill.id == Allocation.bill_id)
        .where(Payment.paid_on >= month, Payment.estate_id == Bill.estate_id)
    )
