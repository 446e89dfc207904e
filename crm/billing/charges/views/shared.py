"""Shared costs: the list, entering what a month's invoice says, the invoice itself."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arithmetic import next_month
from crm.billing.charges import listings, queries, service
from crm.billing.charges.forms import SharedCostForm
from crm.billing.charges.models import Basis, ChargeItem, SharedCost
from crm.billing.charges.service import Cost
from crm.billing.charges.views.pages import PRICE, READ, address, blueprint
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.files import store
from crm.lists import listing
from crm.properties.queries import buildings_of, get_building
from crm.web.download import attachment
from crm.web.forms import attempt, choices, form_page

PURPOSE = "shared_cost"
SHOWN = ("application/pdf", "image/png", "image/jpeg")


@blueprint.get("/shared")
@requires(READ)
def shared() -> ResponseReturnValue:
    may = g.actor.may(PRICE)
    items = session().scalars(queries.shared_items()).all() if may else []
    return listing.answer(listings.shared_costs(), "billing/charges/shared.html", items=items)


@blueprint.route("/<int:charge_item_id>/shared/new", methods=["GET", "POST"])
@requires(PRICE)
def new_shared(charge_item_id: int) -> ResponseReturnValue:
    item = queries.get_item(charge_item_id)
    if item.basis is not Basis.shared:
        raise DomainError(service.shared_hindrance(item, business_day()))
    form = SharedCostForm(period=next_month(business_day(), -1))
    buildings = {row.id: row.number for row in buildings_of(item.estate_id)}
    form.building_id.choices = choices({0: _("The whole estate"), **buildings})
    if form.validate_on_submit() and (made := attempt(form, _entered, form, item)):
        flash(_("%(item)s of %(month)s entered.", item=item.name, month=made.period.strftime("%Y-%m")))
        return redirect(url_for(".shared"))
    return form_page(form, _("Enter a shared cost"), address(item), intro=item.name)


def _entered(form: Any, item: ChargeItem) -> SharedCost:
    if reason := service.shared_hindrance(item, form.period.data):
        raise DomainError(reason)
    building = get_building(form.building_id.data) if form.building_id.data else None
    file, upload = form.file.data, None
    if file and file.filename:
        upload = store.keep(file.read(), file.filename, purpose=PURPOSE, estate_id=item.estate_id)
    cost = Cost(period=form.period.data, total=form.total.data, document=form.document.data, building=building)
    return service.enter_shared_cost(item, cost, upload)


@blueprint.get("/shared/<int:shared_cost_id>/invoice")
@requires(READ)
def invoice(shared_cost_id: int) -> ResponseReturnValue:
    cost = queries.get_shared_cost(shared_cost_id)
    if cost.upload_id is None:
        abort(404)
    upload = queries.get_upload(cost.upload_id)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)
