"""How much late fee each overdue bill has come to, in one statement.

Simple: rate × the sum over days of what was open that day. What was paid part of the way counts from the day it was
paid, so the sum is amount × days less each settled part × the days since it was settled; of both, the days on which
late fees rest (`suspensions`) are taken away again.

Days are counted from the due day on: one counts from the grace's end up to, without, the day or the last that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, Select, Subquery, cast, func, literal, select, union_all
from sqlalchemy.orm import aliased

from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.latefees.figures import CAP, GRACE, LAST_DAY, RATE
from crm.billing.latefees.suspensions import suspended
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Adjustment, Allocation, Bill, BillSource, Payment
from crm.billing.ledger.queries import NOUGHT, disputed_on
from crm.sql import days_between, earlier, later

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`rate` of one yuan and a day; `cap` in per cent of the bill; days counted from the due day."""

    rate: Decimal
    grace: int
    cap: Decimal
    longest: int

    @classmethod
    def on(cls, day: date) -> Terms:
        return cls(rate=RATE.on(day) / 100, grace=GRACE.on(day), cap=CAP.on(day), longest=LAST_DAY.on(day))


def overdue(estate_id: int, day: date, terms: Terms) -> Select[*tuple[Any, ...]]:
    """bill_id, customer_id, unit_id, yuan_days, fee, charged, amount: of each bill to be charged something on `day`.

    `yuan_days` in thousandths; `fee` is all it has come to since it was due, `charged` what was charged before,
    `amount` the rest, in fen. A disputed line waits until it is released.
    """
    reckoned = _reckoned(estate_id, day, terms).subquery("reckoned")
    fee = earlier(reckoned.c.fee, reckoned.c.most, type_=BigInteger)
    amount = fee - reckoned.c.charged
    columns = (reckoned.c.bill_id, reckoned.c.customer_id, reckoned.c.unit_id, reckoned.c.yuan_days)
    return select(*columns, fee.label("fee"), reckoned.c.charged, amount.label("amount")).where(amount > 0)


def _reckoned(estate_id: int, day: date, terms: Terms) -> Select[*tuple[Any, ...]]:
    settled, rested = _settled(estate_id, day, terms), _rested(estate_id, day, terms)
    owed = whole(Bill.amount) * _days(literal(terms.grace), _last(day, terms))
    fen_days = owed - func.coalesce(settled.c.fen_days, 0) - func.coalesce(rested.c.fen_days, 0)
    millionths = literal(int(terms.rate * MILLION), BigInteger)
    most = whole(Bill.amount) * literal(int(terms.cap * 100), BigInteger) // 10_000
    return (
        select(
            Bill.id.label("bill_id"),
            Bill.customer_id,
            Bill.unit_id,
            (fen_days * 10).label("yuan_days"),
            ((2 * fen_days * millionths + MILLION) // (2 * MILLION)).label("fee"),
            most.label("most"),
            _charged().label("charged"),
        )
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .outerjoin(settled, settled.c.bill_id == Bill.id)
        .outerjoin(rested, rested.c.bill_id == Bill.id)
        .where(Bill.estate_id == estate_id, Bill.open > NOUGHT, Bill.due_on < day, ~disputed_on(day))
        .where(ChargeItem.basis != Basis.late_fee)
    )


def _after(day: Any) -> Any:
    """Days from a bill's due day on."""
    due_on: Any = Bill.due_on
    return days_between(due_on, day)


def _last(day: date, terms: Terms) -> Any:
    """Days from a bill's due day up to the last that counts."""
    return earlier(_after(literal(day, Date)), literal(terms.longest), type_=Integer)


def _days(first: Any, last: Any) -> Any:
    """How many lie between; none where the first is beyond the last."""
    return cast(later(last - first, literal(0), type_=Integer), BigInteger)


def _settled(estate_id: int, day: date, terms: Terms) -> Subquery:
    """Of each open bill: what was settled of it × the days that count since then."""
    paid = (
        select(Allocation.bill_id, Allocation.amount, Payment.paid_on.label("settled_on"))
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Payment.estate_id == estate_id)
    )
    adjusted = select(Adjustment.bill_id, Adjustment.amount, Adjustment.booked_on.label("settled_on")).where(
        Adjustment.estate_id == estate_id, Adjustment.bill_id.is_not(None)
    )
    settling = union_all(paid, adjusted).subquery("settling")
    since = later(_after(settling.c.settled_on), literal(terms.grace), type_=Integer)
    fen_days = func.sum(whole(settling.c.amount) * _days(since, _last(day, terms)))
    return (
        select(settling.c.bill_id, cast(fen_days, BigInteger).label("fen_days"))
        .join(Bill, Bill.id == settling.c.bill_id)
        .where(Bill.open > NOUGHT)
        .group_by(settling.c.bill_id)
        .subquery("settled")
    )


def _rested(estate_id: int, day: date, terms: Terms) -> Subquery:
    """Of each bill whose late fees rest on some days: what was open of it then × those of them that count.

    Its amount less what was settled, each from its own day on; found from the resting bills, which are few.
    """
    rest = suspended(estate_id, day).cte("rest")

    def part(amount: Any, since: Any) -> Select[*tuple[Any, ...]]:
        first = later(_after(rest.c.begins), literal(terms.grace), type_=Integer)
        first = later(first, _after(since), type_=Integer)
        last = _after(func.coalesce(rest.c.ends, literal(day, Date)))
        days = _days(first, earlier(last, _last(day, terms), type_=Integer))
        found = select(rest.c.bill_id, (amount * days).label("fen_days")).select_from(rest)
        return found.join(Bill, Bill.id == rest.c.bill_id)

    paid = part(-whole(Allocation.amount), Payment.paid_on).join(Allocation, Allocation.bill_id == Bill.id)
    adjusted = part(-whole(Adjustment.amount), Adjustment.booked_on).join(Adjustment, Adjustment.bill_id == Bill.id)
    parts = union_all(
        part(whole(Bill.amount), Bill.due_on), paid.join(Payment, Payment.id == Allocation.payment_id), adjusted
    ).subquery("parts")
    fen_days = cast(func.sum(parts.c.fen_days), BigInteger).label("fen_days")
    return select(parts.c.bill_id, fen_days).group_by(parts.c.bill_id).subquery("rested")


def _charged() -> Any:
    """Late fees of a bill so far; one made void counts no more, one waived does."""
    fee = aliased(Bill)
    sums = select(func.coalesce(func.sum(whole(fee.amount)), 0)).where(
        fee.late_for_id == Bill.id, ~fee.voided, fee.source == BillSource.late_fee
    )
    return cast(sums.correlate(Bill).scalar_subquery(), BigInteger)
