"""The work list of return visits, the form a customer is asked with, and what is to be filed."""

from __future__ import annotations

from secrets import token_hex

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.calls.forms import NumberForm
from crm.dates import business_day
from crm.lists import listing
from crm.phones import mask_phone
from crm.repairs.orders import service as orders
from crm.repairs.orders.models import STATE_TITLES, STATE_TONES, WORKFLOW, OrderState, RepairOrder
from crm.repairs.orders.queries import get_order, number_of, photo_counts, visits_of
from crm.repairs.orders.service import visiting
from crm.repairs.visits import listings, queries
from crm.repairs.visits.forms import VisitForm
from crm.tenants.queries import get_customer
from crm.web.forms import attempt
from crm.web.revealing import number_page

blueprint = Blueprint("visits", __name__, url_prefix="/repairs/visits")
VISIT = Permission.repair_visit


@blueprint.get("/")
@requires(VISIT)
def index() -> ResponseReturnValue:
    return listing.answer(listings.to_ask(business_day()))


@blueprint.route("/to-file", methods=["GET", "POST"])
@requires(VISIT)
def to_file() -> ResponseReturnValue:
    return listing.answer(listings.to_file())


@blueprint.route("/<int:repair_id>", methods=["GET", "POST"])
@requires(VISIT)
def show(repair_id: int) -> ResponseReturnValue:
    """The same form sent again leads on as the first did."""
    order, form = get_order(repair_id), VisitForm(key=token_hex(16))
    if form.is_submitted() and orders.is_repeat(order, form.key.data):
        return _on_from(order)
    if form.validate_on_submit() and attempt(form, orders.visit, order, form.heard):
        flash(_("%(number)s: noted.", number=order.number))
        return _on_from(order)
    return _page(order, form)


def _on_from(order: RepairOrder) -> ResponseReturnValue:
    """To the next one that is due; to the list when that was the last."""
    following = queries.next_one(business_day(), actor().user_id, besides=order.id)
    return redirect(url_for(".show", repair_id=following) if following else url_for(".index"))


def _page(order: RepairOrder, form: VisitForm) -> ResponseReturnValue:
    today, number = business_day(), number_of(order, business_day())
    page = render_template(
        "repairs/visits/show.html",
        order=order,
        form=form,
        customer=get_customer(order.customer_id) if order.customer_id else None,
        number=mask_phone(number) if number else "",
        state=STATE_TITLES[order.state],
        tone=STATE_TONES[order.state],
        due=listings.urgency(order.visit_due_on, today),
        due_tone=listings.tone(order.visit_due_on, today),
        to_ask=order.state is OrderState.confirmed,
        hindered=WORKFLOW.hindrance(order, "unreached") or visiting.hindrance(order),
        visits=visits_of(order.id),
        photos=photo_counts([order.id]).get(order.id, 0),
        may_reveal=bool(number) and actor().may(Permission.customer_reveal),
        may_file="file" in WORKFLOW.offered(order, g.actor.permissions),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<int:repair_id>/number", methods=["GET", "POST"])
@requires(Permission.customer_reveal)
@confirmed
def number(repair_id: int) -> ResponseReturnValue:
    """The number in full, once, for a reason that is logged. GET only asks for the reason."""
    order, form = get_order(repair_id), NumberForm()
    digits = orders.show_number(order, form.text) if form.validate_on_submit() else ""
    at = url_for(".show", repair_id=order.id)
    return number_page(form, digits, [(_("Return visits"), url_for(".index")), (order.number, at)])
