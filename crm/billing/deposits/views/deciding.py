"""What was asked for: looked at, decided by another, paid out, withdrawn, printed for the customer's signature."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.cashier.models import Receipt
from crm.billing.deposits import queries, service
from crm.billing.deposits.forms import DecideForm, PayOutForm
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.listings import REQUEST_TONES, what_is_asked
from crm.billing.deposits.models import (
    MOVEMENT_TITLES,
    REQUEST_TITLES,
    WORKFLOW,
    DepositRequest,
    MovementKind,
    RequestState,
)
from crm.billing.deposits.views.pages import APPROVE, READ, TAKE, blueprint, told
from crm.billing.ledger.models import METHOD_TITLES
from crm.dates import business_day
from crm.errors import DomainError, IllegalTransition
from crm.money import in_capitals
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, is_current
from crm.web.templating import money


@blueprint.get("/requests/<int:deposit_request_id>")
@requires(READ)
def request(deposit_request_id: int) -> ResponseReturnValue:
    found = queries.get_request(deposit_request_id)
    return render_template("billing/deposits/request.html", offered=_offered(found), **_shown(found))


def _offered(found: DepositRequest) -> list[str]:
    """Who asked does not decide; the two ways to approve are one button."""
    names = WORKFLOW.offered(found, g.actor.permissions)
    own = found.requested_by_id == g.actor.user_id
    decides = "allow" in names or "approve" in names
    withdraws = "withdraw" in names and (own or found.decided_by_id is not None)
    return [
        name
        for name, possible in (
            ("decide", decides and not own),
            ("pay_out", "pay_out" in names),
            ("withdraw", withdraws),
        )
        if possible
    ]


def _shown(found: DepositRequest) -> dict[str, Any]:
    """What screen and paper say of an act."""
    return {
        "act": found,
        "deposit": found.deposit,
        "what": what_is_asked(found),
        "kind": KINDS.title_of(found.deposit.kind),
        "state": REQUEST_TITLES[found.state],
        "tone": REQUEST_TONES[found.state],
        "method": METHOD_TITLES[found.method] if found.method else "",
        "capitals": in_capitals(found.amount),
        "vouchers": _vouchers(found),
        "is_note": found.kind in (MovementKind.deduction, MovementKind.forfeiture) and not found.takes_back,
    }


def _vouchers(found: DepositRequest) -> list[Receipt]:
    """Of money given back: to be printed and signed."""
    if found.kind is not MovementKind.refund or found.takes_back or found.state is not RequestState.done:
        return []
    return queries.vouchers_of(found.id)


@blueprint.route("/requests/<int:deposit_request_id>/decide", methods=["GET", "POST"])
@requires(APPROVE)
def decide(deposit_request_id: int) -> ResponseReturnValue:
    found = queries.get_request(deposit_request_id)
    form: Any = DecideForm(version=found.version)
    if not form.is_submitted() and "decide" not in _offered(found):
        raise IllegalTransition(_("It is decided already, or it is your own request."))
    if form.validate_on_submit() and is_current(form, found) and attempt(form, _decide, found, form):
        flash(_("Decided: %(state)s.", state=REQUEST_TITLES[found.state]))
        return _to_request(found)
    return _page(found, form, _("Decide"))


def _decide(found: DepositRequest, form: Any) -> None:
    verb = service.approve if form.verdict.data == "approve" else service.refuse
    verb(found, form.remark.data or "")


def _to_request(found: DepositRequest) -> ResponseReturnValue:
    return redirect(url_for(".request", deposit_request_id=found.id), 303)


def _page(found: DepositRequest, form: Any, title: str) -> ResponseReturnValue:
    back = url_for(".request", deposit_request_id=found.id)
    page = "billing/deposits/request_step.html"
    return form_page(form, title, back, page, intro=told(found.deposit), button=title, **_shown(found))


@blueprint.route("/requests/<int:deposit_request_id>/pay-out", methods=["GET", "POST"])
@requires(TAKE)
def pay_out(deposit_request_id: int) -> ResponseReturnValue:
    """Money leaves: the voucher is printed and signed by who gets it."""
    found = queries.get_request(deposit_request_id)
    form: Any = PayOutForm(version=found.version, reference=found.reference)
    if not form.is_submitted():
        WORKFLOW.expect(found, "pay_out")
    reference = form.reference.data or ""
    if form.validate_on_submit() and is_current(form, found) and attempt(form, service.pay_out, found, reference):
        flash(_("Paid out: %(sum)s yuan. Print the voucher and have it signed.", sum=money(found.amount)))
        return _to_request(found)
    return _page(found, form, _("Pay out"))


@blueprint.post("/requests/<int:deposit_request_id>/withdraw")
@requires(TAKE)
def withdraw(deposit_request_id: int) -> ResponseReturnValue:
    found = queries.get_request(deposit_request_id)
    service.withdraw(found)
    flash(_("Withdrawn."))
    return _to_request(found)


@blueprint.get("/requests/<int:deposit_request_id>/note.pdf")
@requires(READ)
def note(deposit_request_id: int) -> ResponseReturnValue:
    """扣款通知单, for the customer's signature."""
    found, day = queries.get_request(deposit_request_id), business_day()
    told = _shown(found)
    if not told["is_note"]:
        raise DomainError(_("There is a note for deductions and forfeitures only."))
    paper = pdf.document(
        "billing/deposit_note.html",
        estate=found.deposit.estate,
        printed_on=day,
        clerk=g.actor.name,
        after=_after(found),
        **told,
    )
    name = f"{MOVEMENT_TITLES[found.kind]} {found.deposit.code}.pdf"
    return attachment(paper, name, "application/pdf", inline=True)


def _after(found: DepositRequest) -> str:
    """What is left of the deposit by this note."""
    if found.state is RequestState.done:
        return _("Left of the deposit today: %(sum)s yuan.", sum=money(found.deposit.balance))
    left = money(found.deposit.balance - found.amount)
    return _("To be approved still. Afterwards %(sum)s yuan are left of the deposit.", sum=left)
