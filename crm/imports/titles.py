"""What the kinds in a result are called on screen; a column nobody reads keeps its own heading."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KIND_TITLES: dict[str, LazyString] = {
    "estate": _l("Estate"),
    "building": _l("Building"),
    "entrance": _l("Entrance"),
    "unit": _l("Unit"),
    "parking_space": _l("Parking space"),
    "customer": _l("Customer"),
    "occupancy": _l("Occupancy"),
    "member": _l("Household member"),
    "vehicle": _l("Vehicle"),
    "fee_setting": _l("Fee setting"),
    "unit_fee": _l("Fee of a unit"),
    "age": _l("Age without date of birth"),
}


def kind_title(kind: str) -> str:
    return str(KIND_TITLES.get(kind, kind))
