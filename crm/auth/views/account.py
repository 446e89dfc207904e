"""The own account: password, second factor, sessions."""

from __future__ import annotations

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth import second_factor, service, sessions
from crm.auth.forms import PasswordForm
from crm.auth.models import User
from crm.auth.permissions import Permission, requires
from crm.auth.views.pages import asking_address, blueprint, inside
from crm.dates import today, utc_now
from crm.db import session
from crm.web.application import own_units
from crm.web.forms import attempt


@blueprint.get("/account")
@requires(Permission.signed_in)
def account() -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    return render_template(
        "auth/account.html",
        user=session().get_one(User, g.actor.user_id),
        codes_left=second_factor.codes_left(g.actor.user_id),
        required=second_factor.is_required(g.actor.roles, today(settings.timezone)),
        logins=sessions.own_sessions(utc_now(), settings.idle_limit, settings.absolute_limit),
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires(Permission.signed_in)
@own_units
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit() and attempt(
        form, service.change_password, form.present.data or "", form.new.data or "", asking_address()
    ):
        flash(_("The password is changed."))
        return redirect(inside(form.next.data or "", "auth.account"))
    form.next.data = form.next.data or request.args.get("next", "")
    return render_template("auth/password.html", form=form), 422 if form.is_submitted() else 200


@blueprint.post("/account/sessions")
@requires(Permission.signed_in)
def end_sessions() -> ResponseReturnValue:
    """`end` is a session's number, or "others"."""
    which = request.form.get("end", "")
    if which == "others":
        sessions.end_others()
        flash(_("You are signed out everywhere else."))
    elif which.isdecimal():
        if not sessions.end_own(int(which)):
            abort(404)
        flash(_("The session is ended."))
    return redirect(url_for(".account"))
