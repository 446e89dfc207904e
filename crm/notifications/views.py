"""The bell: what somebody was told, and going where it leads. Reading marks, so opening is a POST."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.models import User
from crm.auth.permissions import Permission, requires
from crm.dates import utc_now
from crm.db import session
from crm.notifications import queries, reports, service
from crm.notifications.forms import QuietForm
from crm.notifications.quiet import QuietHours, parse_time
from crm.web.forms import attempt, form_page, id_in

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")
PAGE_SIZE = 30
FEW = 8  # under the bell itself


@blueprint.get("/")
@requires(Permission.signed_in)
def index() -> ResponseReturnValue:
    number, only = max(1, request.args.get("page", 1, type=int)), request.args.get("only") == "unread"
    found, now = queries.latest(number, PAGE_SIZE, unread=only), utc_now()
    context: dict[str, Any] = {"number": number, "more": len(found) > PAGE_SIZE, "only": only}
    hours = _in_words(queries.quiet_hours_of(session().get(User, g.actor.user_id), now))
    days = reports.by_day(found[:PAGE_SIZE], now)
    return render_template("notifications/index.html", days=days, hours=hours, **context)


@blueprint.get("/latest")
@requires(Permission.signed_in)
def few() -> ResponseReturnValue:
    """The list that opens under the bell."""
    now = utc_now()
    lines = [reports.line_of(each, now) for each in queries.latest(1, FEW)[:FEW]]
    return render_template("notifications/_latest.html", lines=lines)


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
    """Those named in the form; all of them where it names none."""
    named = request.form.getlist("notification_id")
    ids = [key for text in named if (key := id_in(text)) is not None]
    service.mark_all_read(ids if named else None)
    return redirect(url_for(".index", only=request.form.get("only") or None))


@blueprint.route("/quiet", methods=["GET", "POST"])
@requires(Permission.signed_in)
def quiet() -> ResponseReturnValue:
    """One's own quiet hours."""
    user, now = session().get_one(User, g.actor.user_id), utc_now()
    form = QuietForm(quiet_from=_typed(user.quiet_from), quiet_until=_typed(user.quiet_until))
    if form.validate_on_submit():
        times = [parse_time(text) if text else None for text in (form.quiet_from.data, form.quiet_until.data)]
        if attempt(form, service.set_quiet_hours, user, *times):
            flash(_("Your quiet hours are kept."))
            return redirect(url_for(".index"))
    company = _in_words(queries.company_hours(now))
    return form_page(form, _("Quiet hours"), url_for(".index"), "notifications/quiet.html", company=company)


def _typed(moment: Any) -> str:
    return f"{moment:%H:%M}" if moment else ""


def _in_words(hours: QuietHours) -> str:
    return f"{hours.starts:%H:%M}–{hours.ends:%H:%M}" if hours.any else str(_("none"))
