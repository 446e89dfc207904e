"""The work list of call-backs, and the form a caller is asked with."""

from __future__ import annotations

from secrets import token_hex

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.complaints.cases import listings, queries, service
from crm.complaints.cases.forms import CallbackForm
from crm.complaints.cases.models import STATE_TITLES, STATE_TONES, WORKFLOW, Complaint, ComplaintState
from crm.complaints.cases.present import CallerLine, caller_lines
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.cases.views.pages import address, blueprint
from crm.dates import business_day
from crm.lists import listing
from crm.repairs.visits.forms import Answer
from crm.repairs.visits.listings import tone, urgency
from crm.web.forms import attempt, choices

VISIT = Permission.complaint_visit


@blueprint.get("/callbacks/")
@requires(VISIT)
def callbacks() -> ResponseReturnValue:
    return listing.answer(listings.to_call(business_day()))


@blueprint.route("/callbacks/<int:complaint_id>", methods=["GET", "POST"])
@requires(VISIT)
def callback(complaint_id: int) -> ResponseReturnValue:
    """The same form sent again leads on as the first did."""
    case, form = queries.get_case(complaint_id), CallbackForm(key=token_hex(16))
    asked = [each for each in caller_lines(case) if each.can_be_asked]
    callers = [each for each in asked if each.left_to_ask] or asked
    form.caller_id.choices = choices({each.id: " ".join(filter(None, (each.name, each.number))) for each in callers})
    if form.is_submitted() and STEPS.is_repeat(case, form.key.data):
        return _on_from(case, form)
    if form.validate_on_submit() and attempt(form, service.call_back, case, form.told):
        flash(_("%(number)s: noted.", number=case.number))
        return _on_from(case, form)
    return _page(case, form, callers)


def _on_from(case: Complaint, form: CallbackForm) -> ResponseReturnValue:
    """To the next caller of the case just settled, or to the case, to be closed; else to the next case that is due, or
    to the list."""
    if case.state is ComplaintState.called_back and form.answer.data != Answer.unreached:
        left = queries.unasked_of(case.id)
        return redirect(url_for(".callback", complaint_id=case.id) if left else address(case))
    following = queries.next_to_call(business_day(), besides=case.id)
    return redirect(url_for(".callback", complaint_id=following) if following else url_for(".callbacks"))


def _page(case: Complaint, form: CallbackForm, callers: list[CallerLine]) -> ResponseReturnValue:
    today = business_day()
    page = render_template(
        "complaints/callback.html",
        case=case,
        form=form,
        callers=callers,
        state=STATE_TITLES[case.state],
        tone=STATE_TONES[case.state],
        due=urgency(case.callback_due_on, today),
        due_tone=tone(case.callback_due_on, today),
        to_ask=case.state is ComplaintState.replied or any(each.left_to_ask for each in callers),
        hindered=STEPS.hindrance(case, "content"),
        callbacks=queries.callbacks_of(case.id),
        may_close="close" in WORKFLOW.offered(case, actor().permissions) and not STEPS.hindrance(case, "close"),
    )
    return page, 422 if form.is_submitted() else 200
