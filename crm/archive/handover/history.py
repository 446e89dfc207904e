"""A hand-over's events in words, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.handover.late import LATE
from crm.archive.handover.models import (
    ASK_TITLES,
    CLOCK_TITLES,
    GRADE_TITLES,
    PARTY_TITLES,
    STATE_TITLES,
    SUPPLEMENTING,
    AskState,
    Clock,
    Grade,
    HandoverState,
    Party,
)
from crm.archive.handover.path import PATH
from crm.archive.handover.reports import Event
from crm.audit.queries import timeline
from crm.db import session

EVENT_TITLES = {
    "HandoverOpened": _l("Hand-over opened"),
    "ListIssued": _l("List issued"),
    "ListSigned": _l("List signed"),
    "SignatureVoided": _l("Signature taken back"),
    "HandoverMoved": _l("Step"),
    "LinesChecked": _l("Lines checked"),
    "SupplementAsked": _l("Supplement list issued"),
    "SupplementLineMoved": _l("Supplement list"),
    "DueReckoned": _l("Due date"),
    "PostponementAsked": _l("More time asked for"),
    "PostponementDecided": _l("More time decided"),
    "DossierReceived": _l("Received and filed"),
    "LateRegistered": _l("Supplement registered"),
    "LateConfirmed": _l("Supplement confirmed and filed"),
    "LateRefused": _l("Supplement not filed"),
}
FIELD_TITLES = {
    "version": _l("Version"),
    "hash": _l("Hash"),
    "party": _l("Party"),
    "grade": _l("How it was signed"),
    "action": _l("Step"),
    "in_order": _l("Lines in order"),
    "not_in_order": _l("Lines not in order"),
    "wanted": _l("What is missing"),
    "words": _l("Words"),
    "clock": _l("Clock"),
    "provisional": _l("Provisional"),
    "calendar_version": _l("Version of the calendar"),
    "after_due": _l("Asked for after the due date"),
    "serial": _l("Serial"),
    "received_on": _l("Received on"),
    "late": _l("Late entry"),
}
TONES = {
    "DossierReceived": "green",
    "LateRegistered": "orange",
    "LateConfirmed": "green",
    "LateRefused": "red",
    "ListSigned": "green",
    "SignatureVoided": "red",
    "SupplementAsked": "orange",
    "PostponementAsked": "orange",
    "HandoverMoved": "blue",
}


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _version(data: Mapping[str, Any]) -> str:
    return _("version %(version)s", version=data["version"])


def _due(data: Mapping[str, Any]) -> str:
    moved = f"{data['old']} → {data['new']}" if data["old"] else data["new"]
    return _joined(CLOCK_TITLES[Clock(data["clock"])], moved, _("provisional") if data["provisional"] else "")


def _checked(data: Mapping[str, Any]) -> str:
    counts = _("%(good)d in order, %(bad)d not", good=data["in_order"], bad=data["not_in_order"])
    return _joined(PARTY_TITLES[Party(data["party"])], counts)


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ListIssued": lambda data: _joined(_version(data), _("%(pages)d pages", pages=data["pages"])),
    "ListSigned": lambda data: _joined(
        _version(data), PARTY_TITLES[Party(data["party"])], GRADE_TITLES[Grade(data["grade"])]
    ),
    "SignatureVoided": lambda data: _joined(_version(data), PARTY_TITLES[Party(data["party"])], data["reason"]),
    "HandoverMoved": lambda data: _joined(STATE_TITLES[HandoverState(data["new"])], data["reason"]),
    "LinesChecked": _checked,
    "SupplementAsked": lambda data: _joined(_("list %(number)d", number=data["number"]), *data["wanted"]),
    "SupplementLineMoved": lambda data: _joined(data["wanted"], SUPPLEMENTING[data["action"]].title, data["words"]),
    "DueReckoned": _due,
    "PostponementAsked": lambda data: _joined(
        CLOCK_TITLES[Clock(data["clock"])],
        f"{data['old']} → {data['new']}",
        data["reason"],
        _("asked for after the due date") if data["after_due"] else "",
    ),
    "PostponementDecided": lambda data: _joined(ASK_TITLES[AskState(data["outcome"])], data["words"]),
    "DossierReceived": lambda data: _joined(data["number"], data["serial"]),
    "LateRegistered": lambda data: _joined(data["title"], data["giver"], data["reason"]),
    "LateConfirmed": lambda data: _joined(
        data["code"], data["title"], data["giver"], GRADE_TITLES[Grade(data["grade"])], _version(data)
    ),
    "LateRefused": lambda data: _joined(data["title"], LATE[data["action"]].title, data["words"]),
}


def timeline_of(handover_id: int) -> Sequence[Event]:
    return [_told(entry) for entry in session().scalars(timeline("handover", handover_id, 100))]


def _told(entry: Any) -> Event:
    kind, data = entry.kind, entry.data
    title = PATH[data["action"]].title if kind == "HandoverMoved" else EVENT_TITLES.get(kind, kind)
    detail = DETAILS.get(kind)
    return Event(
        at=entry.at,
        title=str(title),
        text=detail(data) if detail else "",
        who=entry.actor,
        tone=TONES.get(kind, "grey"),
    )
