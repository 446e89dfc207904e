"""送达: what came of bringing a letter, entered at the door on a phone; the proof; an entry taken back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.dunning.models import Demand, DemandDelivery
from crm.billing.arrears.letters import queries, service
from crm.billing.arrears.letters.forms import ReasonForm
from crm.billing.arrears.letters.views.pages import CONTACT, PURPOSE, READ, blueprint
from crm.correspondence.serving.forms import FORMS
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES, Channel
from crm.correspondence.serving.photos import ask_again, keep_photo
from crm.dates import business_day
from crm.files.showing import shown
from crm.web.forms import attempt, form_page, hindered
from crm.web.templating import money

FORM = "billing/arrears/letters/serve.html"


def _told(demand: Demand) -> str:
    return " · ".join((demand.number.text, demand.content["units"], demand.content["customer"], money(demand.amount)))


def _back(demand: Demand) -> str:
    return url_for("letters.show", demand_id=demand.id)


@blueprint.route("/<int:demand_id>/serve/<way>", methods=["GET", "POST"])
@requires(CONTACT)
def serve(demand_id: int, way: str) -> ResponseReturnValue:
    found, made = queries.get_demand(demand_id), FORMS.get(way) or abort(404)
    form: Any = made(delivered_on=business_day())
    possible = not hindered(form, service.serving_hindrance(found))
    if possible and form.validate_on_submit() and attempt(form, _note, found, form):
        flash(_("Noted: %(way)s.", way=CHANNEL_TITLES[Channel(way)]))
        return redirect(_back(found), 303)
    ask_again(form)
    title = str(CHANNEL_TITLES[Channel(way)])
    return form_page(form, title, _back(found), FORM, intro=_told(found), demand=found, button=_("Note it"))


def _note(found: Demand, form: Any) -> DemandDelivery:
    return service.note_delivery(found, form.served(keep_photo(form, PURPOSE, found.estate_id)))


@blueprint.route("/deliveries/<int:demand_delivery_id>/take-back", methods=["GET", "POST"])
@requires(CONTACT)
def take_back(demand_delivery_id: int) -> ResponseReturnValue:
    delivery, form = queries.get_delivery(demand_delivery_id), ReasonForm()
    demand = delivery.demand
    possible = not hindered(form, service.take_back_hindrance(delivery))
    if possible and form.validate_on_submit() and attempt(form, service.take_back, delivery, form.reason.data or ""):
        flash(_("Taken back. Both entries stay."))
        return redirect(_back(demand), 303)
    what = f"{CHANNEL_TITLES[delivery.channel]} · {ARRIVAL_TITLES[delivery.arrival]} · {delivery.delivered_on}"
    title = _("Take the entry back")
    return form_page(form, title, _back(demand), FORM, intro=what, demand=demand, button=_("Take the entry back"))


@blueprint.get("/deliveries/<int:demand_delivery_id>/proof")
@requires(READ)
def proof(demand_delivery_id: int) -> ResponseReturnValue:
    upload = queries.get_proof(demand_delivery_id)
    return shown(upload)
