"""The bell: what somebody was told, and going where it leads. Reading marks, so opening is a POST."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.notifications import queries, service

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")
PAGE_SIZE = 30


@blueprint.get("/")
@requires(Permission.signed_in)
def index() -> ResponseReturnValue:
    number = max(1, request.args.get("page", 1, type=int))
    found = queries.latest(number, PAGE_SIZE)
    context: dict[str, Any] = {"number": number, "more": len(found) > PAGE_SIZE, "unread": queries.unread_count()}
    return render_template("notifications/index.html", notifications=found[:PAGE_SIZE], **context)


@blueprint.get("/bell")
@requires(Permission.signed_in)
def bell() -> ResponseReturnValue:
    """The number alone, asked for by open pages."""
    return render_template("notifications/_count.html", unread=queries.unread_count())


@blueprint.post("/open")
@requires(Permission.signed_in)
def follow() -> ResponseReturnValue:
    notification_id = request.form.get("notification_id", type=int)
    notification = queries.get_notification(abort(400) if notification_id is None else notification_id)
    service.mark_read(notification)
    return redirect(notification.url, 303)


@blueprint.post("/read")
@requires(Permission.signed_in)
def read_all() -> ResponseReturnValue:
    service.mark_all_read()
    return redirect(url_for(".index"), 303)
