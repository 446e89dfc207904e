"""The work list of requests, a request, the three steps it can take, and undoing what was approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import requires
from crm.billing.ledger import listings, queries, service
from crm.billing.ledger.explaining import days_in_words, explain
from crm.billing.ledger.forms import ApproveForm, ReasonForm, RefuseForm, WithdrawForm
from crm.billing.ledger.models import ADJUSTMENT_TITLES, WORKFLOW, AdjustmentRequest, Bill
from crm.billing.ledger.offers import offers_of_request
from crm.billing.ledger.views.account import TITLES
from crm.billing.ledger.views.pages import (
    APPROVE,
    READ,
    TAKE,
    Facts,
    bill_address,
    blueprint,
    facts_of_bill,
    facts_of_payment,
    payment_address,
    step,
)
from crm.files import store
from crm.lists import listing
from crm.tenants.history import happenings
from crm.web.download import attachment
from crm.web.forms import BaseForm, opened_on, stand_on
from crm.web.templating import money

SHOWN = ("application/pdf", "image/png", "image/jpeg")


@blueprint.get("/requests")
@requires(READ)
def requests() -> ResponseReturnValue:
    return listing.answer(listings.requests())


@blueprint.get("/requests/<int:adjustment_request_id>")
@requires(READ)
def request(adjustment_request_id: int) -> ResponseReturnValue:
    asked = queries.get_request(adjustment_request_id)
    bill = asked.bill
    return render_template(
        "billing/request.html",
        asked=asked,
        customer=asked.document.customer,
        address=bill_address(bill) if bill else payment_address(asked.payment or abort(404)),
        explanation=explain(bill) if bill else None,
        days=days_in_words(bill.begins, bill.ends) if bill else "",
        facts=_facts(asked),
        offers=offers_of_request(asked),
        titles=TITLES,
        evidence=store.find_upload(asked.upload_id) if asked.upload_id else None,
        events=happenings("adjustment_request", asked.id),
    )


def _facts(asked: AdjustmentRequest) -> Facts:
    document = asked.document
    return facts_of_bill(document) if isinstance(document, Bill) else facts_of_payment(document)


@blueprint.get("/requests/<int:adjustment_request_id>/evidence")
@requires(READ)
def fetch_evidence(adjustment_request_id: int) -> ResponseReturnValue:
    asked = queries.get_request(adjustment_request_id)
    upload = store.find_upload(asked.upload_id) if asked.upload_id else None
    if upload is None:
        abort(404)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)


@blueprint.route("/requests/<int:adjustment_request_id>/approve", methods=["GET", "POST"])
@requires(APPROVE)
@confirmed
def approve(adjustment_request_id: int) -> ResponseReturnValue:
    asked, form = queries.get_request(adjustment_request_id), ApproveForm()
    return _step(asked, "approve", form, lambda: service.approve(asked, form.remark.data or ""))


@blueprint.route("/requests/<int:adjustment_request_id>/refuse", methods=["GET", "POST"])
@requires(APPROVE)
def refuse(adjustment_request_id: int) -> ResponseReturnValue:
    asked, form = queries.get_request(adjustment_request_id), RefuseForm()
    return _step(asked, "refuse", form, lambda: service.refuse(asked, form.remark.data or ""))


@blueprint.route("/requests/<int:adjustment_request_id>/withdraw", methods=["GET", "POST"])
@requires(TAKE)
def withdraw(adjustment_request_id: int) -> ResponseReturnValue:
    asked, form = queries.get_request(adjustment_request_id), WithdrawForm()
    return _step(asked, "withdraw", form, lambda: service.withdraw(asked))


def _step(asked: AdjustmentRequest, name: str, form: BaseForm, act: Callable[[], Any]) -> ResponseReturnValue:
    title, back = str(WORKFLOW[name].title), url_for(".request", adjustment_request_id=asked.id)
    stand_on(form, asked)
    wanted = (_("Wanted"), f"{ADJUSTMENT_TITLES[asked.kind]} {money(asked.amount)}")
    return step(
        form,
        title,
        service.step_hindrance(asked, name) or _stale(form, asked),
        act,
        customer=asked.document.customer,
        facts=(wanted, (_("Reason"), asked.reason), *_facts(asked)),
        back=back,
        button=title,
    )


def _stale(form: BaseForm, asked: AdjustmentRequest) -> str:
    """Above a form that was opened on an older state; it stands on the present one then."""
    if not form.is_submitted() or opened_on(form, asked):
        return ""
    return str(form.form_errors.pop())


@blueprint.route("/adjustments/<int:adjustment_id>/undo", methods=["GET", "POST"])
@requires(APPROVE)
@confirmed
def undo(adjustment_id: int) -> ResponseReturnValue:
    """A waiver or a write-off is taken back: the bill is open again."""
    found, form = queries.get_adjustment(adjustment_id), ReasonForm()
    bill = queries.get_bill(found.bill_id or abort(404))
    wanted = (str(ADJUSTMENT_TITLES[found.kind]), money(found.amount))
    return step(
        form,
        _("Undo: %(what)s", what=ADJUSTMENT_TITLES[found.kind]),
        service.undo_hindrance(found),
        lambda: service.undo(found, form.reason.data or ""),
        customer=bill.customer,
        facts=(wanted, *facts_of_bill(bill)),
        back=bill_address(bill),
        told=_("The bill is open again for this sum; both stay on the file."),
        button=_("Undo"),
    )
