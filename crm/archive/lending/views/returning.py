"""What comes back: counted, then gone through page by page; missing or damaged pages reported."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.lending import queries, reports, service
from crm.archive.lending.forms import ReportForm, back_form, check_form
from crm.archive.lending.models import WORKFLOW, LendingSlip
from crm.archive.lending.service import STEPS, Loss, incidents
from crm.archive.lending.views.pages import KEEP, back, blueprint, is_sent_twice, load, part_page, step_form
from crm.auth.permissions import requires
from crm.steps.pages import said
from crm.web.forms import attempt, choices, hindered, opened_on


@blueprint.route("/<int:lending_slip_id>/back", methods=["GET", "POST"])
@requires(KEEP)
def take_back(lending_slip_id: int) -> ResponseReturnValue:
    slip = load(lending_slip_id)
    form = step_form(back_form(reports.rows(slip)), slip)
    if is_sent_twice(form, slip):
        return back(slip)
    hindrance = STEPS.hindrance(slip, service.back_action(slip))
    ready = not hindered(form, hindrance) and form.validate_on_submit() and opened_on(form, slip)
    if ready and attempt(form, lambda: service.take_back(slip, form.counted, said(form))):
        return back(slip, _("Taken back."))
    return part_page(form, slip, _("Take the papers back"), "lending/back.html")


@blueprint.route("/<int:lending_slip_id>/verify", methods=["GET", "POST"])
@requires(KEEP)
def verify(lending_slip_id: int) -> ResponseReturnValue:
    slip = load(lending_slip_id)
    form = step_form(check_form(reports.rows(slip)), slip)
    if is_sent_twice(form, slip):
        return back(slip)
    ready = not hindered(form, STEPS.hindrance(slip, "verify")) and form.validate_on_submit() and opened_on(form, slip)
    if ready and attempt(form, lambda: service.check(slip, form.found, said(form), form.attachments.data)):
        return back(slip, _("Noted."))
    return part_page(form, slip, str(WORKFLOW["verify"].title), "lending/check.html")


@blueprint.route("/<int:lending_slip_id>/report", methods=["GET", "POST"])
@requires(KEEP)
def report(lending_slip_id: int) -> ResponseReturnValue:
    slip = load(lending_slip_id)
    form = step_form(ReportForm(), slip)
    form.line_id.choices = choices({row.line.id: row.label for row in reports.rows(slip)})
    ready = not hindered(form, incidents.hindrance(slip)) and form.validate_on_submit() and opened_on(form, slip)
    if ready and attempt(form, _report, slip, form):
        return back(slip, _("Reported: the slip stays open until somebody says what came of it."))
    return part_page(form, slip, _("Report missing or damaged pages"))


def _report(slip: LendingSlip, form: ReportForm) -> None:
    loss = Loss(kind=form.what, pages=form.pages.data or 0, description=form.description.data or "")
    service.report(slip, queries.get_line(slip, form.line_id.data), loss)
