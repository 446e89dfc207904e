"""What must hold in the deposits' book whatever was done in which order; asked with the ledger's own checks.

Each check is a query that finds what is wrong: nothing, in sound books.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from crm.billing.cashier.models import Receipt, ReceiptKind
from crm.billing.deposits.models import (
    Deposit,
    DepositLine,
    DepositMovement,
    DepositRequest,
    MovementKind,
    RequestState,
)
from crm.billing.ledger.invariants import Check
from crm.billing.ledger.models import AT_THE_COUNTER, Adjustment, AdjustmentKind, Method, Payment, PeriodClose

NOUGHT = Decimal(0)


def balances_not_as_moved() -> Select[int, int]:
    """What is left of a deposit is its amount less its movements, and never below nought."""
    moved = select(func.coalesce(func.sum(DepositMovement.amount), NOUGHT)).where(
        DepositMovement.deposit_id == Deposit.id
    )
    wrong = Deposit.balance != Deposit.amount - moved.correlate(Deposit).scalar_subquery()
    return select(Deposit.id, Deposit.customer_id).where(or_(wrong, Deposit.balance < NOUGHT))


def requests_not_as_carried_out() -> Select[int, int]:
    """A request is the sum of its lines; each line is booked once when it is done, and not before."""
    lines = select(func.coalesce(func.sum(DepositLine.amount), NOUGHT)).where(
        DepositLine.request_id == DepositRequest.id
    )
    moved = select(func.coalesce(func.sum(DepositMovement.amount), NOUGHT)).where(
        DepositMovement.request_id == DepositRequest.id
    )
    asked = case((DepositRequest.takes_back, -DepositRequest.amount), else_=DepositRequest.amount)
    expected = case((DepositRequest.state == RequestState.done, asked), else_=NOUGHT)
    wrong = or_(
        DepositRequest.amount != lines.correlate(DepositRequest).scalar_subquery(),
        expected != moved.correlate(DepositRequest).scalar_subquery(),
    )
    return select(DepositRequest.id, DepositRequest.customer_id).where(wrong)


def done_without_a_second_person() -> Select[int, int]:
    """Money given back or forfeited has been decided by somebody else; only an entry's taking back may be alone."""
    kinds = (MovementKind.refund, MovementKind.forfeiture)
    found = select(DepositRequest.id, DepositRequest.customer_id)
    return found.where(DepositRequest.alone, DepositRequest.kind.in_(kinds))


def given_to_another_without_a_reason() -> Select[int, int]:
    found = select(DepositRequest.id, DepositRequest.customer_id)
    found = found.join(Deposit, Deposit.id == DepositRequest.deposit_id)
    refund = and_(DepositRequest.kind == MovementKind.refund, ~DepositRequest.takes_back)
    return found.where(refund, DepositRequest.payee != Deposit.payer, DepositRequest.payee_reason == "")


def payments_not_as_deducted() -> Select[int, int]:
    """A payment out of a deposit has the deduction that made it, of its sum, and stands as long as that stands."""
    undoing = aliased(DepositMovement)
    undone = exists().where(undoing.reverses_id == DepositMovement.id)
    made_it = and_(
        DepositMovement.payment_id == Payment.id,
        DepositMovement.amount == Payment.amount,
        DepositMovement.estate_id == Payment.estate_id,
    )
    taken_back = exists().where(Adjustment.payment_id == Payment.id, Adjustment.kind == AdjustmentKind.reversal)
    both_stand = and_(exists().where(made_it, ~undone), ~taken_back)
    neither_stands = and_(exists().where(made_it, undone), taken_back)
    found = select(Payment.id, Payment.customer_id).where(Payment.method == Method.deposit)
    return found.where(~or_(both_stand, neither_stands))


def booked_after_the_close() -> Select[int, int]:
    """Nothing stands in a month's books that was entered after the month was closed."""
    late = [
        select(model.id, model.customer_id)
        .join(PeriodClose, and_(PeriodClose.estate_id == model.estate_id, PeriodClose.month >= model.month))
        .where(at > PeriodClose.closed_at)
        for model, at in ((Deposit, Deposit.taken_at), (DepositMovement, DepositMovement.made_at))
    ]
    return select(*late[0].union_all(*late[1:]).subquery().c)


def takings_without_receipt() -> Select[int, int]:
    """Every deposit taken at the counter has one receipt of its sum; void it is when the entry was taken back."""
    cancelled = exists().where(
        DepositMovement.deposit_id == Deposit.id,
        DepositMovement.kind == MovementKind.cancellation,
        DepositMovement.reverses_id.is_(None),
    )
    found = select(Deposit.id, Deposit.customer_id).where(Deposit.method.in_(AT_THE_COUNTER))
    return found.where(~_has_receipt(ReceiptKind.deposit, Deposit, cancelled))


def refunds_without_voucher() -> Select[int, int]:
    """Every deposit given back has one voucher of its sum; void it is when that was taken back."""
    undoing = aliased(DepositMovement)
    undone = exists().where(undoing.reverses_id == DepositMovement.id)
    refund = and_(DepositMovement.kind == MovementKind.refund, DepositMovement.reverses_id.is_(None))
    found = select(DepositMovement.id, DepositMovement.customer_id).where(refund)
    return found.where(~_has_receipt(ReceiptKind.deposit_refund, DepositMovement, undone))


def _has_receipt(kind: ReceiptKind, document: Any, is_void: Any) -> Any:
    proves = and_(Receipt.kind == kind, Receipt.about_id == document.id, Receipt.amount == document.amount)
    void = exists().where(proves, Receipt.voided_at.is_not(None))
    valid = exists().where(proves, Receipt.voided_at.is_(None))
    return or_(and_(is_void, void), and_(~is_void, valid))


CHECKS: dict[str, tuple[LazyString, Check]] = {
    "deposit_balance": (_l("What is left of a deposit is not its amount less its movements"), balances_not_as_moved),
    "deposit_requests": (
        _l("A request about a deposit is not what was booked for it"),
        requests_not_as_carried_out,
    ),
    "deposit_four_eyes": (_l("A deposit went without a second person"), done_without_a_second_person),
    "deposit_payee": (
        _l("A deposit went to somebody else without a reason"),
        given_to_another_without_a_reason,
    ),
    "deposit_payments": (_l("A payment out of a deposit has no deduction"), payments_not_as_deducted),
    "deposit_receipt": (_l("A deposit has no receipt of its sum, or one that is void"), takings_without_receipt),
    "deposit_voucher": (
        _l("A deposit given back has no voucher of its sum, or one that is void"),
        refunds_without_voucher,
    ),
    "deposit_closed": (_l("A deposit was booked into a closed month"), booked_after_the_close),
}
