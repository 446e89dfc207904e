"""Issuing: what lies on the desk is ticked, by hand or by a scanned label."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.lending import queries, reports, scanning, service
from crm.archive.lending.forms import IssueForm
from crm.archive.lending.models import WORKFLOW, LendingSlip
from crm.archive.lending.service import STEPS
from crm.archive.lending.views.pages import KEEP, back, blueprint, is_sent_twice, load, part_page, step_form
from crm.auth.permissions import requires
from crm.steps.pages import said
from crm.web.forms import attempt, hindered, opened_on


@blueprint.route("/<int:lending_slip_id>/issue", methods=["GET", "POST"])
@requires(KEEP)
def issue(lending_slip_id: int) -> ResponseReturnValue:
    slip = load(lending_slip_id)
    form = step_form(IssueForm(), slip)
    if is_sent_twice(form, slip):
        return back(slip)
    attachments = queries.attachments_in(queries.whole_dossiers(slip.id))
    rows = reports.in_walking_order(reports.rows(slip))
    if not hindered(form, STEPS.hindrance(slip, "issue")) and form.validate_on_submit():
        if "tick" in request.form or form.scan.data:
            _tick(form, rows)
        elif opened_on(form, slip) and attempt(form, _issue, slip, form):
            return back(slip, _("Issued: the ledger has it."))
    return part_page(
        form,
        slip,
        str(WORKFLOW["issue"].title),
        "lending/issue.html",
        dossiers=reports.by_dossier(rows),
        attachments=attachments,
    )


def _issue(slip: LendingSlip, form: IssueForm) -> None:
    service.issue(slip, set(form.in_hand.data or ()), said(form), form.attachments.data or 0)


def _tick(form: IssueForm, rows: list[reports.Row]) -> None:
    """Nothing is issued by a scan; what was ticked stays ticked."""
    scanned = scanning.resolve(form.scan.data or "")
    lines = reports.only(rows, scanned) if scanned else []
    if not lines:
        form.form_errors.append(_("Nothing on this slip has the number “%(code)s”.", code=form.scan.data or ""))
        return
    form.in_hand.data = sorted({*(form.in_hand.data or ()), *lines})
    form.scan.data = ""
    form.scan.raw_data = None
