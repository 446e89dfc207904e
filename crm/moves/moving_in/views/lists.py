"""Move-ins under way, and all; a new one begins."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.moves.moving_in import listings, queries, service
from crm.moves.moving_in.forms import StartForm
from crm.moves.moving_in.models import MoveIn, Part
from crm.moves.moving_in.service import Wanted
from crm.moves.moving_in.views.pages import HANDLE, READ, address, blueprint
from crm.properties.queries import get_unit, get_unit_called
from crm.tenants.models import Customer, OccupancyRole
from crm.tenants.queries import get_customer, units_of
from crm.web.forms import attempt, form_page


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".choose") if g.actor.may(HANDLE) else None
    return listing.answer(listings.move_ins(business_day()), new_url=new, new_text=_("Start a move-in"))


@blueprint.get("/under-way")
@requires(READ)
def under_way() -> ResponseReturnValue:
    """With what is missing of each, and for how long."""
    new = url_for(".choose") if g.actor.may(HANDLE) else None
    return listing.answer(listings.under_way(business_day()), new_url=new, new_text=_("Start a move-in"))


@blueprint.get("/choose")
@requires(HANDLE)
def choose() -> ResponseReturnValue:
    """Who moves in? The customers without a unit first: whoever was registered just now."""
    return listing.answer(
        listings.customers(business_day(), request.args.get("unit_id", type=int)),
        new_url=url_for("tenants.new"),
        new_text=_("Register a customer"),
    )


@blueprint.route("/customers/<int:customer_id>/new", methods=["GET", "POST"])
@requires(HANDLE)
def new(customer_id: int) -> ResponseReturnValue:
    customer = get_customer(customer_id)
    form: Any = StartForm(key=secrets.token_hex(12), unit=_unit_meant(customer), starts_on=business_day())
    if form.validate_on_submit() and (made := attempt(form, _start, customer, form)):
        flash(_("%(number)s is begun.", number=made.number))
        return redirect(address(made, Part.identity), 303)
    return form_page(
        form,
        _("Start a move-in"),
        url_for("tenants.customer", customer_id=customer.id),
        "moves/in/new.html",
        intro=f"{customer.name} {customer.code}",
        button=_("Start"),
        standing=form.standing,
    )


def _unit_meant(customer: Customer) -> str:
    """The one that the address names, else the customer's first."""
    if unit_id := request.args.get("unit_id", type=int):
        return get_unit(unit_id).label
    return next(iter(units_of(customer.id, business_day()).values()), "")


def _start(customer: Customer, form: Any) -> MoveIn:
    unit = get_unit_called(customer.estate_id, form.unit.data)
    form.standing = queries.find_under_way(unit.id, customer.id)
    wanted = Wanted(role=OccupancyRole(form.role.data), starts_on=form.starts_on.data, key=form.key.data or None)
    return service.start(unit, customer, wanted)
