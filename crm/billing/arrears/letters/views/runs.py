"""A run of letters: what it made and left out, its file for the printer, its mails, and the way back."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.confirmation import require_confirmation
from crm.auth.permissions import requires
from crm.billing.arrears.dunning.models import RUN_TITLES, RUN_WORKFLOW, Demand, DemandRun, RunState
from crm.billing.arrears.letters import jobs, listings, queries, reports, service
from crm.billing.arrears.letters.events import DemandRunExported
from crm.billing.arrears.letters.forms import PrintForm, ReasonForm
from crm.billing.arrears.letters.preview import told
from crm.billing.arrears.letters.views.pages import READ, REVIEW, blueprint
from crm.jobs.models import Job
from crm.jobs.service import address
from crm.lists import listing
from crm.lists.exports import UNCONFIRMED
from crm.web import excel
from crm.web.application import writing
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, hindered


@blueprint.route("/runs/<int:demand_run_id>", methods=["GET", "POST"])
@requires(READ)
def run(demand_run_id: int) -> ResponseReturnValue:
    found = queries.get_run(demand_run_id)
    return listing.answer(
        listings.of_run(found),
        "billing/arrears/letters/run.html",
        run=found,
        review=queries.get_review(found.review_id),
        state=RUN_TITLES[found.state],
        tally=queries.tally(Demand.run_id == found.id),
        left_out=[(each, told(each)) for each in found.left_out],
        fate=reports.fate(found),
        may_act=g.actor.may(REVIEW),
        hindrance=service.rollback_hindrance(found),
        title_of_rollback=RUN_WORKFLOW["roll_back"].title,
    )


def _back(found: DemandRun) -> str:
    return url_for("letters.run", demand_run_id=found.id)


def _about(found: DemandRun) -> str:
    told = _("%(count)s letters over %(sum)s yuan", count=f"{found.demands:,}", sum=f"{found.total:,.2f}")
    return f"{found.estate.name} · {found.day.isoformat()} · {told}"


@blueprint.route("/runs/<int:demand_run_id>/roll-back", methods=["GET", "POST"])
@requires(REVIEW)
def roll_back(demand_run_id: int) -> ResponseReturnValue:
    found, form = queries.get_run(demand_run_id), ReasonForm()
    possible = not hindered(form, service.rollback_hindrance(found))
    if possible and form.validate_on_submit() and attempt(form, service.roll_back, found, form.reason.data or ""):
        flash(_("Rolled back: the letters are void, the accounts stand as before."))
        return redirect(_back(found), 303)
    return _step(form, _("Roll back"), found)


def _step(form: Any, title: str, found: DemandRun) -> ResponseReturnValue:
    return form_page(
        form, title, _back(found), "billing/arrears/letters/run_step.html", intro=_about(found), button=title
    )


@blueprint.route("/runs/<int:demand_run_id>/print", methods=["GET", "POST"])
@requires(REVIEW)
def print_run(demand_run_id: int) -> ResponseReturnValue:
    """All its letters in one file, in the order of the units."""
    found, form = queries.get_run(demand_run_id), PrintForm()
    if form.validate_on_submit() and (job := attempt(form, _ask_print, found, form.reason.data or "")):
        return redirect(address(job), 303)
    return _step(form, _("Print all letters"), found)


def _ask_print(found: DemandRun, reason: str) -> Job:
    return jobs.ask_print(_to_take_out(found), reason)


def _to_take_out(found: DemandRun) -> list[int]:
    """The ids of its letters; many of them leave the house only with the password given again."""
    ids = [each.id for each in queries.letters_of_run(found.id)] if found.state is RunState.made else []
    if len(ids) > UNCONFIRMED:
        require_confirmation()
    return ids


@blueprint.post("/runs/<int:demand_run_id>/mail")
@requires(REVIEW)
def mail_run(demand_run_id: int) -> ResponseReturnValue:
    """To whoever has an address and did not get it yet."""
    return redirect(address(jobs.ask_mail(_to_take_out(queries.get_run(demand_run_id)))), 303)


@blueprint.get("/runs/<int:demand_run_id>/audit.xlsx")
@requires(READ)
def audit(demand_run_id: int) -> ResponseReturnValue:
    """What was made, left out and rolled back, for whoever audits."""
    found = queries.get_run(demand_run_id)
    rows = reports.audit_rows(found)
    if len(rows) > UNCONFIRMED:
        require_confirmation()
    with writing():
        record(DemandRunExported(demand_run_id=found.id, estate_id=found.estate_id, rows=len(rows)))
    name = f"{_('Run of letters')} {found.day.isoformat()} {found.estate.name}.xlsx"
    return attachment(reports.audit_workbook(rows), name, excel.MEDIA_TYPE)
