"""The board, what is moved on it, and the day's calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.dates import business_day, parse_date, utc_now
from crm.repairs.categories.models import TRADES
from crm.repairs.dispatch.board import LANE_TITLES, board, stamp_of
from crm.repairs.dispatch.calendar import day_of, parts_of
from crm.repairs.dispatch.forms import GiveForm
from crm.repairs.dispatch.giving import give
from crm.repairs.orders.queries import get_order
from crm.repairs.workers.queries import workers_of
from crm.web.forms import attempt, choices
from crm.web.parts import asked_by_htmx

blueprint = Blueprint("dispatch", __name__, url_prefix="/repairs/dispatch")
DISPATCH = Permission.repair_dispatch


@blueprint.get("/")
@requires(DISPATCH)
def show() -> ResponseReturnValue:
    """The board; its part asks again every few seconds and is sent only when something has changed."""
    trade, now = request.args.get("trade", ""), utc_now()
    if asked_by_htmx() and request.args.get("stamp") == stamp_of(trade, now):
        return "", 204
    return _board(trade)


def _board(trade: str, notice: str = "", moved: str = "") -> ResponseReturnValue:
    shown = board(trade, utc_now())
    template = "repairs/dispatch/_board.html" if asked_by_htmx() else "repairs/dispatch/board.html"
    return render_template(
        template,
        board=shown,
        trade=trade,
        trades=TRADES.choices(),
        lane_titles=LANE_TITLES,
        notice_text=notice,
        moved=moved,
    )


@blueprint.post("/give")
@requires(DISPATCH)
def give_to() -> ResponseReturnValue:
    """A card put into somebody's row, or given by name. What was changed meanwhile is not moved: the board says so."""
    form, trade = GiveForm(), request.args.get("trade", "")
    key = form.repair_id.data or ""
    if not key:
        return _answer(trade, _refusal(form), done=False)
    order = get_order(int(key)) if key.isdecimal() and len(key) < 10 else abort(404)
    form.worker_id.choices = choices(workers_of([order.estate_id]))
    sound = form.validate()
    done = sound and attempt(form, give, order, form.worker_id.data, form.version.data, form.reason.data or "")
    return _answer(trade, _("%(number)s is given.", number=order.number) if done else _refusal(form), done=bool(done))


def _answer(trade: str, words: str, *, done: bool) -> ResponseReturnValue:
    if asked_by_htmx():
        return _board(trade, "" if done else words, words if done else "")
    flash(words, "success" if done else "danger")
    return redirect(url_for(".show", trade=trade or None))


def _refusal(form: GiveForm) -> str:
    said = [*form.form_errors, *(text for field in form for text in field.errors)]
    return " ".join(str(text) for text in said) or _("Nothing was moved.")


@blueprint.get("/day")
@requires(DISPATCH)
def day() -> ResponseReturnValue:
    """`day` as people write it; today without one."""
    today = business_day()
    chosen = _day_asked(today)
    around: Any = {"before": chosen - timedelta(days=1), "after": chosen + timedelta(days=1)}
    days = day_of(chosen)
    return render_template(
        "repairs/dispatch/day.html", days=days, parts=parts_of(days), chosen=chosen, today=today, **around
    )


def _day_asked(today: date) -> date:
    """Today for what is no day."""
    try:
        return parse_date(request.args.get("day", ""), today)
    except ValueError:
        return today
