"""What deposits put into a drawer or take out of it; `crm.wiring` adds them to the counter's own."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from crm.billing.cashier.flows import Flow, receipt_of
from crm.billing.cashier.models import ReceiptKind
from crm.billing.deposits.models import Deposit, DepositMovement, MovementKind
from crm.billing.ledger.models import AT_THE_COUNTER


def takings() -> Select[*tuple[Any, ...]]:
    return select(
        Deposit.id,
        Deposit.estate_id,
        Deposit.taken_by_id.label("cashier_id"),
        Deposit.customer_id,
        Deposit.method,
        Deposit.amount,
        Deposit.taken_at.label("at"),
        Deposit.day_close_id,
        receipt_of(ReceiptKind.deposit, Deposit.id).label("receipt_id"),
    ).where(Deposit.method.in_(AT_THE_COUNTER))


def given_back() -> Select[*tuple[Any, ...]]:
    """Out of the drawer of whoever paid out; what is taken back of that comes into the same drawer again."""
    first = aliased(DepositMovement)
    paid_out_by = func.coalesce(first.made_by_id, DepositMovement.made_by_id)
    voucher = receipt_of(ReceiptKind.deposit_refund, func.coalesce(DepositMovement.reverses_id, DepositMovement.id))
    taken = receipt_of(ReceiptKind.deposit, DepositMovement.deposit_id)
    return (
        select(
            DepositMovement.id,
            DepositMovement.estate_id,
            paid_out_by.label("cashier_id"),
            DepositMovement.customer_id,
            DepositMovement.method,
            (-DepositMovement.amount).label("amount"),
            DepositMovement.made_at.label("at"),
            DepositMovement.day_close_id,
            case((DepositMovement.kind == MovementKind.refund, voucher), else_=taken).label("receipt_id"),
        )
        .select_from(DepositMovement)
        .outerjoin(first, first.id == DepositMovement.reverses_id)
        .where(DepositMovement.method.in_(AT_THE_COUNTER))
    )


FLOWS = {
    "deposit": Flow(title=_l("Deposit"), model=Deposit, moves=takings),
    "deposit_refund": Flow(title=_l("Deposit given back"), model=DepositMovement, moves=given_back),
}
