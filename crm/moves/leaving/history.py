"""Move-outs and sales in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.moves.leaving.models import KIND_TITLES, WORKFLOW, LeavingKind

EVENT_TITLES = {
    "LeavingStarted": _l("Move-out or sale begun"),
    "LeavingChanged": _l("Move-out or sale changed"),
    "LeavingBuyersNamed": _l("Who takes the unit over"),
    "LeavingStepTaken": _l("Move-out or sale"),
    "LeavingSigned": _l("Hand-over sheet signed"),
    "BillsDivided": _l("Bills divided at a hand-over"),
    "LeavingClosed": _l("Move-out or sale closed"),
}
NEEDED = {"BillsDivided": Permission.billing_read}
FIELD_TITLES = {
    "leaving_kind": _l("What it is"),
    "contract": _l("Number of the contract or of the new title"),
    "proof_id": _l("Copy of it"),
    "buyers": _l("Who takes over"),
    "names": _l("Who leaves"),
    "bills": _l("Bills"),
    "how": _l("How it was signed"),
    "day": _l("Day"),
}
SUBJECT_TITLES = {"leaving": _l("Move-out or sale"), "leaving_sheet": _l("Sheet of the hand-over")}
SUBJECT_PAGES = {"leaving": ("leavings.show", "leaving_id")}
HOW_TITLES = {"drawn": _l("drawn on the screen"), "scanned": _l("on paper, scanned")}


def _joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def _begun(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], KIND_TITLES[LeavingKind(data["leaving_kind"])], data["day"])


def _changed(data: Mapping[str, Any]) -> str:
    told = [
        f"{FIELD_TITLES.get(name, name)}: {old or '–'} → {new or '–'}"
        for name, (old, new) in data["changes"].items()
        if not name.endswith("_id")
    ]
    return _joined(data["number"], *told)


def _buyers(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], "、".join(data["buyers"]))


def title_of(action: str) -> Any:
    return WORKFLOW[action].title if action in WORKFLOW else _("Move-out or sale begun")


def _taken(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], title_of(data["action"]), data["reason"], data["note"])


def _signed(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], HOW_TITLES[data["how"]])


def _divided(data: Mapping[str, Any]) -> str:
    told = _("%(count)s bills, %(sum)s yuan pass on", count=data["bills"], sum=data["amount"])
    return _joined(data["number"], told)


def _closed(data: Mapping[str, Any]) -> str:
    kind = KIND_TITLES[LeavingKind(data["leaving_kind"])]
    return _joined(data["number"], kind, "、".join(data["names"]), data["day"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "LeavingStarted": _begun,
    "LeavingChanged": _changed,
    "LeavingBuyersNamed": _buyers,
    "LeavingStepTaken": _taken,
    "LeavingSigned": _signed,
    "BillsDivided": _divided,
    "LeavingClosed": _closed,
}
