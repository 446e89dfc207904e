"""Settlements of renovations in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.renovations.settlement.wording import step_title

EVENT_TITLES = {
    "RenovationSettlementProposed": _l("Settlement of a renovation made"),
    "RenovationSettlementStepTaken": _l("Settlement of a renovation"),
    "RenovationDamageBilled": _l("Damage of a renovation billed"),
    "RenovationSettled": _l("Renovation settled"),
    "RenovationReopened": _l("Settlement of a renovation opened again"),
}
FIELD_TITLES = {
    "held": _l("Deposit held (yuan)"),
    "deducted": _l("Deduction (yuan)"),
    "back": _l("Goes back (yuan)"),
    "billed": _l("As a bill (yuan)"),
}
SUBJECT_TITLES = {"renovation_settlement": _l("Settlement of a renovation")}
SUBJECT_PAGES = {"renovation_settlement": ("renovation_settlements.show", "renovation_settlement_id")}


def _joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def _proposed(data: Mapping[str, Any]) -> str:
    sums = _(
        "%(held)s held, %(deducted)s deducted, %(back)s back", **{k: data[k] for k in ("held", "deducted", "back")}
    )
    return _joined(data["number"], sums)


def _taken(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], step_title(data["action"]), data["reason"], data["note"])


def _billed(data: Mapping[str, Any]) -> str:
    return _("%(number)s · %(sum)s yuan", number=data["number"], sum=data["amount"])


def _settled(data: Mapping[str, Any]) -> str:
    return _joined(
        data["number"], _("%(deducted)s deducted, %(back)s back", deducted=data["deducted"], back=data["back"])
    )


def _reopened(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["reason"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "RenovationSettlementProposed": _proposed,
    "RenovationSettlementStepTaken": _taken,
    "RenovationDamageBilled": _billed,
    "RenovationSettled": _settled,
    "RenovationReopened": _reopened,
}
