"""Charge items: the list, one with its prices on a line, adding, changing, retiring, what most estates charge for."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.billing.arithmetic import Rounding
from crm.billing.charges import history, line, listings, queries, service
from crm.billing.charges.effects import uses_said
from crm.billing.charges.forms import ItemForm
from crm.billing.charges.models import (
    BASIS_TITLES,
    BY_TARIFF,
    LEGAL_TITLES,
    METER_TITLES,
    PAYER_TITLES,
    ROUNDING_TITLES,
    SHARED_TITLES,
    TERMS_TITLES,
    Basis,
    MeterKind,
    Payer,
    SharedBy,
    Tariff,
)
from crm.billing.charges.views.pages import PRICE, READ, address, blueprint
from crm.dates import business_day
from crm.lists import listing
from crm.properties.models import USE_TITLES
from crm.properties.queries import get_estate, visible_estates
from crm.web.forms import attempt, choices, form_page, is_current

MOST_LANES = 12  # units drawn; the table below has them all
SHOWN = 300  # rows of the table
CODES: dict[str, Any] = {
    "basis": Basis,
    "payer": Payer,
    "rounding": Rounding,
    "meter_kind": MeterKind,
    "shared_by": SharedBy,
}


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    may = g.actor.may(PRICE)
    bare = [estate for estate in visible_estates() if not queries.has_items(estate.id)] if may else []
    new = url_for(".new") if may else None
    return listing.answer(
        listings.items(business_day()),
        "billing/charges/index.html",
        new_url=new,
        new_text=_("Add a charge item"),
        bare=bare,
    )


@blueprint.post("/starters/<int:estate_id>")
@requires(PRICE)
def starters(estate_id: int) -> ResponseReturnValue:
    estate = get_estate(estate_id)
    made = service.add_starters(estate)
    flash(_("%(count)s charge items proposed for %(estate)s. Look at each, and enter its price.",
            count=len(made), estate=estate.name))  # fmt: skip
    return redirect(url_for(".index"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(PRICE)
def new() -> ResponseReturnValue:
    form = ItemForm(estate_id=request.args.get("estate_id", g.actor.estate_id, type=int))
    form.estate_id.choices = choices({estate.id: estate.name for estate in visible_estates()})
    if form.validate_on_submit():
        estate = get_estate(form.estate_id.data)
        if made := attempt(form, service.add_item, estate, **facts_of(form)):
            return redirect(address(made))
    return form_page(form, _("Add a charge item"), url_for(".index"))


def facts_of(form: Any) -> dict[str, Any]:
    names = ("name", "basis", "meter_kind", "shared_by", "payer", "rounding", "due_day", "position", "note")
    given = {name: form[name].data for name in names}
    coded = {name: CODES[name](given[name]) if given[name] else None for name in CODES}
    return given | coded | {"position": given["position"] or 0, "note": given["note"] or ""}


@blueprint.get("/<int:charge_item_id>")
@requires(READ)
def item(charge_item_id: int) -> ResponseReturnValue:
    found, today = queries.get_item(charge_item_id), business_day()
    tariffs = queries.tariffs_of(found.id)
    scopes = _scopes(tariffs)
    overtaken = {each.id for each in tariffs} - {each.id for _t, some in scopes for each in line.standing(some)}
    return render_template(
        "billing/charges/item.html",
        item=found,
        line=line.drawn(scopes[:MOST_LANES], today),
        undrawn=max(0, len(scopes) - MOST_LANES),
        rows=[(each, _whom(each), each.id in overtaken) for each in reversed(tariffs)][:SHOWN],
        count=len(tariffs),
        per=listings.per(found),
        by_tariff=found.basis in BY_TARIFF,
        titles=_titles_of(found),
        legal=LEGAL_TITLES,
        terms=TERMS_TITLES,
        may_price=g.actor.may(PRICE),
        events=history.happenings(found.id),
        today=today,
    )


def _scopes(tariffs: Any) -> list[tuple[str, list[Tariff]]]:
    """All, each use, each unit: with what is said of it."""
    found = [(_("All units"), [each for each in tariffs if each.unit_id is None and each.use is None])]
    found += [(str(USE_TITLES[use]), [each for each in tariffs if each.use is use]) for use in uses_said(tariffs)]
    units: dict[tuple[str, str], list[Tariff]] = {}
    for each in tariffs:
        if each.unit is not None:
            units.setdefault((each.unit.sort_key, each.unit.label), []).append(each)
    return [*found, *((label, units[key, label]) for key, label in sorted(units))]


def _whom(tariff: Tariff) -> str:
    if tariff.unit is not None:
        return tariff.unit.label
    return str(USE_TITLES[tariff.use]) if tariff.use else _("All units")


def _titles_of(item: Any) -> dict[str, Any]:
    return {
        "basis": BASIS_TITLES[item.basis],
        "payer": PAYER_TITLES[item.payer],
        "rounding": ROUNDING_TITLES[item.rounding],
        "meter": METER_TITLES[item.meter_kind] if item.meter_kind else "",
        "shared": SHARED_TITLES[item.shared_by] if item.shared_by else "",
    }


@blueprint.route("/<int:charge_item_id>/edit", methods=["GET", "POST"])
@requires(PRICE)
def edit(charge_item_id: int) -> ResponseReturnValue:
    found = queries.get_item(charge_item_id)
    form = ItemForm(obj=found)
    del form.estate_id
    if (
        form.validate_on_submit()
        and is_current(form, found, timeline("charge_item", found.id))
        and attempt(form, service.change_item, found, facts_of(form))
    ):
        return redirect(address(found))
    return form_page(form, _("Change the charge item"), address(found), intro=found.name)


@blueprint.post("/<int:charge_item_id>/retire")
@requires(PRICE)
def retire(charge_item_id: int) -> ResponseReturnValue:
    found = queries.get_item(charge_item_id)
    service.retire(found)
    flash(_("%(item)s is charged no more. Its bills stay.", item=found.name))
    return redirect(address(found))


@blueprint.post("/<int:charge_item_id>/take-up")
@requires(PRICE)
def take_up(charge_item_id: int) -> ResponseReturnValue:
    found = queries.get_item(charge_item_id)
    service.take_up(found)
    return redirect(address(found))
