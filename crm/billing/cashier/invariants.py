"""What must hold at the counter; `crm billing check` and the nightly job ask it, as `crm.billing.ledger.invariants`.

Each check is a query that finds what is wrong, as (id, customer), 0 where it is no customer's.
"""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Select, and_, case, cast, exists, func, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased

from crm.billing.cashier.flows import moves
from crm.billing.cashier.models import DayClose, Receipt, ReceiptKind
from crm.billing.cashier.serials import WORDS
from crm.billing.ledger.invariants import Check
from crm.billing.ledger.models import AT_THE_COUNTER, Adjustment, AdjustmentKind, Payment
from crm.numbering import Number, NumberSeries

NOBODY = literal(0)


def _receipts(kind: ReceiptKind, document: Any, *conditions: Any) -> Any:
    found = select(func.count(Receipt.id)).where(Receipt.kind == kind, Receipt.about_id == document.id, *conditions)
    return found.correlate(document).scalar_subquery()


def _taken_back(payment_id: Any) -> Any:
    taken = aliased(Adjustment)
    return exists().where(taken.payment_id == payment_id, taken.kind == AdjustmentKind.reversal)


def payments_without_receipt() -> Select[int, int]:
    """Every live payment at the counter has one receipt of the same sum that is not void."""
    same = and_(Receipt.voided_at.is_(None), Receipt.amount == Payment.amount)
    counter = Payment.method.in_(AT_THE_COUNTER)
    wrong = _receipts(ReceiptKind.payment, Payment, same) != 1
    return select(Payment.id, Payment.customer_id).where(counter, ~_taken_back(Payment.id), wrong)


def refunds_without_voucher() -> Select[int, int]:
    same = and_(Receipt.voided_at.is_(None), Receipt.amount == Adjustment.amount)
    wrong = _receipts(ReceiptKind.refund, Adjustment, same) != 1
    found = select(Adjustment.id, Adjustment.customer_id)
    return found.where(Adjustment.kind == AdjustmentKind.refund, Adjustment.reverses_id.is_(None), wrong)


def void_receipts_of_live_payments() -> Select[int, int]:
    """A receipt is void when its payment was taken back, and only then."""
    void = Receipt.voided_at.is_not(None)
    found = select(Receipt.id, Receipt.customer_id).where(Receipt.kind == ReceiptKind.payment)
    return found.where(void != _taken_back(Receipt.about_id))


def _ours() -> Any:
    return or_(*(NumberSeries.name.startswith(word) for word in WORDS.values()))


def numbers_without_receipt() -> Select[int, int]:
    found = select(Number.id, NOBODY).join(NumberSeries, NumberSeries.id == Number.series_id)
    return found.where(_ours(), ~exists().where(Receipt.number_id == Number.id))


def series_with_gaps() -> Select[int, int]:
    """1 to n are all there."""
    found = select(NumberSeries.id, NOBODY).outerjoin(Number, Number.series_id == NumberSeries.id).where(_ours())
    whole = and_(
        func.count(Number.id) == NumberSeries.last, func.coalesce(func.max(Number.serial), 0) == NumberSeries.last
    )
    return found.group_by(NumberSeries.id, NumberSeries.last).having(~whole)


def fen_of(told: Any, method: Any) -> Any:
    """Yuan of a method as the close has them in text, with two decimals, in fen."""
    return cast(func.replace(func.coalesce(told[method.value].as_string(), "0.00"), ".", ""), BigInteger)


def closes_not_as_documents() -> Select[int, int]:
    """A close expects what its documents come to, method by method; its variance is what was counted less that."""
    held = moves(lambda columns: columns["day_close_id"].is_not(None)).subquery()
    sums = select(
        held.c.day_close_id,
        *(
            func.sum(case((held.c.method == method, type_coerce(held.c.amount, BigInteger)), else_=0)).label(method)
            for method in AT_THE_COUNTER
        ),
    )
    summed = sums.group_by(held.c.day_close_id).subquery()
    wrong = [fen_of(DayClose.expected, method) != func.coalesce(summed.c[method], 0) for method in AT_THE_COUNTER]
    counted, expected = (
        sum(fen_of(told, each) for each in AT_THE_COUNTER) for told in (DayClose.counted, DayClose.expected)
    )
    wrong.append(type_coerce(DayClose.variance, BigInteger) != counted - expected)
    return select(DayClose.id, NOBODY).outerjoin(summed, summed.c.day_close_id == DayClose.id).where(or_(*wrong))


CHECKS: dict[str, tuple[LazyString, Check]] = {
    "receipt": (_l("A payment at the counter has no receipt of its sum"), payments_without_receipt),
    "voucher": (_l("A refund has no voucher of its sum"), refunds_without_voucher),
    "void_receipt": (_l("A receipt is void though its payment stands, or the reverse"), void_receipts_of_live_payments),
    "number": (_l("A receipt number stands on no receipt"), numbers_without_receipt),
    "serials": (_l("A series of receipt numbers has a gap"), series_with_gaps),
    "day_close": (_l("A day close is not the sum of its documents"), closes_not_as_documents),
}
