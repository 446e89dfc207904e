"""The list of incidents, an incident's own page, who called about it, and the notice for the walls."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.actor import actor
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.calls.forms import NumberForm
from crm.dates import business_day, utc_now
from crm.lists import listing
from crm.phones import mask_phone
from crm.properties.queries import get_estate, get_unit_called
from crm.repairs.categories.queries import get_category
from crm.repairs.incidents import listings, queries, service
from crm.repairs.incidents.attached import jobs_of
from crm.repairs.incidents.forms import CallerForm, ChangeForm, EndForm, OpenForm
from crm.repairs.incidents.history import happenings
from crm.repairs.incidents.models import WORKFLOW, Incident
from crm.repairs.incidents.service import Calling, Opening
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, is_current
from crm.web.revealing import number_page

blueprint = Blueprint("incidents", __name__, url_prefix="/repairs/incidents")
LARGE = 160  # signs that fit on the notice in letters of that size
READ, LOG, DISPATCH = Permission.repair_read, Permission.repair_log, Permission.repair_dispatch


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    offered = {"new_url": url_for(".new"), "new_text": _("Open an incident")} if actor().may(DISPATCH) else {}
    return listing.answer(listings.incidents(utc_now()), **offered)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(DISPATCH)
def new() -> ResponseReturnValue:
    form = OpenForm(estate_id=actor().estate_id)
    form.offer()
    if form.validate_on_submit() and (incident := attempt(form, _open, form)):
        flash(_("The incident is open. Whoever answers can read it out from now on."))
        return redirect(url_for(".show", incident_id=incident.id))
    return form_page(form, _("Open an incident"), url_for(".index"))


def _open(form: OpenForm) -> Incident:
    estate = get_estate(form.estate_id.data)
    building = queries.get_building_called(estate.id, form.building.data) if form.building.data else None
    told = Opening(
        building_id=building.id if building else None,
        category=get_category(form.category_id.data),
        title=form.title.data or "",
        words=form.words.data or "",
        began_at=form.began_at.data or utc_now(),
        expected_at=form.expected_at.data,
    )
    return service.open_incident(estate.id, told)


@blueprint.get("/<int:incident_id>")
@requires(READ)
def show(incident_id: int) -> ResponseReturnValue:
    return _page(queries.get_incident(incident_id), CallerForm())


def _page(incident: Incident, form: CallerForm) -> ResponseReturnValue:
    state, tone = listings.standing(incident, utc_now())
    callers = [(each, mask_phone(each.digits) if each.digits else "") for each in queries.callers_of(incident.id)]
    page = render_template(
        "repairs/incidents/show.html",
        incident=incident,
        state=state,
        tone=tone,
        place=listings.place(incident.building.number if incident.building else None),
        callers=callers,
        waiting=sum(each.wants_word and each.told_at is None for each, _number in callers),
        jobs=jobs_of(incident.id),
        actions=WORKFLOW.offered(incident, g.actor.permissions),
        may_dispatch=actor().may(DISPATCH),
        may_reveal=actor().may(Permission.customer_reveal),
        events=happenings(incident.id),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<int:incident_id>/callers")
@requires(LOG)
def note_caller(incident_id: int) -> ResponseReturnValue:
    incident, form = queries.get_incident(incident_id), CallerForm()
    if form.validate() and attempt(form, _note, incident, form):
        flash(_("The caller is noted."))
        return redirect(url_for(".show", incident_id=incident.id))
    return _page(incident, form)


def _note(incident: Incident, form: CallerForm) -> Any:
    calling = Calling(
        unit=get_unit_called(incident.estate_id, form.unit.data) if form.unit.data else None,
        name=form.name.data or "",
        digits=form.number.data or "",
        wants_word=form.wants_word.data,
    )
    return service.note_caller(incident, calling)


@blueprint.post("/<int:incident_id>/callers/<int:incident_caller_id>/told")
@requires(LOG)
def tell(incident_id: int, incident_caller_id: int) -> ResponseReturnValue:
    incident = queries.get_incident(incident_id)
    service.tell(incident, queries.get_caller(incident, incident_caller_id))
    return redirect(url_for(".show", incident_id=incident.id, _anchor="callers"))


@blueprint.route("/<int:incident_id>/callers/<int:incident_caller_id>/number", methods=["GET", "POST"])
@requires(Permission.customer_reveal)
@confirmed
def number(incident_id: int, incident_caller_id: int) -> ResponseReturnValue:
    """The number in full, once, for a reason that is logged. GET only asks for the reason."""
    incident, form = queries.get_incident(incident_id), NumberForm()
    caller = queries.get_caller(incident, incident_caller_id)
    digits = service.show_number(incident, caller, form.text) if form.validate_on_submit() else ""
    at = url_for(".show", incident_id=incident.id)
    return number_page(form, digits, [(_("Incidents"), url_for(".index")), (incident.title, at)])


@blueprint.route("/<int:incident_id>/change", methods=["GET", "POST"])
@requires(DISPATCH)
def change(incident_id: int) -> ResponseReturnValue:
    incident = queries.get_incident(incident_id)
    form = ChangeForm(obj=incident)
    current = form.validate_on_submit() and is_current(form, incident, timeline("incident", incident.id))
    if current and attempt(form, service.change, incident, form.words.data or "", form.expected_at.data):
        flash(_("Changed: the new words are read out from now on."))
        return redirect(url_for(".show", incident_id=incident.id))
    return _step(form, incident, _("Change the words"))


@blueprint.route("/<int:incident_id>/end", methods=["GET", "POST"])
@requires(DISPATCH)
def end(incident_id: int) -> ResponseReturnValue:
    incident = queries.get_incident(incident_id)
    form = EndForm(obj=incident)
    current = form.validate_on_submit() and is_current(form, incident, timeline("incident", incident.id))
    if current and attempt(form, service.end, incident, form.result.data or "", form.ended_at.data or utc_now()):
        flash(_("The incident is over. Below stands who is still to be told."))
        return redirect(url_for(".show", incident_id=incident.id, _anchor="callers"))
    return _step(form, incident, _("It is over"))


def _step(form: Any, incident: Incident, title: str) -> ResponseReturnValue:
    return form_page(form, title, url_for(".show", incident_id=incident.id), intro=incident.title)


@blueprint.get("/<int:incident_id>/notice.pdf")
@requires(READ)
def notice(incident_id: int) -> ResponseReturnValue:
    """事件通知, one page for the walls."""
    incident = queries.get_incident(incident_id)
    paper = pdf.document(
        "repairs/incident_notice.html",
        incident=incident,
        estate=incident.estate,
        place=listings.place(incident.building.number if incident.building else None),
        at_length=len(incident.words) + len(incident.result) > LARGE,
        printed_on=business_day(),
        clerk=g.actor.name,
        code=pdf.qr(url_for(".show", incident_id=incident.id, _external=True)),
    )
    return attachment(paper, f"{_('Notice of an incident')} {incident.title}.pdf", "application/pdf", inline=True)
