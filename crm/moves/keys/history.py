"""Keys in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.moves.keys.models import SIGNING_TITLES, Signing

EVENT_TITLES = {
    "KeyEntered": _l("Keys entered"),
    "KeyRetired": _l("Keys out of use"),
    "KeysGiven": _l("Keys handed out"),
    "KeySlipSigned": _l("Keys signed for"),
    "KeysReturned": _l("Keys given back"),
    "KeysLost": _l("Keys lost"),
}
FIELD_TITLES = {
    "keys": _l("Keys"),
    "holder": _l("Who took them"),
    "given_on": _l("Handed out on"),
    "by": _l("Brought by"),
    "signing": _l("Signed for"),
    "label": _l("Number or label"),
}
SUBJECT_TITLES = {"unit_key": _l("Keys of a unit"), "key_slip": _l("Key receipt")}
SUBJECT_PAGES = {"key_slip": ("keys.slip", "key_slip_id")}


def _joined(*names: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda data: " · ".join(str(data[name]) for name in names if data[name] not in (None, ""))


def _signed(data: Mapping[str, Any]) -> str:
    return f"{data['number']} · {SIGNING_TITLES[Signing(data['signing'])]}"


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "KeyEntered": _joined("kind", "label", "count"),
    "KeyRetired": _joined("kind", "label", "reason"),
    "KeysGiven": _joined("number", "keys", "holder"),
    "KeySlipSigned": _signed,
    "KeysReturned": _joined("number", "keys", "by", "day"),
    "KeysLost": _joined("number", "keys", "reason"),
}
