"""Violations in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES, Arrival, Channel
from crm.violations.cases.models import (
    PHOTO_TITLES,
    SETTLEMENT_TITLES,
    WORKFLOW,
    Settlement,
    ViolationPhotoStage,
)
from crm.violations.cases.service.noticing import FORM_TITLES, Form

EVENT_TITLES = {
    "ViolationNoted": _l("Violation noted"),
    "ViolationChanged": _l("Violation changed"),
    "ViolationStepTaken": _l("Violation"),
    "ViolationLetterMade": _l("Letter about a violation"),
    "ViolationServed": _l("Notice of a violation delivered"),
    "ViolationUnserved": _l("Notice of a violation no longer delivered"),
    "ViolationInspected": _l("Violation looked at again"),
    "ViolationDeductionAsked": _l("Deduction for a violation asked for"),
    "ViolationDeducted": _l("Deducted for a violation"),
    "ViolationDeductionRefused": _l("Deduction for a violation turned down"),
    "ViolationSettled": _l("Violation settled"),
    "ViolationFiled": _l("Violation filed"),
    "ViolationPhotoTaken": _l("Photo of a violation"),
}
FIELD_TITLES = {
    "type": _l("Type of violations"),
    "type_id": _l("Type of violations"),
    "found": _l("What was found"),
    "wording": _l("Words of the notice"),
    "person": _l("Who it was"),
    "letter": _l("Letter"),
    "to": _l("Addressed to"),
    "witness": _l("Witness"),
    "passed": _l("Put right"),
    "next_on": _l("Looked at again on"),
    "settlement": _l("How it was settled"),
    "customer_ids": _l("Customers"),
}
SUBJECT_TITLES = {"violation": _l("Violation")}
SUBJECT_PAGES = {"violation": ("violations.show", "violation_id")}
CODED = {"type_id", "customer_id"}  # said by a title beside them, or by nobody's name


def _joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def _noted(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["type"], data["place"])


def _changed(data: Mapping[str, Any]) -> str:
    told = [
        f"{FIELD_TITLES.get(name, name)}: {old or '–'} → {new or '–'}"
        for name, (old, new) in data["changes"].items()
        if name not in CODED
    ]
    if "customer_id" in data["changes"]:
        told.append(_("noted for somebody else"))
    return _joined(data["number"], *told)


def reason_in_words(action: str, reason: str) -> str:
    """A settlement as its title, any other reason as it was written."""
    return str(SETTLEMENT_TITLES[Settlement(reason)]) if action == "settle" and reason else reason


def _taken(data: Mapping[str, Any]) -> str:
    step = WORKFLOW[data["action"]].title
    return _joined(data["number"], step, reason_in_words(data["action"], data["reason"]), data["note"])


def _letter(data: Mapping[str, Any]) -> str:
    due = _("due %(day)s", day=data["due_on"])
    return _joined(data["number"], FORM_TITLES[Form(data["form"])], data["letter"], data["to"], due)


def _served(data: Mapping[str, Any]) -> str:
    way, came = CHANNEL_TITLES[Channel(data["channel"])], ARRIVAL_TITLES[Arrival(data["arrival"])]
    return _joined(data["number"], data["letter"], way, came, data["delivered_on"])


def _unserved(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["letter"], data["reason"])


def _inspected(data: Mapping[str, Any]) -> str:
    came = _("Put right") if data["passed"] else _("Not put right")
    again = _("looked at again on %(day)s", day=data["next_on"]) if data["next_on"] else ""
    return _joined(data["number"], came, data["note"], again)


def _deduction(data: Mapping[str, Any]) -> str:
    return _("%(number)s · %(sum)s yuan", number=data["number"], sum=data["amount"])


def _refused(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["remark"])


def _settled(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], SETTLEMENT_TITLES[Settlement(data["settlement"])], data["note"])


def _photo(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], PHOTO_TITLES[ViolationPhotoStage(data["stage"])])


def _number(data: Mapping[str, Any]) -> str:
    return str(data["number"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ViolationNoted": _noted,
    "ViolationChanged": _changed,
    "ViolationStepTaken": _taken,
    "ViolationLetterMade": _letter,
    "ViolationServed": _served,
    "ViolationUnserved": _unserved,
    "ViolationInspected": _inspected,
    "ViolationDeductionAsked": _deduction,
    "ViolationDeducted": _deduction,
    "ViolationDeductionRefused": _refused,
    "ViolationSettled": _settled,
    "ViolationFiled": _number,
    "ViolationPhotoTaken": _photo,
}
