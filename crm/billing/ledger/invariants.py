"""What must hold in the books whatever was done in which order; `crm billing check` and the nightly job ask it.

Each check is a query that finds what is wrong: nothing, in sound books.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Select, and_, case, cast, func, select, type_coerce
from sqlalchemy.orm import aliased

from crm.billing.arithmetic import STEPS
from crm.billing.charges.models import BY_TARIFF, ChargeItem
from crm.billing.ledger.models import Adjustment, Allocation, Bill, BillSource, Payment, PeriodClose

Check = Callable[[], Select[int, int]]


def whole(column: Any) -> Any:
    """The whole number that the database keeps: fen, thousandths, millionths."""
    return type_coerce(column, BigInteger)


def _taken(model: Any, column: Any, document: Any) -> Any:
    sums = select(func.coalesce(func.sum(model.amount), 0)).where(column == document.id)
    return sums.correlate(document).scalar_subquery()


def bills_not_as_settled() -> Select[int, int]:
    """What is open of a bill is its amount less what settled it and what was adjusted."""
    settled = _taken(Allocation, Allocation.bill_id, Bill) + _taken(Adjustment, Adjustment.bill_id, Bill)
    return select(Bill.id, Bill.customer_id).where(Bill.open != Bill.amount - settled)


def payments_not_as_used() -> Select[int, int]:
    used = _taken(Allocation, Allocation.payment_id, Payment) + _taken(Adjustment, Adjustment.payment_id, Payment)
    return select(Payment.id, Payment.customer_id).where(Payment.open != Payment.amount - used)


def void_bills_with_something_open() -> Select[int, int]:
    return select(Bill.id, Bill.customer_id).where(Bill.voided, Bill.open != 0)


def days_charged_twice() -> Select[int, int]:
    """No two bills that are not void charge a unit's item for one day."""
    other = aliased(Bill)
    runs = [BillSource.single, BillSource.late_fee]
    same = and_(
        other.unit_id == Bill.unit_id, other.item_id == Bill.item_id, other.meter == Bill.meter, other.id > Bill.id
    )
    overlap = and_(other.begins < Bill.ends, Bill.begins < other.ends, ~other.voided, other.source.not_in(runs))
    found = select(Bill.id, Bill.customer_id).join(other, same)
    return found.where(overlap, ~Bill.voided, Bill.source.not_in(runs))


def fen_of_product(quantity: Any, price: Any, days: Any, days_of: Any, step: Any) -> Any:
    """quantity × price × days ÷ days of the month in fen, rounded half up to whole steps: in whole numbers throughout.

    Quantity in thousandths, price in millionths. As `arithmetic.cost`, for SQL.
    """
    divisor = cast(10_000_000, BigInteger) * days_of * step
    return (2 * quantity * price * days + divisor) // (2 * divisor) * step


def bills_not_as_reckoned() -> Select[int, int]:
    """A bill from a run is what its own figures come to."""
    reckoned = fen_of_product(
        whole(Bill.quantity),
        whole(Bill.price),
        func.coalesce(Bill.days, 1),
        func.coalesce(Bill.days_of, 1),
        step_of(ChargeItem.rounding),
    )
    found = select(Bill.id, Bill.customer_id).join(ChargeItem, ChargeItem.id == Bill.item_id)
    by_tariff = and_(Bill.source == BillSource.run, ChargeItem.basis.in_(BY_TARIFF))
    return found.where(by_tariff, whole(Bill.amount) != reckoned)


def step_of(rounding: Any) -> Any:
    """Fen of one step of a charge item's rounding, as a column."""
    return cast(case(dict(STEPS), value=rounding), BigInteger)


def booked_after_the_close() -> Select[int, int]:
    """Nothing stands in a month's books that was entered after the month was closed."""
    late = [
        select(model.id, model.customer_id)
        .join(PeriodClose, and_(PeriodClose.estate_id == model.estate_id, PeriodClose.month >= model.month))
        .where(at > PeriodClose.closed_at)
        for model, at in (
            (Bill, Bill.issued_at),
            (Payment, Payment.received_at),
            (Adjustment, Adjustment.made_at),
        )
    ]
    return select(*late[0].union_all(*late[1:]).subquery().c)


def settled_by_another_estate() -> Select[int, int]:
    found = select(Allocation.id, Bill.customer_id).join(Bill, Bill.id == Allocation.bill_id)
    return found.join(Payment, Payment.id == Allocation.payment_id).where(Payment.estate_id != Bill.estate_id)


CHECKS: dict[str, tuple[LazyString, Check]] = {
    "bill_open": (_l("A bill's open sum is not its amount less what settled it"), bills_not_as_settled),
    "payment_open": (_l("A payment's credit is not its amount less what it settled"), payments_not_as_used),
    "void_open": (_l("A void bill has something open"), void_bills_with_something_open),
    "charged_twice": (_l("A day is charged twice"), days_charged_twice),
    "arithmetic": (_l("A bill is not what its own figures come to"), bills_not_as_reckoned),
    "closed": (_l("Something was booked into a closed month"), booked_after_the_close),
    "estate": (_l("A payment settles another estate's bill"), settled_by_another_estate),
}
