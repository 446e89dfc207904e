"""What must hold in the books whatever was done in which order; `crm billing check` and the nightly job ask it.

Each check is a query that finds what is wrong: nothing, in sound books. Its columns are ids and say of what.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Select, and_, case, cast, exists, func, or_, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from crm.billing.arithmetic import STEPS
from crm.billing.charges.models import BY_TARIFF, ChargeItem
from crm.billing.ledger.models import (
    Adjustment,
    AdjustmentKind,
    AdjustmentRequest,
    Allocation,
    Bill,
    BillSource,
    Payment,
    PeriodClose,
    RequestState,
)
from crm.tenants.merging.models import CustomerMerge, CustomerUnmerge
from crm.tenants.models import Customer

Check = Callable[[], Select[*tuple[Any, ...]]]
Faults = Select[*tuple[Any, ...]]
NOUGHT = Decimal(0)
LARGEST_PRODUCT = 10**17  # of a quantity and a price: 100 million yuan a month; the sum times twice 31 days is a BIGINT
BILL = (Bill.id.label("bill_id"), Bill.customer_id)
PAYMENT = (Payment.id.label("payment_id"), Payment.customer_id)
ADJUSTMENT = (Adjustment.id.label("adjustment_id"), Adjustment.customer_id)


def whole(column: Any) -> Any:
    """The whole number that the database keeps: fen, thousandths, millionths."""
    return type_coerce(column, BigInteger)


def step_of(rounding: Any) -> Any:
    """Fen of one step of a charge item's rounding, as a column."""
    return cast(case(dict(STEPS), value=rounding), BigInteger)


def fen_of_product(quantity: Any, price: Any, days: Any, days_of: Any, step: Any) -> Any:
    """quantity × price × days ÷ days of the month in fen, rounded half up to whole steps: in whole numbers throughout.

    Quantity in thousandths, price in millionths. As `arithmetic.cost`, for SQL; nothing where the product is beyond
    what an engine reckons exactly, so that no such line is ever charged.
    """
    divisor = cast(10_000_000, BigInteger) * days_of * step
    exact = or_(price == 0, quantity <= cast(LARGEST_PRODUCT, BigInteger) // func.nullif(price, 0, type_=BigInteger))
    return case((exact, (quantity * (2 * price * days) + divisor) // (2 * divisor) * step))


# Each document by itself


def _taken(model: Any, column: Any, document: Any) -> Any:
    sums = select(func.coalesce(func.sum(model.amount), 0)).where(column == document.id)
    return sums.correlate(document).scalar_subquery()


def bills_not_as_settled() -> Faults:
    """What is open of a bill is its amount less what settled it and what was adjusted."""
    settled = _taken(Allocation, Allocation.bill_id, Bill) + _taken(Adjustment, Adjustment.bill_id, Bill)
    return select(*BILL).where(Bill.open != Bill.amount - settled)


def payments_not_as_used() -> Faults:
    used = _taken(Allocation, Allocation.payment_id, Payment) + _taken(Adjustment, Adjustment.payment_id, Payment)
    return select(*PAYMENT).where(Payment.open != Payment.amount - used)


def allocated_beyond() -> Faults:
    """No bill is settled, and no payment used, beyond its amount; nothing is taken back that did not settle before."""
    pairs = select(Allocation.bill_id, Allocation.payment_id).group_by(Allocation.bill_id, Allocation.payment_id)
    parts = [pairs.having(func.sum(Allocation.amount) < NOUGHT)]
    for document, column in ((Bill, Allocation.bill_id), (Payment, Allocation.payment_id)):
        some = select(func.min(Allocation.bill_id), func.min(Allocation.payment_id)).join(
            document, document.id == column
        )
        parts.append(some.group_by(document.id, document.amount).having(func.sum(Allocation.amount) > document.amount))
    return _all(*parts)


def _all(*parts: Faults) -> Faults:
    return select(*union_all(*parts).subquery().c)


def void_bills_with_something_open() -> Faults:
    return select(*BILL).where(Bill.voided, Bill.open != NOUGHT)


def void_otherwise() -> Faults:
    """A bill is void exactly when an adjustment says so."""
    said = exists().where(Adjustment.bill_id == Bill.id, Adjustment.kind == AdjustmentKind.void)
    return select(*BILL).where(Bill.voided != said)


def bills_not_as_reckoned() -> Faults:
    """A bill from a run is what its own figures come to."""
    reckoned = fen_of_product(
        whole(Bill.quantity),
        whole(Bill.price),
        func.coalesce(Bill.days, 1),
        func.coalesce(Bill.days_of, 1),
        step_of(ChargeItem.rounding),
    )
    found = select(*BILL).join(ChargeItem, ChargeItem.id == Bill.item_id)
    by_tariff = and_(Bill.source == BillSource.run, ChargeItem.basis.in_(BY_TARIFF))
    return found.where(by_tariff, whole(Bill.amount).is_distinct_from(reckoned))


# What belongs together


def days_charged_twice() -> Faults:
    """No two bills that are not void charge a unit's item for one day: of any two, two neighbours overlap."""
    line: dict[str, Any] = {
        "partition_by": (Bill.unit_id, Bill.item_id, Bill.meter),
        "order_by": (Bill.begins, Bill.id),
    }
    charged = (
        select(*BILL, Bill.begins, func.lag(Bill.ends).over(**line).label("before"))
        .where(~Bill.voided, Bill.unit_id.is_not(None), Bill.source.not_in([BillSource.single, BillSource.late_fee]))
        .subquery()
    )
    return select(charged.c.bill_id, charged.c.customer_id).where(charged.c.before > charged.c.begins)


def split_otherwise() -> Faults:
    """What stands for a bill that was split adds up to it, and the bill is void."""
    part = aliased(Bill)
    parts = select(part.replaces_id, func.sum(part.amount).label("amount")).where(part.replaces_id.is_not(None))
    summed = parts.group_by(part.replaces_id).subquery()
    found = select(*BILL).join(summed, summed.c.replaces_id == Bill.id)
    return found.where(or_(~Bill.voided, Bill.amount != summed.c.amount))


def taken_back_otherwise() -> Faults:
    """A row that takes another back is about the same document, for the same sum."""
    parts = []
    models: tuple[Any, ...] = (Allocation, Adjustment)
    for model in models:
        first = aliased(model)
        same = (model.bill_id, first.bill_id), (model.payment_id, first.payment_id), (model.amount, -first.amount)
        found = select(model.bill_id, model.payment_id).join(first, first.id == model.reverses_id)
        parts.append(found.where(or_(*(one.is_distinct_from(other) for one, other in same))))
    return _all(*parts)


def accounts_that_do_not_add_up() -> Faults:
    """Σ bills less their adjustments, less Σ payments less theirs, is what is open of the bills less the credit.

    A file told apart again may have paid for the other: such sums count on both sides.
    """
    settling = select(Allocation.amount, Bill.customer_id.label("owes"), Payment.customer_id.label("pays"))
    settled = settling.join(Bill, Bill.id == Allocation.bill_id).join(Payment, Payment.id == Allocation.payment_id)
    of_bill = case((Adjustment.bill_id.is_not(None), -whole(Adjustment.amount)), else_=whole(Adjustment.amount))
    crossing = settled.subquery()
    rows = union_all(
        select(Bill.customer_id.label("of"), (whole(Bill.amount) - whole(Bill.open)).label("fen")),
        select(Payment.customer_id, whole(Payment.open) - whole(Payment.amount)),
        select(Adjustment.customer_id, of_bill),
        select(crossing.c.owes, -whole(crossing.c.amount)),
        select(crossing.c.pays, whole(crossing.c.amount)),
    ).subquery()
    found = select(Customer.kept_id.label("customer_id")).join(rows, rows.c.of == Customer.id)
    return found.group_by(Customer.kept_id).having(func.sum(rows.c.fen) != 0)


def settled_by_another_account() -> Faults:
    """A payment settles bills of its own estate and customer; or of one with whom it once was one file."""
    payer = aliased(Customer)
    found = (
        select(Allocation.bill_id, Allocation.payment_id)
        .join(Bill, Bill.id == Allocation.bill_id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Customer, Customer.id == Bill.customer_id)
        .join(payer, payer.id == Payment.customer_id)
    )
    once = exists().where(CustomerUnmerge.merge_id == CustomerMerge.id, _either(Customer.id), _either(payer.id))
    strange = and_(Customer.kept_id != payer.kept_id, ~once)
    return found.where(or_(Payment.estate_id != Bill.estate_id, strange))


def _either(customer_id: Any) -> Any:
    return or_(CustomerMerge.kept_id == customer_id, CustomerMerge.merged_id == customer_id)


# Who decided


def decided_otherwise() -> Faults:
    """What was approved was done, by another person, for that sum and of that document; what was not was not done."""
    approved = AdjustmentRequest.state == RequestState.approved
    columns = ("kind", "amount", "customer_id", "bill_id", "payment_id")
    pairs = [(getattr(Adjustment, name), getattr(AdjustmentRequest, name)) for name in columns]
    other = or_(*(done.is_distinct_from(asked) for done, asked in pairs))
    oneself = or_(
        Adjustment.made_by_id.is_distinct_from(AdjustmentRequest.decided_by_id),
        Adjustment.made_by_id == AdjustmentRequest.requested_by_id,
    )
    found = select(AdjustmentRequest.id.label("adjustment_request_id"), AdjustmentRequest.customer_id)
    return found.outerjoin(Adjustment, Adjustment.request_id == AdjustmentRequest.id).where(
        or_(approved != Adjustment.id.is_not(None), and_(approved, or_(other, oneself)))
    )


def adjusted_alone() -> Faults:
    """Without a second person nothing is adjusted but one's own payment, a split bill, and what restores a debt."""
    part, payment = aliased(Bill), aliased(Payment)
    split = exists().where(part.replaces_id == Adjustment.bill_id)
    own = exists().where(payment.id == Adjustment.payment_id, payment.received_by_id == Adjustment.made_by_id)
    allowed = or_(
        and_(Adjustment.kind == AdjustmentKind.void, split), and_(Adjustment.kind == AdjustmentKind.reversal, own)
    )
    alone = and_(Adjustment.request_id.is_(None), Adjustment.reverses_id.is_(None))
    return select(*ADJUSTMENT).where(alone, ~allowed)


def adjusted_for_another() -> Faults:
    """An adjustment is of its document's customer and estate."""
    return _all(
        *(
            select(*ADJUSTMENT)
            .join(model, model.id == column)
            .where(or_(model.customer_id != Adjustment.customer_id, model.estate_id != Adjustment.estate_id))
            for model, column in ((Bill, Adjustment.bill_id), (Payment, Adjustment.payment_id))
        )
    )


def booked_after_the_close() -> Faults:
    """Nothing stands in a month's books that was entered after the month was closed."""
    settled = select(Allocation.bill_id, Bill.customer_id).join(Bill, Bill.id == Allocation.bill_id)
    return _all(
        *(
            found.where(
                exists().where(
                    PeriodClose.estate_id == estate_id, PeriodClose.month >= month, PeriodClose.closed_at < entered_at
                )
            )
            for found, estate_id, month, entered_at in (
                (select(*BILL), Bill.estate_id, Bill.month, Bill.issued_at),
                (select(*PAYMENT), Payment.estate_id, Payment.month, Payment.received_at),
                (select(*ADJUSTMENT), Adjustment.estate_id, Adjustment.month, Adjustment.made_at),
                (settled, Bill.estate_id, Allocation.month, Allocation.allocated_at),
            )
        )
    )


CHECKS: dict[str, tuple[LazyString, Check]] = {
    "bill_open": (_l("A bill's open sum is not its amount less what settled it"), bills_not_as_settled),
    "payment_open": (_l("A payment's credit is not its amount less what it settled"), payments_not_as_used),
    "allocated": (_l("More was settled than there was, or more taken back"), allocated_beyond),
    "void_open": (_l("A void bill has something open"), void_bills_with_something_open),
    "void": (_l("A bill is void and nobody made it so, or the other way round"), void_otherwise),
    "arithmetic": (_l("A bill is not what its own figures come to"), bills_not_as_reckoned),
    "charged_twice": (_l("A day is charged twice"), days_charged_twice),
    "split": (_l("What stands for a split bill does not add up to it"), split_otherwise),
    "taken_back": (_l("A row takes back something else than it says"), taken_back_otherwise),
    "account": (_l("A customer's bills and payments do not add up to the balance"), accounts_that_do_not_add_up),
    "other_account": (_l("A payment settles another customer's bill"), settled_by_another_account),
    "decided": (_l("What was approved and what was done are not the same"), decided_otherwise),
    "alone": (_l("Something was adjusted without a second person"), adjusted_alone),
    "other_document": (_l("An adjustment is of another customer than its bill or payment"), adjusted_for_another),
    "closed": (_l("Something was booked into a closed month"), booked_after_the_close),
}
