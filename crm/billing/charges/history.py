"""A charge item's timeline, read from the log in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.billing.arithmetic import Rounding
from crm.billing.charges.models import (
    BASIS_TITLES,
    LEGAL_TITLES,
    METER_TITLES,
    PAYER_TITLES,
    ROUNDING_TITLES,
    SHARED_TITLES,
    TERMS_TITLES,
    Basis,
    LegalBasis,
    MeterKind,
    Payer,
    SharedBy,
    Terms,
)
from crm.db import session
from crm.properties.models import USE_TITLES, UnitUse
from crm.web.templating import exact, money

EVENT_TITLES = {
    "ChargeItemAdded": _l("Charge item added"),
    "ChargeItemChanged": _l("Charge item changed"),
    "ChargeItemRetired": _l("Charge item retired"),
    "ChargeItemTakenUp": _l("Charge item used again"),
    "TariffEntered": _l("Price entered"),
    "SharedCostEntered": _l("Shared cost entered"),
    "TariffsTakenOver": _l("Prices taken over"),
}
FIELD_TITLES = {
    "basis": _l("Charged by"),
    "payer": _l("Who pays"),
    "rounding": _l("Rounded"),
    "meter_kind": _l("Which meter"),
    "shared_by": _l("How it is shared"),
    "due_day": _l("Due on day"),
    "use": _l("Use"),
    "since": _l("From"),
    "terms": _l("Terms"),
    "price": _l("Price (yuan)"),
    "quantity": _l("Quantity"),
    "legal_basis": _l("What allows it"),
    "reference": _l("Number of the contract, filing or resolution"),
    "period": _l("Month"),
    "total": _l("Sum (yuan)"),
    "document": _l("Invoice"),
}
_NAMES = {"name": _l("Name of the item"), "note": _l("Remark"), "position": _l("Place in lists")}
_CODES: dict[str, tuple[Any, Mapping[Any, Any]]] = {
    "basis": (Basis, BASIS_TITLES),
    "payer": (Payer, PAYER_TITLES),
    "rounding": (Rounding, ROUNDING_TITLES),
    "meter_kind": (MeterKind, METER_TITLES),
    "shared_by": (SharedBy, SHARED_TITLES),
}


def happenings(charge_item_id: int) -> Sequence[Happening]:
    """The last entries, newest first."""
    return [
        Happening(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES[entry.kind]),
            text=DETAILS.get(entry.kind, _named)(entry.data),
        )
        for entry in session().scalars(timeline("charge_item", charge_item_id))
    ]


def _named(data: Mapping[str, Any]) -> str:
    return str(data.get("name", ""))


def _changed(data: Mapping[str, Any]) -> str:
    titles = FIELD_TITLES | _NAMES
    return "; ".join(
        f"{titles[name]}: {_word(name, old)} → {_word(name, new)}" for name, (old, new) in data["changes"].items()
    )


def _word(name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if name in _CODES:
        kind, titles = _CODES[name]
        return str(titles[kind(value)])
    return str(value)


def _priced(data: Mapping[str, Any]) -> str:
    whom = (
        str(USE_TITLES[UnitUse(data["use"])]) if data["use"] else _("one unit") if data["unit_id"] else _("all units")
    )
    price = exact(Decimal(data["price"])) if data["price"] else str(TERMS_TITLES[Terms(data["terms"])])
    basis = f"{LEGAL_TITLES[LegalBasis(data['legal_basis'])]} {data['reference']}".strip()
    return " · ".join((whom, _("from %(day)s", day=data["since"]), price, basis))


def _shared(data: Mapping[str, Any]) -> str:
    told = (data["period"][:7], money(Decimal(data["total"])), data["document"])
    return " · ".join(filter(None, told))


def _taken_over(data: Mapping[str, Any]) -> str:
    return _("%(count)s prices from %(files)s", count=data["count"], files="、".join(data["files"]))


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ChargeItemChanged": _changed,
    "TariffEntered": _priced,
    "SharedCostEntered": _shared,
    "TariffsTakenOver": _taken_over,
}
