"""Asking for the own password again, with everything that was sent carried along (decision 018).

The form of the question goes to the address that was asked for, with the same fields and the password beside them; so
the page works without JavaScript and inside a part fetched by htmx. A GET goes by way of /confirm.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.auth import service
from crm.auth.confirmation import ConfirmationNeeded, recently_confirmed
from crm.auth.figures import CONFIRMATION_MINUTES, today_of
from crm.auth.permissions import Permission, requires
from crm.auth.views.pages import asking_address, blueprint, here, inside
from crm.errors import DomainError
from crm.web.application import own_units
from crm.web.parts import asked_by_htmx

PASSWORD, BACK = "confirming_password", "confirming_back"  # beside the fields that are carried
NOT_CARRIED = {PASSWORD, BACK, "csrf_token"}


def set_up_confirmation(app: Flask) -> None:
    """Stands after the CSRF protection: nobody else's page may try passwords here."""
    app.before_request(take_password)
    app.register_error_handler(ConfirmationNeeded, lambda _needed: _ask())


def take_password() -> ResponseReturnValue | None:
    """The password that came with a form: when it is right the form goes its way, else the question comes again."""
    if g.actor is None or request.method != "POST" or PASSWORD not in request.form:
        return None
    try:
        service.confirm_password(request.form[PASSWORD], asking_address())
    except DomainError as refusal:
        return _ask(str(refusal))
    g.password_given = True
    return None


@blueprint.route("/confirm", methods=["GET", "POST"])
@requires(Permission.signed_in)
@own_units
def confirm() -> ResponseReturnValue:
    """The question for a page; `next` is where it leads."""
    if recently_confirmed():
        return redirect(inside(request.values.get("next", "")))
    return _ask()


def _ask(fault: str = "") -> ResponseReturnValue:
    """The question, carrying what was sent. Files cannot be carried: then it leads back to the form they were in."""
    back = _back()
    if request.method == "GET" and request.endpoint != "auth.confirm":
        address, carried = url_for("auth.confirm"), [("next", here())]
    elif request.method == "GET":
        address, carried = url_for("auth.confirm"), [("next", inside(request.args.get("next", "")))]
    elif _has_files():
        address, carried = url_for("auth.confirm"), [("next", back)]
    else:
        address, carried = here(), [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED]
    page = render_template(
        "auth/_confirm.html" if asked_by_htmx() else "auth/confirm.html",
        address=address,
        carried=carried,
        back=back,
        fault=fault,
        minutes=today_of(CONFIRMATION_MINUTES),
        files=_has_files(),
        htmx=asked_by_htmx(),
        target=_target(),
    )
    return page, 422 if request.method == "POST" else 200


def _back() -> str:
    """The page the question interrupted, for Cancel and for files."""
    if BACK in request.form:
        return inside(request.form[BACK])
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    ours = parts.netloc == request.host and parts.path
    return inside(f"{parts.path}?{parts.query}".rstrip("?") if ours else "")


def _has_files() -> bool:
    return any(file.filename for file in request.files.values())


def _target() -> str:
    """Where htmx puts the answer, as its selector."""
    name = request.headers.get("HX-Target", "")
    return f"#{name}" if re.fullmatch(r"[\w-]+", name) else "this"
