"""The store in the words of a log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.repairs.stock.models import MOVEMENT_TITLES, MovementKind
from crm.web.templating import exact

EVENT_TITLES = {
    "StockItemAdded": _l("Material added"),
    "StockItemChanged": _l("Material changed"),
    "StockReceived": _l("Material bought in"),
    "StockMoved": _l("Material moved between store and van"),
    "StockCounted": _l("Material counted"),
}
FIELD_TITLES = {
    "measure": _l("Measure"),
    "least": _l("At least in the store"),
    "van": _l("Van of"),
}
SUBJECT_TITLES = {"stock_item": _l("Material")}
SUBJECT_PAGES = {"stock_item": ("repair_stock.item", "stock_item_id")}


def figure(text: str) -> str:
    return exact(Decimal(text))


def _told(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _counted(data: Mapping[str, Any]) -> str:
    place = data["van"] or _("Store")
    return _told(data["name"], place, f"{figure(data['expected'])} → {figure(data['counted'])}", data["note"])


def _moved(data: Mapping[str, Any]) -> str:
    what = MOVEMENT_TITLES[MovementKind(data["kind"])]
    return _told(data["name"], what, figure(data["quantity"]), data["van"], data["note"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "StockItemAdded": lambda data: _told(data["code"], data["name"]),
    "StockReceived": lambda data: _told(data["name"], figure(data["quantity"]), data["note"]),
    "StockMoved": _moved,
    "StockCounted": _counted,
}
