"""Signing in and out; language, theme and estate."""

from __future__ import annotations

from dataclasses import asdict

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth import second_factor, service
from crm.auth.forms import CodeForm, LoginForm
from crm.auth.models import Theme, User
from crm.auth.permissions import Permission, public, requires
from crm.auth.service import HalfOpen
from crm.auth.views.pages import COOKIE_KEY, asking_address, blueprint, inside
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.web.application import own_units
from crm.web.forms import attempt
from crm.web.language import LANGUAGES

HALF_KEY, NEXT_KEY = "half", "next"


@blueprint.route("/login", methods=["GET", "POST"])
@public
@own_units
def login() -> ResponseReturnValue:
    form = LoginForm()
    if not form.is_submitted():
        form.next.data = request.args.get("next", "")
        return redirect(inside(form.next.data)) if g.actor else render_template("auth/login.html", form=form, fault="")
    if not form.validate():
        return render_template("auth/login.html", form=form, fault=""), 422
    try:
        entered = service.sign_in(
            form.username.data or "", form.password.data or "", asking_address(), str(request.user_agent)
        )
    except DomainError as refusal:
        return render_template("auth/login.html", form=form, fault=str(refusal)), 401
    if isinstance(entered, HalfOpen):
        cookie.update({HALF_KEY: asdict(entered), NEXT_KEY: form.next.data or ""})
        return redirect(url_for(".code"))
    return _enter(entered, form.next.data or "")


@blueprint.route("/login/code", methods=["GET", "POST"])
@public
@own_units
def code() -> ResponseReturnValue:
    """The second step: only after a right password, and for five minutes."""
    half = HalfOpen(**cookie[HALF_KEY]) if HALF_KEY in cookie else None
    if half is None or service.find_half_open(half, asking_address()) is None:
        return _begin_again()
    form = CodeForm()
    if form.validate_on_submit():
        given = form.code.data or ""
        token = attempt(form, service.enter_code, half, given, asking_address(), str(request.user_agent))
        if token:
            _tell_codes_left(half, given)
            return _enter(token, cookie.get(NEXT_KEY, ""))
    page = render_template("auth/code.html", form=form, recovery="recovery" in request.args)
    return page, 422 if form.is_submitted() else 200


def _begin_again() -> ResponseReturnValue:
    if cookie.pop(HALF_KEY, None):
        flash(_("Too much time has passed. Sign in again."), "warning")
    return redirect(url_for(".login", next=cookie.pop(NEXT_KEY, "") or None))


def _tell_codes_left(half: HalfOpen, given: str) -> None:
    if not second_factor.is_recovery_code(given):
        return
    with unit_of_work(writes=False):
        left = second_factor.codes_left(half.user_id)
    flash(_("This recovery code is used up. Codes left: %(left)d.", left=left), "warning")


def _enter(token: str, wanted: str) -> ResponseReturnValue:
    kept = {name: cookie[name] for name in ("language", "_flashes") if name in cookie}
    cookie.clear()
    cookie.update({COOKIE_KEY: token} | kept)
    cookie.permanent = True
    return redirect(inside(wanted))


@blueprint.post("/logout")
@requires(Permission.signed_in)
def logout() -> ResponseReturnValue:
    service.sign_out(g.actor.session_id)
    cookie.clear()
    flash(_("You have signed out."))
    return redirect(url_for(".login"))


@blueprint.post("/preferences")
@requires(Permission.signed_in)
def preferences() -> ResponseReturnValue:
    user, wanted = session().get_one(User, g.actor.user_id), request.form
    if wanted.get("locale") in LANGUAGES:
        user.locale = wanted["locale"]
    if wanted.get("theme") in set(Theme):
        user.theme = Theme(wanted["theme"])
    if "estate_id" in wanted:
        user.chosen_estate_id = _estate_choice(wanted["estate_id"])
    return redirect(inside(wanted.get("next", "")))


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    """The language of the log-in page, kept in the cookie until somebody signs in."""
    if request.form.get("locale") in LANGUAGES:
        cookie["language"] = request.form["locale"]
    return redirect(url_for(".code") if HALF_KEY in cookie else url_for(".login"))


def _estate_choice(text: str) -> int | None:
    if not text:
        return None
    if not text.isdigit() or not g.actor.sees(int(text)):
        abort(404)
    return int(text)
