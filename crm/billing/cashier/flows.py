"""What puts money into a drawer or takes it out: payments, refunds, payments taken back, and what others add.

A package with documents of its own adds its flow in `crm.wiring`: name -> `Flow`. Sums are yuan, what goes out is
negative. A document belongs to the drawer of whoever handled the money; it is closed once, by `day_close_id`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import CompoundSelect, Select, func, literal, select, union_all

from crm.billing.cashier.models import Receipt, ReceiptKind
from crm.billing.ledger.models import AT_THE_COUNTER, Adjustment, AdjustmentKind, AdjustmentRequest, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """`model` has a column `day_close_id`; `moves` selects its documents with the columns of `COLUMNS`."""

    title: LazyString
    model: Any
    moves: Callable[[], Select[*tuple[Any, ...]]]


COLUMNS = ("id", "estate_id", "cashier_id", "customer_id", "method", "amount", "at", "day_close_id", "receipt_id")


def receipt_of(kind: ReceiptKind, document_id: Any) -> Any:
    """The id of the receipt that proves a document, as a column."""
    found = select(Receipt.id).where(Receipt.kind == kind, Receipt.about_id == document_id)
    return found.scalar_subquery()


def payments() -> Select[*tuple[Any, ...]]:
    return select(
        Payment.id,
        Payment.estate_id,
        Payment.received_by_id.label("cashier_id"),
        Payment.customer_id,
        Payment.method,
        Payment.amount,
        Payment.received_at.label("at"),
        Payment.day_close_id,
        receipt_of(ReceiptKind.payment, Payment.id).label("receipt_id"),
    ).where(Payment.method.in_(AT_THE_COUNTER))


def refunds() -> Select[*tuple[Any, ...]]:
    """Out of the drawer of whoever asked: the one at the counter gives the money back, not who approved it."""
    cashier = func.coalesce(AdjustmentRequest.requested_by_id, Adjustment.made_by_id)
    receipt = receipt_of(ReceiptKind.refund, Adjustment.id)
    asked = _adjustments(AdjustmentKind.refund, cashier, receipt)
    return asked.outerjoin(AdjustmentRequest, AdjustmentRequest.id == Adjustment.request_id)


def reversals() -> Select[*tuple[Any, ...]]:
    """Out of the drawer the payment had gone into, whoever takes it back."""
    receipt = receipt_of(ReceiptKind.payment, Adjustment.payment_id)
    taken = _adjustments(AdjustmentKind.reversal, Payment.received_by_id, receipt)
    return taken.join(Payment, Payment.id == Adjustment.payment_id)


def _adjustments(kind: AdjustmentKind, cashier: Any, receipt: Any) -> Select[*tuple[Any, ...]]:
    columns = select(
        Adjustment.id,
        Adjustment.estate_id,
        cashier.label("cashier_id"),
        Adjustment.customer_id,
        Adjustment.method,
        (-Adjustment.amount).label("amount"),
        Adjustment.made_at.label("at"),
        Adjustment.day_close_id,
        receipt.label("receipt_id"),
    ).select_from(Adjustment)
    return columns.where(Adjustment.kind == kind, Adjustment.method.in_(AT_THE_COUNTER))


flows: dict[str, Flow] = {
    "payment": Flow(title=_l("Payment"), model=Payment, moves=payments),
    "refund": Flow(title=_l("Refund"), model=Adjustment, moves=refunds),
    "reversal": Flow(title=_l("Payment taken back"), model=Adjustment, moves=reversals),
}


def moves(*conditions: Callable[[Any], Any]) -> CompoundSelect[*tuple[Any, ...]]:
    """Every document of every flow that meets the conditions, each a function of the flow's columns by name."""
    parts = []
    for name, flow in flows.items():
        asked = flow.moves()
        columns = {column.key: column for column in asked.selected_columns}
        parts.append(
            asked.where(*(condition(columns) for condition in conditions)).add_columns(literal(name).label("flow"))
        )
    return union_all(*parts)
