"""What becomes of a plan: decided by another, withdrawn, signed, ended."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.promises import queries, service
from crm.billing.arrears.promises.forms import DecideForm, EndForm, SignForm
from crm.billing.arrears.promises.models import PLAN_TITLES, PLAN_WORKFLOW, InstalmentPlan
from crm.billing.arrears.promises.views.pages import APPROVE, REVIEW, kept, plans, to_plan
from crm.billing.arrears.promises.views.plans import offered, shown
from crm.errors import IllegalTransition
from crm.web.forms import attempt, form_page, is_current


@plans.route("/<int:plan_id>/decide", methods=["GET", "POST"])
@requires(APPROVE)
def decide(plan_id: int) -> ResponseReturnValue:
    found = queries.get_plan(plan_id)
    form: Any = DecideForm(version=found.version)
    if not form.is_submitted() and "decide" not in offered(found):
        raise IllegalTransition(_("It is decided already, or it is your own request."))
    if form.validate_on_submit() and is_current(form, found) and attempt(form, _decide, found, form):
        flash(_("Decided: %(state)s.", state=PLAN_TITLES[found.state]))
        return to_plan(found.id)
    return _page(found, form, _("Decide"))


def _decide(found: InstalmentPlan, form: Any) -> None:
    verb = service.approve if form.verdict.data == "approve" else service.refuse
    verb(found, form.remark.data or "")


@plans.post("/<int:plan_id>/withdraw")
@requires(REVIEW)
def withdraw(plan_id: int) -> ResponseReturnValue:
    found = queries.get_plan(plan_id)
    service.withdraw_plan(found)
    flash(_("Withdrawn."))
    return to_plan(found.id)


@plans.route("/<int:plan_id>/end", methods=["GET", "POST"])
@requires(REVIEW)
def end(plan_id: int) -> ResponseReturnValue:
    found = queries.get_plan(plan_id)
    form: Any = EndForm(version=found.version)
    if not form.is_submitted():
        PLAN_WORKFLOW.expect(found, "end")
    if form.validate_on_submit() and is_current(form, found) and attempt(form, service.end, found, form.reason.data):
        flash(_("The plan is ended: from today on dunning and late fees go on."))
        return to_plan(found.id)
    return _page(found, form, _("End the plan"))


@plans.route("/<int:plan_id>/sign", methods=["GET", "POST"])
@requires(REVIEW)
def sign(plan_id: int) -> ResponseReturnValue:
    """The signed agreement comes on the file."""
    found, form = queries.get_plan(plan_id), SignForm()
    if form.validate_on_submit() and attempt(form, _sign, found, form):
        flash(_("The signed agreement is on the file."))
        return to_plan(found.id)
    return _page(found, form, _("Put the signed agreement on the file"))


def _sign(found: InstalmentPlan, form: Any) -> None:
    upload_id = kept(form.upload.data, found.estate_id)
    if upload_id:
        service.sign(found, upload_id)


def _page(found: InstalmentPlan, form: Any, title: str) -> ResponseReturnValue:
    back = url_for(".show", plan_id=found.id)
    intro = f"{found.code} {found.customer.name}"
    return form_page(form, title, back, "billing/arrears/plans/step.html", intro=intro, button=title, **shown(found))
