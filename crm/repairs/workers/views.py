"""Who repairs: the list, and a worker's trades, shifts and absences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.lists import listing
from crm.repairs.categories.models import TRADES
from crm.repairs.workers import listings, queries, service
from crm.repairs.workers.forms import AbsenceForm, BackForm, ShiftsForm, TradesForm
from crm.repairs.workers.history import WEEKDAY_TITLES
from crm.repairs.workers.rota import hours_of, last_day
from crm.web.forms import attempt, form_page, is_current

blueprint = Blueprint("repair_workers", __name__, url_prefix="/repairs/workers")
READ = KEEP = Permission.repair_keep


@dataclass(frozen=True)
class _Stand:
    """What a form was opened on, in words: trades and shifts have no row of their own to carry a version."""

    version: str


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.workers(business_day()))


@blueprint.get("/<int:repair_worker_id>")
@requires(READ)
def show(repair_worker_id: int) -> ResponseReturnValue:
    worker, day = queries.get_worker(repair_worker_id), business_day()
    rota = queries.rota([worker.id], day)[worker.id]
    return render_template(
        "repairs/workers/show.html",
        worker=worker,
        rota=rota,
        trades=listings.trades_of(rota, {entry.code: entry.title for entry in TRADES.entries()}),
        week=[
            (title, hours_of(rota.shifts, weekday) or _("off")) for weekday, title in enumerate(WEEKDAY_TITLES.values())
        ],
        absences=[(each, last_day(each), each.ends > day) for each in queries.absences_of(worker.id)],
        may_keep=g.actor.may(KEEP),
    )


@blueprint.route("/<int:repair_worker_id>/trades", methods=["GET", "POST"])
@requires(KEEP)
def trades(repair_worker_id: int) -> ResponseReturnValue:
    worker = queries.get_worker(repair_worker_id)
    present = sorted(queries.rota([worker.id], business_day())[worker.id].trades)
    stand = _Stand(",".join(present))
    form = TradesForm(data={"trades": present, "version": stand.version})
    form.trades.choices = [(each.code, each.title) for each in TRADES.entries() if each.active or each.code in present]
    if form.validate_on_submit() and is_current(form, stand, timeline("user", worker.id)):
        service.set_trades(worker, form.trades.data or ())
        flash(_("Saved."))
        return redirect(url_for(".show", repair_worker_id=worker.id))
    return form_page(form, _("Trades"), url_for(".show", repair_worker_id=worker.id), intro=worker.full_name)


@blueprint.route("/<int:repair_worker_id>/shifts", methods=["GET", "POST"])
@requires(KEEP)
def shifts(repair_worker_id: int) -> ResponseReturnValue:
    worker = queries.get_worker(repair_worker_id)
    present = queries.rota([worker.id], business_day())[worker.id].shifts
    week: dict[str, Any] = {name: hours_of(present, weekday) for weekday, name in enumerate(WEEKDAY_TITLES)}
    stand = _Stand(";".join(week.values()))
    form = ShiftsForm(data=week | {"version": stand.version})
    if form.validate_on_submit() and is_current(form, stand, timeline("user", worker.id)):
        service.set_shifts(worker, form.week)
        flash(_("Saved."))
        return redirect(url_for(".show", repair_worker_id=worker.id))
    back = url_for(".show", repair_worker_id=worker.id)
    return form_page(form, _("Shifts"), back, "repairs/workers/shifts.html", intro=worker.full_name)


@blueprint.route("/<int:repair_worker_id>/absences/new", methods=["GET", "POST"])
@requires(KEEP)
def new_absence(repair_worker_id: int) -> ResponseReturnValue:
    worker, form = queries.get_worker(repair_worker_id), AbsenceForm()
    given = worker, form.first_on.data, form.last_on.data, form.reason.data
    if form.validate_on_submit() and attempt(form, service.enter_absence, *given):
        flash(_("Entered."))
        return redirect(url_for(".show", repair_worker_id=worker.id))
    return form_page(form, _("Enter an absence"), url_for(".show", repair_worker_id=worker.id), intro=worker.full_name)


@blueprint.route("/absences/<int:absence_id>/end", methods=["GET", "POST"])
@requires(KEEP)
def end_absence(absence_id: int) -> ResponseReturnValue:
    absence, form = queries.get_absence(absence_id), BackForm(data={"back_on": business_day()})
    back = url_for(".show", repair_worker_id=absence.user_id)
    if form.validate_on_submit() and attempt(form, service.end_absence, absence, form.back_on.data):
        flash(_("Saved."))
        return redirect(back)
    told = f"{absence.user.full_name} · {absence.starts} – {last_day(absence)} · {absence.reason}"
    return form_page(form, _("Back early"), back, intro=told)
