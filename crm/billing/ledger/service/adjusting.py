"""Waivers, write-offs, void bills, refunds and payments taken back: asked for by one, decided by another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.ledger import queries
from crm.billing.ledger.events import Adjusted, AdjustmentRequested, AdjustmentUndone, RequestDecided
from crm.billing.ledger.figures import ALONE_UP_TO
from crm.billing.ledger.models import (
    OF_A_BILL,
    REQUEST_TITLES,
    WORKFLOW,
    Adjustment,
    AdjustmentKind,
    AdjustmentRequest,
    Allocation,
    Bill,
    Method,
    Payment,
    RequestState,
)
from crm.billing.ledger.queries import Standing
from crm.billing.ledger.service.holding import hold
from crm.billing.ledger.service.paying import release
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError

Document = Bill | Payment
UNDOABLE = (AdjustmentKind.waiver, AdjustmentKind.write_off)
WHOLE = (AdjustmentKind.void, AdjustmentKind.reversal, AdjustmentKind.write_off)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants adjusted. `method` and `reference` say how a refund goes back."""

    kind: AdjustmentKind
    amount: Decimal
    reason: str
    method: Method | None = None
    reference: str = ""
    upload_id: int | None = None


def hindrance(document: Document, kind: AdjustmentKind, standing: Standing | None = None) -> str:
    """Why a bill or a payment cannot be adjusted so now, or ""; `standing` where it is known already."""
    if isinstance(document, Bill) != (kind in OF_A_BILL):
        return _("This is not possible here.")
    standing = standing or queries.standing_of(document)
    return _of_bill(document, kind, standing) if isinstance(document, Bill) else _of_payment(document, kind, standing)


def _of_bill(bill: Bill, kind: AdjustmentKind, standing: Standing) -> str:
    if bill.voided:
        return _("The bill is void already.")
    if kind is not AdjustmentKind.void:
        return "" if bill.open else _("Nothing of this bill is open any more.")
    if standing.adjusted:
        return _("Part of this bill was waived or written off. Take that back first.")
    return ""


def _of_payment(payment: Payment, kind: AdjustmentKind, standing: Standing) -> str:
    if standing.taken_back:
        return _("This payment was taken back already.")
    if kind is AdjustmentKind.refund:
        return "" if payment.open else _("All of this payment settles bills: there is no credit to give back.")
    if payment.method is Method.deposit:
        return _("It was paid from a deposit: take the deduction back there.")
    return _("Some of this payment was given back already.") if standing.adjusted else ""


def deposit_hindrance(payment: Payment) -> str:
    """Why a payment out of a deposit cannot go back there, or ""."""
    standing = queries.standing_of(payment)
    return _("Some of this payment was given back already.") if standing.adjusted or standing.taken_back else ""


def request_hindrance(document: Document, kind: AdjustmentKind, standing: Standing | None = None) -> str:
    """Why it cannot be asked for now, or ""."""
    standing = standing or queries.standing_of(document)
    if reason := hindrance(document, kind, standing):
        return reason
    return _("A request about this is waiting for a decision already.") if standing.asked else ""


def most(document: Document, kind: AdjustmentKind) -> Decimal:
    """The largest sum the adjustment can have; for those in `WHOLE` it is the only one."""
    if kind in (AdjustmentKind.void, AdjustmentKind.reversal):
        return document.amount
    return document.open


def sum_hindrance(document: Document, kind: AdjustmentKind, amount: Decimal) -> str:
    """Why it cannot be of this sum, or ""."""
    largest = most(document, kind)
    if kind in WHOLE and amount != largest:
        return _("This is only possible for the whole sum of %(sum)s yuan.", sum=f"{largest:,.2f}")
    if amount <= 0 or amount > largest:
        return _("The sum can be %(sum)s yuan at most.", sum=f"{largest:,.2f}")
    return ""


def _expect(document: Document, wish: Wish) -> None:
    if reason := hindrance(document, wish.kind) or sum_hindrance(document, wish.kind, wish.amount):
        raise DomainError(reason)
    if not wish.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    if wish.kind is AdjustmentKind.refund and wish.method is None:
        raise DomainError(_("Choose how the money goes back."))


def request(document: Document, wish: Wish) -> AdjustmentRequest:
    """申请. Raises `DomainError` when it is not possible, or the same is asked for already."""
    hold(document)
    if reason := request_hindrance(document, wish.kind):
        raise DomainError(reason)
    _expect(document, wish)
    made = AdjustmentRequest(
        estate_id=document.estate_id,
        customer_id=document.customer_id,
        **_about(document),
        kind=wish.kind,
        amount=wish.amount,
        reason=wish.reason,
        method=wish.method,
        reference=wish.reference,
        upload_id=wish.upload_id,
        state=RequestState.requested,
        requested_by_id=g.actor.user_id,
        requested_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(
        AdjustmentRequested(
            adjustment_request_id=made.id,
            customer_id=made.customer_id,
            **_about(document),
            kind=made.kind,
            amount=made.amount,
            reason=made.reason,
        )
    )
    return made


def step_hindrance(asked: AdjustmentRequest, step: str) -> str:
    """Why the acting person cannot take the step of a request now, or ""."""
    if asked.state is not RequestState.requested:
        return _("This is decided already: %(state)s.", state=REQUEST_TITLES[asked.state])
    own = asked.requested_by_id == g.actor.user_id
    if step == "withdraw":
        return "" if own else _("Only whoever asked can withdraw it.")
    if own:
        return _("Somebody else must decide about your own request.")
    return _no_longer(asked) if step == "approve" else ""


def _no_longer(asked: AdjustmentRequest) -> str:
    """Why what was asked for has become impossible."""
    document = asked.document
    return hindrance(document, asked.kind) or sum_hindrance(document, asked.kind, asked.amount)


def approve(asked: AdjustmentRequest, remark: str = "") -> Adjustment:
    """Decide for it and carry it out. Raises `DomainError` for one's own request or when it became impossible."""
    _decide(asked, "approve", remark)
    wish = Wish(
        kind=asked.kind,
        amount=asked.amount,
        reason=asked.reason,
        method=asked.method,
        reference=asked.reference,
    )
    return carry_out(asked.document, wish, request_id=asked.id)


def refuse(asked: AdjustmentRequest, remark: str) -> None:
    if not remark.strip():
        raise DomainError(_("Write why it is refused."))
    _decide(asked, "refuse", remark)


def withdraw(asked: AdjustmentRequest) -> None:
    _expect_step(asked, "withdraw")
    WORKFLOW.take(asked, "withdraw")
    _tell(asked, "")


def _decide(asked: AdjustmentRequest, step: str, remark: str) -> None:
    _expect_step(asked, step)
    WORKFLOW.take(asked, step)
    asked.decided_by_id, asked.decided_at, asked.decision = g.actor.user_id, utc_now(), remark
    session().flush()
    _tell(asked, remark)


def _expect_step(asked: AdjustmentRequest, step: str) -> None:
    if reason := step_hindrance(asked, step):
        raise DomainError(reason)


def _tell(asked: AdjustmentRequest, remark: str) -> None:
    record(
        RequestDecided(
            adjustment_request_id=asked.id,
            customer_id=asked.customer_id,
            bill_id=asked.bill_id,
            payment_id=asked.payment_id,
            kind=asked.kind,
            decision=asked.state,
            amount=asked.amount,
            remark=remark,
        )
    )


def may_alone(payment: Payment) -> bool:
    """Whether one person may take the payment back: entered today by oneself, and small (figure)."""
    own = payment.received_by_id == g.actor.user_id and payment.day_close_id is None
    return own and payment.amount <= ALONE_UP_TO.on(business_day()) and payment.paid_on == business_day()


def take_back_alone(payment: Payment, reason: str) -> Adjustment:
    """Raises `DomainError` where a second person is needed."""
    hold(payment)
    if not may_alone(payment):
        raise DomainError(_("A second person must approve this."))
    wish = Wish(kind=AdjustmentKind.reversal, amount=payment.amount, reason=reason, method=payment.method)
    return carry_out(payment, wish)


def carry_out(document: Document, wish: Wish, *, request_id: int | None = None) -> Adjustment:
    """Book it: what settled the bill, or what the payment settled, is released where it is void or taken back."""
    hold(document)
    _expect(document, wish)
    return _book(document, wish, request_id)


def return_to_deposit(payment: Payment, reason: str) -> Adjustment:
    """A payment out of a deposit is taken back with its deduction; the caller gives the deposit its money back."""
    hold(payment)
    if payment.method is not Method.deposit:
        raise ValueError("this payment came from no deposit")
    if refusal := deposit_hindrance(payment):
        raise DomainError(refusal)
    return _book(payment, Wish(kind=AdjustmentKind.reversal, amount=payment.amount, reason=reason), None)


def _book(document: Document, wish: Wish, request_id: int | None) -> Adjustment:
    if wish.kind is AdjustmentKind.void:
        release(queries.live_allocations(Allocation.bill_id, document.id))
    if wish.kind is AdjustmentKind.reversal:
        release(queries.live_allocations(Allocation.payment_id, document.id))
    document.open -= wish.amount
    if isinstance(document, Bill) and wish.kind is AdjustmentKind.void:
        document.voided = True
    method = document.method if isinstance(document, Payment) and wish.method is None else wish.method
    made = _adjustment(document, wish.kind, wish.amount, wish.reason)
    made.method, made.reference, made.request_id = method, wish.reference, request_id
    session().add(made)
    session().flush()
    record(
        Adjusted(
            adjustment_id=made.id,
            customer_id=made.customer_id,
            bill_id=made.bill_id,
            payment_id=made.payment_id,
            kind=made.kind,
            amount=made.amount,
            reason=made.reason,
        )
    )
    return made


def undo_hindrance(adjustment: Adjustment) -> str:
    """Why it cannot be taken back now, or ""."""
    if adjustment.kind not in UNDOABLE or adjustment.reverses_id is not None:
        return _("Only a waiver or a write-off can be taken back.")
    if session().scalar(select(Adjustment.id).where(Adjustment.reverses_id == adjustment.id)):
        return _("This was taken back already.")
    return ""


def undo(adjustment: Adjustment, reason: str) -> Adjustment:
    """A waiver or a write-off is taken back: the bill is open again for that sum, both stay on the file."""
    if hindered := undo_hindrance(adjustment):
        raise DomainError(hindered)
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    bill = queries.get_bill(adjustment.bill_id or 0)
    hold(bill)
    if session().scalar(select(Adjustment.id).where(Adjustment.reverses_id == adjustment.id)):
        raise DomainError(_("This was taken back already."))
    bill.open += adjustment.amount
    made = _adjustment(bill, adjustment.kind, -adjustment.amount, reason)
    made.reverses_id = adjustment.id
    session().add(made)
    session().flush()
    record(
        AdjustmentUndone(
            adjustment_id=adjustment.id,
            customer_id=adjustment.customer_id,
            bill_id=adjustment.bill_id,
            kind=adjustment.kind,
            amount=adjustment.amount,
            reason=reason,
        )
    )
    return made


def _adjustment(document: Document, kind: AdjustmentKind, amount: Decimal, reason: str) -> Adjustment:
    today = business_day()
    return Adjustment(
        estate_id=document.estate_id,
        customer_id=document.customer_id,
        **_about(document),
        kind=kind,
        amount=amount,
        reason=reason,
        booked_on=today,
        month=queries.open_month(document.estate_id, today),
        made_by_id=g.actor.user_id,
        made_by=g.actor.name,
        made_at=utc_now(),
    )


def _about(document: Document) -> dict[str, Any]:
    bill_id = document.id if isinstance(document, Bill) else None
    return {"bill_id": bill_id, "payment_id": None if bill_id else document.id}
