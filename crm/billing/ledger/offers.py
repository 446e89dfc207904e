"""What the acting person may do with a bill, a payment or a request now, and why not the rest.

Buttons, pages and refusals agree: all ask the hindrances of the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.billing.ledger import queries, service
from crm.billing.ledger.models import OF_A_BILL, WORKFLOW, AdjustmentKind, AdjustmentRequest, Bill, Payment
from crm.billing.ledger.queries import Standing
from crm.dates import business_day

ASK_TITLES = {
    AdjustmentKind.waiver: _l("Ask for a waiver"),
    AdjustmentKind.write_off: _l("Ask for a write-off"),
    AdjustmentKind.void: _l("Ask to make it void"),
    AdjustmentKind.refund: _l("Ask for a refund"),
    AdjustmentKind.reversal: _l("Take the payment back"),
}
ICONS = {
    AdjustmentKind.waiver: "heart-handshake",
    AdjustmentKind.write_off: "archive",
    AdjustmentKind.void: "x",
    AdjustmentKind.refund: "arrow-back-up",
    AdjustmentKind.reversal: "arrow-back-up",
}
STEP_ICONS = {"approve": "check", "refuse": "x", "withdraw": "arrow-back-up"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    name: str
    title: LazyString | str
    icon: str
    address: str
    hindrance: str  # "" when it is possible


def offers_of_bill(bill: Bill, standing: Standing, *, passed_on: bool) -> Sequence[Offer]:
    """Only what the person's role is for; `bill` has its item loaded. `passed_on`: its unit has another owner, too."""
    offered: list[Offer] = []
    if actor().may(Permission.cash_take):
        offered += _asking(bill, standing)
        offered.append(_release(bill) if standing.disputed_on(business_day()) else _dispute(bill, standing))
    if actor().may(Permission.billing_run):
        address = url_for("billing.split", bill_id=bill.id)
        reason = service.split_hindrance(bill, standing) or ("" if passed_on else queries.nobody_else())
        offered.append(
            Offer(name="split", title=_("Split at a transfer"), icon="users", address=address, hindrance=reason)
        )
    return offered


def _asking(bill: Bill, standing: Standing) -> Iterator[Offer]:
    for kind in OF_A_BILL:
        yield Offer(
            name=kind,
            title=ASK_TITLES[kind],
            icon=ICONS[kind],
            address=url_for("billing.ask", bill_id=bill.id, wish=kind),
            hindrance=service.request_hindrance(bill, kind, standing),
        )


def _dispute(bill: Bill, standing: Standing) -> Offer:
    address, reason = url_for("billing.dispute", bill_id=bill.id), service.dispute_hindrance(bill, standing)
    return Offer(name="dispute", title=_("Note a dispute"), icon="alert-triangle", address=address, hindrance=reason)


def _release(bill: Bill) -> Offer:
    address = url_for("billing.release", bill_id=bill.id)
    return Offer(name="release", title=_("End the dispute"), icon="circle-check", address=address, hindrance="")


def offers_of_payment(payment: Payment, standing: Standing) -> Sequence[Offer]:
    if not actor().may(Permission.cash_take):
        return []
    pages = {AdjustmentKind.refund: "billing.refund", AdjustmentKind.reversal: "billing.take_back"}
    return [
        Offer(
            name=kind,
            title=ASK_TITLES[kind],
            icon=ICONS[kind],
            address=url_for(page, payment_id=payment.id),
            hindrance=service.request_hindrance(payment, kind, standing),
        )
        for kind, page in pages.items()
    ]


def offers_of_request(asked: AdjustmentRequest) -> Sequence[Offer]:
    """The steps of the workflow; with bill and payment loaded."""
    return [
        Offer(
            name=name,
            title=step.title,
            icon=STEP_ICONS[name],
            address=url_for(f"billing.{name}", adjustment_request_id=asked.id),
            hindrance=service.step_hindrance(asked, name),
        )
        for name, step in WORKFLOW.items()
        if actor().may(Permission(step.permission))
    ]
