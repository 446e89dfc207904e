"""The blueprint; who asks, what that person has to do first, and which ways lead back inside."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import LoginManager

from crm.auth import service
from crm.auth.actor import Duty
from crm.auth.models import User
from crm.db import session
from crm.web.parts import asked_by_htmx

blueprint = Blueprint("auth", __name__)
COOKIE_KEY = "sid"
DUTY_PAGES = {Duty.change_password: "auth.password", Duty.enrol: "auth.enrol"}
ALWAYS = {"auth.logout", "auth.language", "auth.preferences", "auth.confirm", "static"}


def set_up_login(app: Flask) -> None:
    """`g.actor` is who the session cookie says; Flask-Login's current_user follows it."""
    app.before_request(load_actor)
    app.before_request(lead_to_duty)
    manager = LoginManager(app, add_context_processor=False)  # no template asks it; it would read the user again
    manager.session_protection = None  # sessions are rows of ours
    manager.request_loader(lambda _request: session().get(User, g.actor.user_id) if g.actor else None)


def load_actor() -> None:
    g.actor = None
    if request.endpoint != "static" and (token := cookie.get(COOKIE_KEY)):
        limits = current_app.config["SETTINGS"]
        g.actor = service.recognise(token, limits.idle_limit, limits.absolute_limit)


def lead_to_duty() -> ResponseReturnValue | None:
    """Whoever still owes a new password or a second factor sees nothing else until it is there."""
    if g.actor is None or g.actor.duty is None or request.endpoint in ALWAYS:
        return None
    page = DUTY_PAGES[g.actor.duty]
    if request.endpoint == page:
        return None
    if asked_by_htmx():
        return "", 403, {"HX-Redirect": url_for(page)}
    return redirect(url_for(page, next=here() if request.method == "GET" else None))


def inside(address: str, otherwise: str = "desk.home") -> str:
    """Where to go on: only a path of ours."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return url_for(otherwise)
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return address if ours and address.isprintable() else url_for(otherwise)


def here() -> str:
    return request.full_path.rstrip("?")


def asking_address() -> str:
    return request.remote_addr or ""
