"""The list of corrective actions, and a page for each step of one."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.complaints.actions import listings, queries, service
from crm.complaints.actions.forms import ActionForm, DoneForm, VerifiedForm, WhyForm
from crm.complaints.cases.models import ACTING, ADDRESS, Complaint
from crm.complaints.cases.queries import get_case
from crm.dates import business_day
from crm.errors import NotEntitled
from crm.lists import listing
from crm.web.forms import BaseForm, attempt, form_page, hindered, is_current

blueprint = Blueprint("corrective_actions", __name__, url_prefix="/complaints")
READ, HANDLE, LEAD = Permission.complaint_read, Permission.complaint_handle, Permission.complaint_lead


@blueprint.get("/actions/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.actions(business_day()))


@blueprint.route("/<int:complaint_id>/actions/new", methods=["GET", "POST"])
@requires(HANDLE)
def new(complaint_id: int) -> ResponseReturnValue:
    case, form = get_case(complaint_id), ActionForm(key=token_hex(16))
    form.offer(service.owners(case.estate_id))
    standing = service.find_added(form.key.data) if form.is_submitted() else None
    possible = bool(standing) or not hindered(form, service.addable(case))
    if possible and form.validate_on_submit() and attempt(form, _add, case, form):
        flash(_("The corrective action is agreed on."))
        return redirect(_address(case))
    return form_page(form, _("Add a corrective action"), _address(case), intro=_intro(case))


def _add(case: Complaint, form: ActionForm) -> Any:
    assert form.due_on.data is not None  # noqa: S101 - validated
    return service.add(case, form.what.data or "", form.owner_id.data, form.due_on.data, form.key.data or None)


@blueprint.route("/actions/<int:corrective_action_id>/finish", methods=["GET", "POST"])
@requires(READ)
def finish(corrective_action_id: int) -> ResponseReturnValue:
    """By its owner, whoever that is."""
    return _step(corrective_action_id, "finish", DoneForm, service.finish)


@blueprint.route("/actions/<int:corrective_action_id>/verify", methods=["GET", "POST"])
@requires(LEAD)
def verify(corrective_action_id: int) -> ResponseReturnValue:
    return _step(corrective_action_id, "verify", VerifiedForm, service.verify)


@blueprint.route("/actions/<int:corrective_action_id>/send-back", methods=["GET", "POST"])
@requires(LEAD)
def send_back(corrective_action_id: int) -> ResponseReturnValue:
    return _step(corrective_action_id, "send_back", WhyForm, service.send_back)


@blueprint.route("/actions/<int:corrective_action_id>/drop", methods=["GET", "POST"])
@requires(LEAD)
def drop(corrective_action_id: int) -> ResponseReturnValue:
    return _step(corrective_action_id, "drop", WhyForm, service.drop)


def _step(action_id: int, name: str, form_type: type[BaseForm], act: Callable[..., None]) -> ResponseReturnValue:
    action, form = queries.get_action(action_id), form_type()
    if not form.is_submitted():
        form["version"].data = action.version
    case, title = action.complaint, str(ACTING[name].title)
    if reason := service.not_entitled(action, name):
        raise NotEntitled(reason)
    if not hindered(form, ACTING.hindrance(action, name)) and form.validate_on_submit():
        log = timeline("corrective_action", action.id)
        if is_current(form, action, log, fields=("",)) and attempt(form, act, action, form["words"].data):
            flash(_("%(number)s: %(step)s.", number=case.number, step=title))
            return redirect(_address(case))
    return form_page(form, title, _address(case), intro=f"{case.number} · {action.what}")


def _address(case: Complaint) -> str:
    return f"{ADDRESS.format(case.id)}#actions"


def _intro(case: Complaint) -> str:
    return f"{case.number} · {case.words[:60]}"
