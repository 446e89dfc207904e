"""Switching the own second factor on and off; recovery codes."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth import second_factor, service
from crm.auth.confirmation import confirmed
from crm.auth.forms import EnrolForm, ProofForm
from crm.auth.models import User
from crm.auth.permissions import Permission, requires
from crm.auth.views.pages import asking_address, blueprint, inside
from crm.dates import utc_now
from crm.db import session
from crm.web.application import own_units
from crm.web.forms import attempt


@blueprint.route("/account/factor", methods=["GET", "POST"])
@requires(Permission.signed_in)
@confirmed
def enrol() -> ResponseReturnValue:
    """The secret as QR code and text, until a code proves that an app has it; then the recovery codes, once."""
    user, form = session().get_one(User, g.actor.user_id), EnrolForm()
    if user.second_factor is not None:
        return redirect(url_for(".account"))
    form.next.data = form.next.data or request.args.get("next", "")
    secret = second_factor.secret_in(form.ticket.data or "") or second_factor.new_secret()
    if form.validate_on_submit():
        codes = attempt(form, second_factor.enrol, user, secret, form.code.data or "", utc_now())
        if codes:
            return _codes_page(codes, inside(form.next.data or "", "auth.account"))
    form.ticket.data = second_factor.ticket_for(secret)
    page = render_template(
        "auth/enrol.html",
        form=form,
        secret=secret,
        picture=second_factor.picture_of(second_factor.address_of(secret, user.username)),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/account/factor/codes", methods=["GET", "POST"])
@requires(Permission.signed_in)
@own_units
def recovery_codes() -> ResponseReturnValue:
    form = ProofForm()
    if form.validate_on_submit():
        codes = attempt(form, service.renew_recovery_codes, *_proof(form))
        if codes:
            return _codes_page(codes, url_for(".account"))
    return _proof_page(form, _("New recovery codes"), _("The codes you have now will be worth nothing."))


@blueprint.route("/account/factor/off", methods=["GET", "POST"])
@requires(Permission.signed_in)
@own_units
def switch_off() -> ResponseReturnValue:
    form = ProofForm()
    if form.validate_on_submit() and attempt(form, service.switch_off_second_factor, *_proof(form)):
        flash(_("The second factor is switched off."))
        return redirect(url_for(".account"))
    return _proof_page(
        form,
        _("Switch the second factor off"),
        _("For another telephone: switch it off here, then set it up again on the new one."),
    )


def _proof(form: ProofForm) -> tuple[str, str, str]:
    return form.password.data or "", form.code.data or "", asking_address()


def _proof_page(form: ProofForm, title: str, intro: str) -> ResponseReturnValue:
    page = render_template("auth/proof.html", form=form, title=title, intro=intro)
    return page, 422 if form.is_submitted() else 200


def _codes_page(codes: list[str], onwards: str) -> ResponseReturnValue:
    return render_template("auth/recovery_codes.html", codes=codes, onwards=onwards)
