"""Entering a call, the list of calls, what is to be called back, and a call's own page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.calls import listings, queries, service
from crm.calls.entering import About, about, entered, offer, prefilled
from crm.calls.forms import CallForm, FinishForm, FollowUpForm, NoteForm, NumberForm
from crm.calls.models import ACTION_TITLES, CALL_OUTCOMES, CALL_REASONS, DIRECTION_TITLES, STATE_TITLES, WORKFLOW, Call
from crm.calls.service import FollowUp
from crm.dates import utc_now
from crm.lists import listing
from crm.phones import mask_phone
from crm.tenants.queries import get_customer
from crm.web.forms import BaseForm, attempt, choices, form_page, is_current
from crm.web.revealing import number_page
from crm.web.templating import moment

blueprint = Blueprint("calls", __name__, url_prefix="/calls")
LOG = Permission.call_log


@blueprint.get("/")
@requires(LOG)
def index() -> ResponseReturnValue:
    return listing.answer(listings.calls(utc_now()), new_url=url_for(".new"), new_text=_("Log a call"))


@blueprint.get("/to-call-back")
@requires(LOG)
def to_call_back() -> ResponseReturnValue:
    return listing.answer(listings.to_call_back(utc_now()), new_url=url_for(".new"), new_text=_("Log a call"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(LOG)
def new() -> ResponseReturnValue:
    """`customer_id`, `unit_id` and `phone` in the address say whom and what it is about."""
    whom = about(request.args)
    form = _call_form(whom)
    if form.validate_on_submit() and (call := attempt(form, _log, whom, form)):
        flash(_("The call is entered."))
        return redirect(url_for(".show", call_id=call.id))
    return form_page(form, _("Log a call"), whom.back, "calls/new.html", whom=whom)


def _call_form(whom: About) -> CallForm:
    form = CallForm(data=prefilled(whom))
    form.reason.choices = choices(listings.numbered(CALL_REASONS), empty=_("Please choose"))
    form.outcome.choices = choices(listings.numbered(CALL_OUTCOMES))
    _offer_owners(form, [estate.id for estate in offer(form, whom)])
    return form


def _offer_owners(form: Any, estate_ids: list[int]) -> None:
    form.owner_id.choices = choices(queries.answering(estate_ids))
    form.owner_id.data = form.owner_id.data or g.actor.user_id


def _log(whom: About, form: CallForm) -> Call:
    estate_id, said, unit_id = entered(whom, form)
    customer_id = whom.customer.id if whom.customer else None
    return service.log_call(estate_id, said, _follow_up(form), customer_id=customer_id, unit_id=unit_id)


def _follow_up(form: Any) -> FollowUp | None:
    """None unless a moment was given; without words it is a call back."""
    if not form.due_at.data:
        return None
    text = form.follow_up.data or _("Call back")
    return FollowUp(follow_up=text, owner_id=form.owner_id.data, due_at=form.due_at.data)


@blueprint.get("/<int:call_id>")
@requires(LOG)
def show(call_id: int) -> ResponseReturnValue:
    return _page(queries.get_call(call_id), NoteForm())


def _page(call: Call, form: NoteForm) -> ResponseReturnValue:
    page = render_template(
        "calls/show.html",
        call=call,
        customer=get_customer(call.customer_id) if call.customer_id else None,
        number=mask_phone(call.digits) if call.digits else "",
        direction=DIRECTION_TITLES[call.direction],
        reason=CALL_REASONS.title_of(call.reason),
        outcome=CALL_OUTCOMES.title_of(call.outcome),
        state=STATE_TITLES[call.state],
        urgency=listings.urgency(call, utc_now()),
        tone=listings.tone(call, utc_now()),
        actions=[(name, ACTION_TITLES[name]) for name in WORKFLOW.offered(call, g.actor.permissions)],
        may_reveal=bool(call.digits) and g.actor.may(Permission.customer_reveal),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<int:call_id>/notes")
@requires(LOG)
def add_note(call_id: int) -> ResponseReturnValue:
    call, form = queries.get_call(call_id), NoteForm()
    if not form.validate():
        return _page(call, form)
    service.add_note(call, form.text.data or "")
    return redirect(url_for(".show", call_id=call.id))


@blueprint.route("/<int:call_id>/promise", methods=["GET", "POST"])
@requires(LOG)
def promise(call_id: int) -> ResponseReturnValue:
    """Somebody noticed later that something is to be done."""
    return _follow_up_page(call_id, "promise")


@blueprint.route("/<int:call_id>/move", methods=["GET", "POST"])
@requires(LOG)
def move(call_id: int) -> ResponseReturnValue:
    return _follow_up_page(call_id, "move")


def _follow_up_page(call_id: int, action: str) -> ResponseReturnValue:
    call = queries.get_call(call_id)
    form = FollowUpForm(obj=call)
    _offer_owners(form, [call.estate_id])
    if form.validate_on_submit() and is_current(form, call, timeline("call", call.id)):
        verb = service.promise if action == "promise" else service.move
        if attempt(form, verb, call, _follow_up(form)):
            return redirect(url_for(".show", call_id=call.id))
    return _step_page(form, call, action)


@blueprint.route("/<int:call_id>/finish", methods=["GET", "POST"])
@requires(LOG)
def finish(call_id: int) -> ResponseReturnValue:
    call = queries.get_call(call_id)
    form = FinishForm(obj=call)
    current = form.validate_on_submit() and is_current(form, call, timeline("call", call.id))
    if current and attempt(form, service.finish, call, form.result.data):
        flash(_("Followed up."))
        return redirect(url_for(".show", call_id=call.id))
    return _step_page(form, call, "finish")


@blueprint.route("/<int:call_id>/number", methods=["GET", "POST"])
@requires(Permission.customer_reveal)
@confirmed
def number(call_id: int) -> ResponseReturnValue:
    """The number in full, once, for a reason that is logged. GET only asks for the reason."""
    call, form = queries.get_call(call_id), NumberForm()
    digits = service.show_number(call, form.text) if form.validate_on_submit() else ""
    at = url_for(".show", call_id=call.id)
    return number_page(form, digits, [(_("Calls"), url_for(".index")), (moment(call.started_at), at)])


def _step_page(form: BaseForm, call: Call, action: str) -> ResponseReturnValue:
    told = " · ".join(filter(None, (call.caller, call.unit.label if call.unit else "", call.follow_up or call.note)))
    return form_page(form, str(ACTION_TITLES[action]), url_for(".show", call_id=call.id), intro=told)
