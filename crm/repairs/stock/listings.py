"""The materials, with what there is of them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.repairs.stock.models import StockItem
from crm.repairs.stock.queries import IN_STORE, IN_VANS, IS_LOW, items
from crm.web.templating import exact

STATES = {"low": _l("To buy in"), "active": _l("In use"), "retired": _l("Not used any more")}
TONES = {"low": "red", "active": "green", "retired": "grey"}


COLUMNS = (
    Column(
        name="code",
        title=_l("Code"),
        value=lambda row: row.code,
        order=StockItem.code,
        link=lambda row: url_for("repair_stock.item", stock_item_id=row.id),
    ),
    Column(name="name", title=_l("Name of the material"), value=lambda row: row.name, order=StockItem.name),
    Column(name="measure", title=_l("Measure"), value=lambda row: row.measure),
    Column(name="store", title=_l("In the store"), value=lambda row: exact(row.store), order=IN_STORE),
    Column(name="vans", title=_l("In vans"), value=lambda row: exact(row.vans), order=IN_VANS),
    Column(
        name="least",
        title=_l("At least in the store"),
        value=lambda row: exact(row.least),
        order=StockItem.least,
    ),
    Column(
        name="price",
        title=_l("Price of one (yuan)"),
        value=lambda row: row.price,
        kind="money",
        order=StockItem.price,
    ),
    Column(
        name="state",
        title=_l("State"),
        value=lambda row: str(STATES[state_of(row)]),
        kind="badge",
        tone=lambda row: TONES[state_of(row)],
    ),
)


def stock() -> Listing:
    return Listing(
        title=_l("Materials"),
        query=items(),
        columns=COLUMNS,
        filters=(
            Filter(
                name="q", title=_l("Code or name"), condition=lambda text: holding(text, StockItem.code, StockItem.name)
            ),
            Filter(name="state", title=_l("State"), condition=_in_state, choices=list(STATES.items())),
        ),
        order=(StockItem.active.desc(), StockItem.code),
        export_permission=Permission.repair_dispatch,
        empty=_l("There is no material yet. Add the first."),
    )


def state_of(row: Any) -> str:
    if not row.active:
        return "retired"
    return "low" if row.store < row.least else "active"


def _in_state(value: str) -> ColumnElement[bool]:
    if value == "low":
        return IS_LOW
    return StockItem.active == (value == "active")
