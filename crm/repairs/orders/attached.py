"""The jobs of an incident, as its page shows them, and the pages that attach one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from crm.auth.actor import within
from crm.auth.permissions import Permission, requires
from crm.db import session
from crm.errors import DomainError
from crm.repairs.incidents.attached import Job
from crm.repairs.incidents.models import Incident
from crm.repairs.incidents.queries import get_incident
from crm.repairs.orders.models import ADDRESS, STATE_TITLES, STATE_TONES, RepairOrder
from crm.repairs.orders.queries import find_called, get_order, orders, place_of
from crm.repairs.orders.service import attaching
from crm.web.forms import BaseForm, attempt, form_page

blueprint = Blueprint("incident_jobs", __name__, url_prefix="/repairs/incidents")
DISPATCH = Permission.repair_dispatch


class AttachForm(BaseForm):
    number = StringField(
        _l("Number of the job"),
        [DataRequired(_l("Write the number of the job.")), Length(max=40)],
        description=_l("Such as W2611-0032."),
        render_kw={"autocomplete": "off"},
    )


def jobs_of(incident_id: int) -> Sequence[Job]:
    found = orders(within(RepairOrder.estate_id) & (RepairOrder.incident_id == incident_id))
    return [
        Job(
            id=row.id,
            number=row.number,
            address=ADDRESS.format(row.id),
            place=place_of(row),
            problem=row.problem,
            worker=row.worker or "",
            state=str(STATE_TITLES[row.state]),
            tone=STATE_TONES[row.state],
        )
        for row in session().execute(found.order_by(RepairOrder.id))
    ]


@blueprint.route("/<int:incident_id>/attach", methods=["GET", "POST"])
@requires(DISPATCH)
def attach(incident_id: int) -> ResponseReturnValue:
    incident, form = get_incident(incident_id), AttachForm()
    there = url_for("incidents.show", incident_id=incident.id)
    if form.validate_on_submit() and attempt(form, _attach, form.number.data or "", incident):
        flash(_("The job is under the incident."))
        return redirect(there)
    return form_page(form, _("Attach a job"), there, intro=incident.title, button=_("Attach"))


def _attach(number: str, incident: Incident) -> None:
    order = find_called(incident.estate_id, number)
    if order is None:
        raise DomainError(_("There is no job %(number)s in this estate.", number=number))
    attaching.attach(order, incident)


@blueprint.post("/<int:incident_id>/jobs/<int:repair_id>/detach")
@requires(DISPATCH)
def detach(incident_id: int, repair_id: int) -> ResponseReturnValue:
    incident = get_incident(incident_id)
    attaching.detach(get_order(repair_id), incident)
    flash(_("The job is no longer under the incident."))
    return redirect(url_for("incidents.show", incident_id=incident.id))
