"""Complaints in the words of a timeline; `crm.wiring` hands them to the packages that show one.

Nothing of who complains is in them: a file of one caller says nothing of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.complaints.cases.models import ABOUT_TITLES, SEVERITY_REASONS, STATE_TITLES, WORKFLOW, About, ComplaintState
from crm.complaints.cases.models import SeverityReason as Why
from crm.complaints.categories.models import CAUSES, CONTRACTORS, SEVERITY_TITLES, Severity
from crm.tenants.history import why_shown

EVENT_TITLES = {
    "ComplaintReceived": _l("Complaint received"),
    "ComplaintCallerNoted": _l("One more caller of a complaint"),
    "ComplaintJoined": _l("Complaint joined to another"),
    "ComplaintStepTaken": _l("Complaint"),
    "ComplaintReplyWritten": _l("Reply to a complaint as a letter"),
    "ComplaintClassified": _l("Complaint judged anew"),
    "ComplaintEscalated": _l("Complaint one level up"),
    "ComplaintEnded": _l("Complaint over"),
    "ComplaintFiled": _l("Complaint filed"),
    "ComplaintNumberShown": _l("Number of whoever complained shown in full"),
    "ComplaintsProved": _l("The complaints proved"),
}
FIELD_TITLES = {
    "customer_ids": _l("Customers"),
    "complaint_ids": _l("Complaints"),
    "severity": _l("Severity"),
    "severity_reason": _l("Why this severity"),
    "level": _l("Level"),
    "handler": _l("Handler"),
    "main_number": _l("Goes on as"),
    "callers": _l("Callers"),
    "about_what": _l("Matter of the complaint"),
    "about_department_id": _l("Department it is about"),
    "about_user_id": _l("Person it is about"),
    "contractor": _l("Contractor"),
    "hotline_number": _l("The hotline's number"),
}
SUBJECT_TITLES = {"complaint": _l("Complaint"), "complaint_caller": _l("Caller of a complaint")}
SUBJECT_PAGES = {"complaint": ("complaints.show", "complaint_id")}
LEVEL_TITLES = {0: _l("Service desk"), 1: _l("Head of the desk"), 2: _l("Management")}
ESCALATION_TITLES = {
    "said": _l("put up by hand"),
    "answer": _l("no first answer in time"),
    "result": _l("no result in time"),
    "repeat": _l("the same complaint again"),
}
SAID_TO_THE_CUSTOMER = ("acknowledge", "reply")
IDS = {"category_id", "about_department_id", "about_user_id"}


def _received(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], data["category"], str(SEVERITY_TITLES[Severity(data["severity"])])))


def _number(data: Mapping[str, Any]) -> str:
    return str(data["number"])


def reason_in_words(action: str, reason: str) -> str:
    """A code as a title, any other as it was written."""
    if not reason:
        return ""
    if action == "close":
        return CAUSES.title_of(reason)
    if action in ("content", "discontent"):
        return _("Score: %(score)s of 5", score=reason)
    return str(ESCALATION_TITLES.get(reason, reason)) if action == "escalate" else reason


def _taken(data: Mapping[str, Any]) -> str:
    """What was talked about stays on the case's own page; what the customer was told is for every caller's file."""
    action = data["action"]
    told = data["note"] if action in SAID_TO_THE_CUSTOMER else ""
    parts = (data["number"], WORKFLOW[action].title, reason_in_words(action, data["reason"]), told)
    return " · ".join(str(part) for part in parts if part)


def _classified(data: Mapping[str, Any]) -> str:
    words: dict[str, Callable[[Any], Any]] = {
        "severity": lambda value: SEVERITY_TITLES[Severity(value)],
        "severity_reason": lambda value: SEVERITY_REASONS[Why(value)],
        "about_what": lambda value: ABOUT_TITLES[About(value)],
        "contractor": lambda value: CONTRACTORS.title_of(value) if value else _("none"),
        "hotline_number": lambda value: value or _("none"),
    }
    told = [
        f"{FIELD_TITLES[name]}{_(': ')}{words[name](old)} → {words[name](new)}"
        for name, (old, new) in data["changes"].items()
        if name not in IDS
    ]
    return " · ".join([data["number"], *told])


def _escalated(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], str(LEVEL_TITLES[data["level"]]), str(ESCALATION_TITLES[data["cause"]])))


def _ended(data: Mapping[str, Any]) -> str:
    return f"{data['number']} · {STATE_TITLES[ComplaintState(data['state'])]}"


def _joined(data: Mapping[str, Any]) -> str:
    words = _("%(number)s goes on as %(main)s", number=data["number"], main=data["main_number"])
    return " · ".join(filter(None, (words, data["reason"])))


def _written(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], data["letter"]))


def _proved(data: Mapping[str, Any]) -> str:
    return " · ".join(data["examples"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ComplaintReceived": _received,
    "ComplaintCallerNoted": _number,
    "ComplaintJoined": _joined,
    "ComplaintStepTaken": _taken,
    "ComplaintReplyWritten": _written,
    "ComplaintClassified": _classified,
    "ComplaintEscalated": _escalated,
    "ComplaintEnded": _ended,
    "ComplaintFiled": _number,
    "ComplaintNumberShown": why_shown,
    "ComplaintsProved": _proved,
}
