"""Why a unit gets no bill, and where that is mended."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import opens
from crm.billing.charges.models import ChargeItem


class Reason(StrEnum):
    """In the order in which a clerk takes them up: what should have been billed comes first."""

    nobody = "nobody"
    no_area = "no_area"
    not_entered = "not_entered"
    not_read = "not_read"
    too_large = "too_large"
    nought = "nought"
    billed = "billed"
    not_handed_over = "not_handed_over"
    free = "free"
    no_price = "no_price"
    unused = "unused"
    no_part = "no_part"


REASON_TITLES = {
    Reason.nobody: _l("Nobody pays"),
    Reason.no_area: _l("No area"),
    Reason.not_entered: _l("The shared cost is not entered"),
    Reason.not_read: _l("No reading to bill"),
    Reason.too_large: _l("Too large to reckon"),
    Reason.nought: _l("Comes to nought"),
    Reason.billed: _l("Billed already"),
    Reason.not_handed_over: _l("Not handed over yet"),
    Reason.free: _l("Not charged"),
    Reason.no_price: _l("No price on these days"),
    Reason.unused: _l("Nothing was used"),
    Reason.no_part: _l("Takes no part"),
}
FOUND_OUT = {
    Reason.nobody: _l("No owner or tenant is entered for days of the month that are charged."),
    Reason.no_area: _l("Enter the unit's area, or an agreed one with its price."),
    Reason.not_entered: _l("What the month cost is not entered for the unit's building, nor for the estate."),
    Reason.not_read: _l("Read the meter, or look at what is odd about its reading: nothing of this month counts."),
    Reason.too_large: _l("Quantity, price or cost cannot be right. Look at them."),
    Reason.nought: _l("Quantity or price are nought, or too small for a fen."),
    Reason.billed: _l("Another bill charges days of the month: taken over, or split at a transfer."),
    Reason.not_handed_over: _l("The unit is charged from the day it is handed over."),
    Reason.free: _l("A price says that it is not charged."),
    Reason.no_price: _l("No price holds for the unit on any day of the month."),
    Reason.unused: _l("The unit's meters counted nothing in this month."),
    Reason.no_part: _l(
        "Parking spaces take no part in shared costs, nor units without a meter in what meters share out."
    ),
}
EXPECTED = (  # nothing to mend
    Reason.billed,
    Reason.not_handed_over,
    Reason.free,
    Reason.no_price,
    Reason.unused,
    Reason.no_part,
)


def mending(reason: Reason, item: ChargeItem, unit_id: int, label: str) -> str:
    """The page where it is mended; the unit's own for whoever may not, and where that part is not installed."""
    given: dict[str, Any]
    of_unit, of_item = {"unit_id": unit_id}, {"charge_item_id": item.id}
    match reason:
        case Reason.no_area | Reason.not_handed_over:
            endpoint, given = "properties.edit_unit", of_unit
        case Reason.not_entered:
            endpoint, given = "charges.new_shared", of_item
        case Reason.not_read:
            endpoint, given = "meters.unread", {}
        case Reason.too_large | Reason.nought | Reason.free | Reason.no_price:
            endpoint, given = "charges.new_tariff", {**of_item, "unit": label}
        case _:
            endpoint, given = "tenants.unit", of_unit
    if not opens(endpoint):
        endpoint, given = "tenants.unit", of_unit
    return url_for(endpoint, **given)
