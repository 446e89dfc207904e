"""Signing in and out, the own account, language, theme and estate."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager
from sqlalchemy import select

from crm.auth import service
from crm.auth.actor import Actor
from crm.auth.forms import LoginForm, PasswordForm
from crm.auth.models import LoginSession, Theme, User
from crm.auth.permissions import Permission, public, requires
from crm.db import session
from crm.errors import DomainError
from crm.web.application import own_units
from crm.web.language import LANGUAGES

blueprint = Blueprint("auth", __name__)
COOKIE_KEY = "sid"


def set_up_login(app: Flask) -> None:
    """`g.actor` is who the session cookie says; Flask-Login's current_user follows it."""
    app.before_request(load_actor)
    manager = LoginManager(app)
    manager.session_protection = None  # sessions are rows of ours
    manager.request_loader(lambda _request: session().get(User, g.actor.user_id) if g.actor else None)


def load_actor() -> None:
    g.actor = None
    if request.endpoint != "static" and (token := cookie.get(COOKIE_KEY)):
        limits = current_app.config["SETTINGS"]
        g.actor = service.recognise(token, limits.idle_limit, limits.absolute_limit)


def _inside(address: str) -> str:
    """Where to go after signing in: only a path of ours."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return address if ours else url_for("desk.home")


@blueprint.route("/login", methods=["GET", "POST"])
@public
@own_units
def login() -> ResponseReturnValue:
    form = LoginForm()
    if not form.is_submitted():
        form.next.data = request.args.get("next", "")
        return redirect(_inside(form.next.data)) if g.actor else render_template("auth/login.html", form=form, fault="")
    if not form.validate():
        return render_template("auth/login.html", form=form, fault=""), 422
    try:
        token = service.sign_in(
            form.username.data or "", form.password.data or "", request.remote_addr or "", str(request.user_agent)
        )
    except DomainError as refusal:
        return render_template("auth/login.html", form=form, fault=str(refusal)), 401
    language = cookie.get("language")
    cookie.clear()
    cookie.update({COOKIE_KEY: token} | ({"language": language} if language else {}))
    cookie.permanent = True
    return redirect(_inside(form.next.data or ""))


@blueprint.post("/logout")
@requires(Permission.signed_in)
def logout() -> ResponseReturnValue:
    service.sign_out(_actor().session_id or 0)
    cookie.clear()
    flash(_("You have signed out."))
    return redirect(url_for(".login"))


@blueprint.route("/account", methods=["GET", "POST"])
@requires(Permission.signed_in)
def account() -> ResponseReturnValue:
    form, user = PasswordForm(), _user()
    if form.validate_on_submit():
        try:
            service.change_password(user, form.present.data or "", form.new.data or "")
            flash(_("The password is changed."))
            return redirect(url_for(".account"))
        except DomainError as refusal:
            form.present.errors = [str(refusal)]
    logins = session().scalars(
        select(LoginSession)
        .where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
        .order_by(LoginSession.seen_at.desc())
        .limit(10)
    )
    page = render_template("auth/account.html", form=form, user=user, logins=logins.all())
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/preferences")
@requires(Permission.signed_in)
def preferences() -> ResponseReturnValue:
    user, wanted = _user(), request.form
    if wanted.get("locale") in LANGUAGES:
        user.locale = wanted["locale"]
    if wanted.get("theme") in set(Theme):
        user.theme = Theme(wanted["theme"])
    if "estate_id" in wanted:
        user.chosen_estate_id = _estate_choice(wanted["estate_id"])
    return redirect(_inside(wanted.get("next", "")))


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    """The language of the log-in page, kept in the cookie until somebody signs in."""
    if request.form.get("locale") in LANGUAGES:
        cookie["language"] = request.form["locale"]
    return redirect(url_for(".login"))


def _estate_choice(text: str) -> int | None:
    if not text:
        return None
    if not text.isdigit() or not _actor().sees(int(text)):
        abort(404)
    return int(text)


def _actor() -> Actor:
    actor: Actor = g.actor
    return actor


def _user() -> User:
    return session().get_one(User, _actor().user_id)
