"""The list of materials, one with its places and movements, and what the storekeeper does."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.lists import listing
from crm.repairs.stock import listings, queries, service
from crm.repairs.stock.forms import CountForm, ItemForm, MoveForm, ReceiveForm
from crm.repairs.stock.models import MOVEMENT_TITLES, StockItem
from crm.web.forms import BaseForm, attempt, form_page, is_current

blueprint = Blueprint("repair_stock", __name__, url_prefix="/repairs/stock")
READ, KEEP = Permission.repair_read, Permission.repair_keep
SHOWN = 100  # movements on an item's page


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    adding = {"new_url": url_for(".new"), "new_text": _("Add a material")} if g.actor.may(KEEP) else {}
    return listing.answer(listings.stock(), **adding)


@blueprint.get("/<int:stock_item_id>")
@requires(READ)
def item(stock_item_id: int) -> ResponseReturnValue:
    found = queries.get_item(stock_item_id)
    places = queries.places_of(found.id)
    return render_template(
        "repairs/stock/item.html",
        item=found,
        places=places,
        in_vans=sum((place.quantity for place in places[1:]), Decimal(0)),
        is_low=found.active and places[0].quantity < found.least,
        movements=[(MOVEMENT_TITLES[row.kind], row) for row in queries.movements_of(found.id, SHOWN)],
        most=SHOWN,
        may_keep=g.actor.may(KEEP),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    form = ItemForm()
    if form.validate_on_submit() and (made := attempt(form, service.add, **form.facts)):
        flash(_("The material is in the list."))
        return _to(made)
    return form_page(form, _("Add a material"), url_for(".index"))


@blueprint.route("/<int:stock_item_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(stock_item_id: int) -> ResponseReturnValue:
    found = queries.get_item(stock_item_id)
    form = ItemForm(obj=found)
    current = form.validate_on_submit() and is_current(form, found, timeline("stock_item", found.id))
    if current and attempt(form, service.change, found, form.facts):
        flash(_("Saved."))
        return _to(found)
    return _page(form, found, _("Change the material"))


@blueprint.route("/<int:stock_item_id>/receive", methods=["GET", "POST"])
@requires(KEEP)
def receive(stock_item_id: int) -> ResponseReturnValue:
    found, form = queries.get_item(stock_item_id), ReceiveForm(key=token_hex(16))
    return _act(form, found, _("Bought in"), lambda: _receive(found, form))


def _receive(item: StockItem, form: Any) -> None:
    service.receive(item, form.quantity.data, form.note.data or "", form.key.data)


@blueprint.route("/<int:stock_item_id>/move", methods=["GET", "POST"])
@requires(KEEP)
def move(stock_item_id: int) -> ResponseReturnValue:
    found, form = queries.get_item(stock_item_id), MoveForm(key=token_hex(16))
    form.offer(queries.places_of(found.id))
    return _act(form, found, _("Store and vans"), lambda: _move(found, form))


def _move(item: StockItem, form: Any) -> None:
    verb = service.to_van if form.way.data == "to_van" else service.to_store
    verb(item, form.quantity.data, form.worker_id.data, form.note.data or "", form.key.data)


@blueprint.route("/<int:stock_item_id>/count", methods=["GET", "POST"])
@requires(KEEP)
def count(stock_item_id: int) -> ResponseReturnValue:
    found, form = queries.get_item(stock_item_id), CountForm(key=token_hex(16))
    form.offer(queries.places_of(found.id))
    return _act(form, found, _("Count what is there"), lambda: _count(found, form))


def _count(item: StockItem, form: Any) -> str:
    wrong = service.count(item, form.van_of_id, form.quantity.data, form.note.data or "", form.key.data)
    if not wrong:
        return _("The book says the same: nothing was written.")
    return _("The book is put right by %(difference)s.", difference=f"{wrong.normalize():+f}")


def _act(form: BaseForm, item: StockItem, title: str, act: Callable[[], str | None]) -> ResponseReturnValue:
    """`act` may say what came of it."""
    if form.validate_on_submit() and (told := attempt(form, act)):
        flash(told if isinstance(told, str) else _("It is in the book."))
        return _to(item)
    return _page(form, item, title)


def _page(form: BaseForm, item: StockItem, title: str) -> ResponseReturnValue:
    return form_page(form, title, _address(item), intro=f"{item.code} {item.name}")


def _address(item: StockItem) -> str:
    return url_for(".item", stock_item_id=item.id)


def _to(item: StockItem) -> ResponseReturnValue:
    return redirect(_address(item), 303)
