"""The register of payments, a payment with everything about it, and giving money back."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.ledger import account as accounts
from crm.billing.ledger import listings, queries, service
from crm.billing.ledger.forms import AskForm, RefundForm
from crm.billing.ledger.models import Adjustment, AdjustmentKind, AdjustmentRequest, Allocation, Method, Payment
from crm.billing.ledger.offers import ASK_TITLES, offers_of_payment
from crm.billing.ledger.service import Wish
from crm.billing.ledger.views.account import TITLES, requests_of
from crm.billing.ledger.views.pages import (
    READ,
    TAKE,
    blueprint,
    evidence_id,
    facts_of_payment,
    payment_address,
    step,
)
from crm.lists import listing
from crm.tenants.history import happenings


@blueprint.get("/payments")
@requires(READ)
def payments() -> ResponseReturnValue:
    return listing.answer(listings.payments())


@blueprint.get("/payments/<int:payment_id>")
@requires(READ)
def payment(payment_id: int) -> ResponseReturnValue:
    found = queries.get_payment(payment_id)
    standing = queries.standing_of(found)
    return render_template(
        "billing/payment.html",
        payment=found,
        standing=standing,
        offers=offers_of_payment(found, standing),
        titles=TITLES,
        settled=accounts.allocations(Allocation.payment_id == found.id),
        booked=accounts.adjustments(Adjustment.payment_id == found.id),
        requests=requests_of(AdjustmentRequest.payment_id == found.id),
        events=happenings("payment", found.id),
    )


@blueprint.route("/payments/<int:payment_id>/refund", methods=["GET", "POST"])
@requires(TAKE)
def refund(payment_id: int) -> ResponseReturnValue:
    found = queries.get_payment(payment_id)
    form = RefundForm(amount=found.open, method=found.method)
    return step(
        form,
        str(ASK_TITLES[AdjustmentKind.refund]),
        service.request_hindrance(found, AdjustmentKind.refund),
        lambda: service.request(found, _refund_of(found, form)),
        customer=found.customer,
        facts=facts_of_payment(found),
        back=payment_address(found),
        told=_("What is in credit goes back once somebody else has approved it."),
        button=_("Ask for it"),
    )


def _refund_of(payment: Payment, form: Any) -> Wish:
    return Wish(
        kind=AdjustmentKind.refund,
        amount=form.amount.data,
        reason=form.reason.data,
        method=Method(form.method.data),
        reference=form.reference.data or "",
        upload_id=evidence_id(form, payment.estate_id),
    )


@blueprint.route("/payments/<int:payment_id>/take-back", methods=["GET", "POST"])
@requires(TAKE)
def take_back(payment_id: int) -> ResponseReturnValue:
    """冲回, at once where one person may, else asked for: the page says which."""
    found, form = queries.get_payment(payment_id), AskForm()
    alone = service.may_alone(found)
    if alone:
        del form.evidence
    return step(
        form,
        str(ASK_TITLES[AdjustmentKind.reversal]),
        service.request_hindrance(found, AdjustmentKind.reversal),
        lambda: _take_back(found, form, alone=alone),
        customer=found.customer,
        facts=facts_of_payment(found),
        back=payment_address(found),
        told=_("The payment is taken back at once: you entered it today and it is small.")
        if alone
        else _("The payment is taken back once somebody else has approved it; its bills are open again then."),
        button=_("Take the payment back") if alone else _("Ask for it"),
    )


def _take_back(payment: Payment, form: Any, *, alone: bool) -> None:
    if alone:
        service.take_back_alone(payment, form.reason.data)
        return
    kind, proof = AdjustmentKind.reversal, evidence_id(form, payment.estate_id)
    service.request(payment, Wish(kind=kind, amount=payment.amount, reason=form.reason.data, upload_id=proof))
