"""Move-ins in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.deposits.kinds import KINDS
from crm.moves.keys.models import SIGNING_TITLES, Signing
from crm.moves.moving_in.documents import BY_CODE
from crm.moves.moving_in.models import PART_TITLES, Part, Standing
from crm.tenants.models import ROLE_TITLES, OccupancyRole

EVENT_TITLES = {
    "MoveInStarted": _l("Move-in started"),
    "MoveInTermsSet": _l("Terms of a move-in"),
    "MoveInStaffAdded": _l("Staff of a company entered"),
    "MoveInDocumentKept": _l("Paper of a move-in"),
    "MoveInMarked": _l("Part of a move-in"),
    "MoveInDefectFound": _l("Defect found at a move-in"),
    "MoveInDepositAsked": _l("Deposit asked for at a move-in"),
    "MoveInSigned": _l("Move-in signed"),
    "MoveInFiled": _l("Move-in filed"),
    "MoveInCancelled": _l("Move-in cancelled"),
}
FIELD_TITLES = {
    "starts_on": _l("Has the unit from"),
    "lease_from": _l("Lease from"),
    "lease_until": _l("Lease until"),
    "licence_until": _l("Licence valid until"),
    "document": _l("Paper of the pack"),
    "part": _l("Part of the move-in"),
    "standing": _l("How it stands"),
    "people": _l("People"),
    "signer": _l("Signed by"),
    "content_hash": _l("Hash of what was signed"),
    "left": _l("What stays"),
    "deposit_kind": _l("Kind of deposit"),
}
STANDING_TITLES = {
    Standing.done: _l("Done"),
    Standing.waived: _l("Left out"),
    Standing.open: _l("Open again"),
}
SUBJECT_TITLES = {"move_in": _l("Move-in")}
SUBJECT_PAGES = {"move_in": ("moving_in.show", "move_in_id")}


def _joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def _started(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], ROLE_TITLES[OccupancyRole(data["role"])], data["starts_on"])


def _terms(data: Mapping[str, Any]) -> str:
    told = [f"{FIELD_TITLES[name]}: {old or '–'} → {new or '–'}" for name, (old, new) in data["changes"].items()]
    return _joined(data["number"], *told)


def _staff(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], _("%(count)s people", count=data["people"]))


def _document(data: Mapping[str, Any]) -> str:
    title = BY_CODE[data["document"]].title if data["document"] in BY_CODE else data["document"]
    way = SIGNING_TITLES[Signing(data["signing"])] if data["signing"] else _("not applicable: %(reason)s", **data)
    return _joined(data["number"], title, way)


def _marked(data: Mapping[str, Any]) -> str:
    part, standing = PART_TITLES[Part(data["part"])], STANDING_TITLES[Standing(data["standing"])]
    return _joined(data["number"], part, standing, data["words"])


def _defect(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["words"])


def _deposit(data: Mapping[str, Any]) -> str:
    told = _("%(sum)s yuan", sum=data["amount"])
    return _joined(data["number"], KINDS.title_of(data["deposit_kind"]), told)


def _signed(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["signer"], SIGNING_TITLES[Signing(data["signing"])])


def _number(data: Mapping[str, Any]) -> str:
    return str(data["number"])


def _cancelled(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["reason"], *data["left"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "MoveInStarted": _started,
    "MoveInTermsSet": _terms,
    "MoveInStaffAdded": _staff,
    "MoveInDocumentKept": _document,
    "MoveInMarked": _marked,
    "MoveInDefectFound": _defect,
    "MoveInDepositAsked": _deposit,
    "MoveInSigned": _signed,
    "MoveInFiled": _number,
    "MoveInCancelled": _cancelled,
}


def reason_in_words(step: Any) -> str:
    """Of a step as it was kept; the role it began with as its title."""
    if step.action == "start":
        return str(ROLE_TITLES[OccupancyRole(step.note)])
    return _joined(step.reason, step.note)
