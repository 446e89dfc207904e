"""Repairs in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.repairs.categories.models import PRIORITY_TITLES, Priority
from crm.repairs.orders.models import PAYER_TITLES, PRIORITY_REASONS, STAGE_TITLES, WORKFLOW, Payer, PhotoStage
from crm.repairs.orders.models import PriorityReason as Why
from crm.tenants.history import why_shown
from crm.web.templating import moment
from crm.worktime.clocks import PAUSE_TITLES, PauseReason

EVENT_TITLES = {
    "RepairRegistered": _l("Repair reported"),
    "RepairStepTaken": _l("Repair"),
    "RepairClassified": _l("Repair classified anew"),
    "RepairAppointed": _l("Time for a repair agreed"),
    "RepairFinished": _l("Repair finished"),
    "RepairCharged": _l("Repair to be paid by the customer"),
    "RepairEnded": _l("Nothing left to repair"),
    "RepairFiled": _l("Repair filed"),
    "RepairNumberShown": _l("Number of whoever reported a repair shown in full"),
    "RepairPhotoTaken": _l("Photo of a repair"),
    "RepairsProved": _l("The repairs proved"),
}
FIELD_TITLES = {
    "number": _l("Number"),
    "category": _l("Category"),
    "category_id": _l("Category"),
    "priority": _l("Priority"),
    "priority_reason": _l("Why this priority"),
    "payer": _l("At whose cost"),
    "payer_reason": _l("Why they pay"),
    "action": _l("Step"),
    "worker": _l("Worker"),
    "wanted_from": _l("From"),
    "wanted_until": _l("Until"),
    "result": _l("Work done"),
    "in_time": _l("In time"),
    "stage": _l("Of"),
    "masked": _l("Telephone"),
    "examples": _l("Among them"),
}
SUBJECT_TITLES = {"repair_order": _l("Repair order")}
SUBJECT_PAGES = {"repair_order": ("repairs.show", "repair_id")}


def _registered(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], data["category"], str(PRIORITY_TITLES[Priority(data["priority"])])))


def reason_in_words(reason: str) -> str:
    """A pause's reason as a title, any other as it was written."""
    return str(PAUSE_TITLES[PauseReason(reason)]) if reason in list(PauseReason) else reason


def _taken(data: Mapping[str, Any]) -> str:
    step = WORKFLOW[data["action"]].title
    told = (data["number"], step, data["worker"], reason_in_words(data["reason"]), data["note"])
    return " · ".join(str(part) for part in told if part)


def _classified(data: Mapping[str, Any]) -> str:
    words = {
        "priority": lambda value: PRIORITY_TITLES[Priority(value)],
        "payer": lambda value: PAYER_TITLES[Payer(value)],
        "priority_reason": lambda value: PRIORITY_REASONS[Why(value)],
    }
    shown = {name: words.get(name, str) for name in data["changes"] if name != "category_id"}
    told = [
        f"{FIELD_TITLES[name]}: {say(data['changes'][name][0])} → {say(data['changes'][name][1])}"
        for name, say in shown.items()
    ]
    return " · ".join([data["number"], *told])


def _appointed(data: Mapping[str, Any]) -> str:
    begins, ends = (moment(datetime.fromisoformat(data[name])) for name in ("wanted_from", "wanted_until"))
    return f"{data['number']} · {begins} – {ends[-5:]}"


def _finished(data: Mapping[str, Any]) -> str:
    late = "" if data["in_time"] else _("later than promised")
    return " · ".join(filter(None, (data["number"], data["worker"], data["result"], late)))


def _charged(data: Mapping[str, Any]) -> str:
    return _("%(number)s · %(sum)s yuan", number=data["number"], sum=data["amount"])


def _photo(data: Mapping[str, Any]) -> str:
    return f"{data['number']} · {STAGE_TITLES[PhotoStage(data['stage'])]}"


def _number(data: Mapping[str, Any]) -> str:
    return str(data["number"])


def _proved(data: Mapping[str, Any]) -> str:
    return " · ".join(data["examples"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "RepairRegistered": _registered,
    "RepairStepTaken": _taken,
    "RepairClassified": _classified,
    "RepairAppointed": _appointed,
    "RepairFinished": _finished,
    "RepairCharged": _charged,
    "RepairEnded": _number,
    "RepairFiled": _number,
    "RepairNumberShown": why_shown,
    "RepairPhotoTaken": _photo,
    "RepairsProved": _proved,
}
