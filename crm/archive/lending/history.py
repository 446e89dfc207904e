"""What happened to slips, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.lending.models import (
    EXTENSION_TITLES,
    INCIDENT_OUTCOME_TITLES,
    LENDING_INCIDENT_TITLES,
    SLIP_FORM_TITLES,
    WORKFLOW,
    ExtensionState,
    IncidentOutcome,
    LendingIncidentKind,
    SlipForm,
)
from crm.audit.queries import Happening, timeline
from crm.db import session

EVENT_TITLES = {
    "SlipMade": _l("Slip written"),
    "SlipChanged": _l("Slip changed"),
    "SlipLinesChanged": _l("Documents on the slip changed"),
    "SlipStepTaken": _l("Slip: step"),
    "DocumentsLent": _l("Lent"),
    "PagesTakenBack": _l("Pages came back"),
    "PagesChecked": _l("Checked page by page"),
    "DocumentsPutBack": _l("Put back from lending"),
    "ExtensionAsked": _l("More days asked for"),
    "ExtensionDecided": _l("More days decided"),
    "LendingIncidentOpened": _l("Lending incident opened"),
    "LendingIncidentClosed": _l("Lending incident closed"),
    "CopyRead": _l("Digital copy read"),
}
FIELD_TITLES = {
    "due_on": _l("Due on"),
    "borrower": _l("Borrower"),
    "codes": _l("Documents of the slip"),
    "added": _l("Put on"),
    "taken_off": _l("Taken off"),
    "whole": _l("Whole"),
    "incident": _l("What is wrong with it"),
    "result": _l("What came of it"),
    "outcome": _l("Decision"),
    "place": _l("Place"),
}
SUBJECT_TITLES = {
    "lending_slip": _l("Lending slip"),
    "slip_line": _l("Line of a slip"),
    "slip_extension": _l("More days on a slip"),
    "lending_incident": _l("Lending incident"),
}
SUBJECT_PAGES = {
    "lending_slip": ("lending.show", "lending_slip_id"),
    "slip_extension": ("lending.extension", "slip_extension_id"),
    "lending_incident": ("lending.incident", "lending_incident_id"),
}
TOLD_APART = frozenset({"SlipStepTaken"})


def _joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def _made(data: Mapping[str, Any]) -> str:
    form = SLIP_FORM_TITLES[SlipForm(data["form"])]
    return _joined(data["number"], form, PURPOSES.title_of(data["purpose"]), data["reason"], data["due_on"])


def _changed(data: Mapping[str, Any]) -> str:
    told = (f"{old or '–'} → {new or '–'}" for old, new in data["changes"].values())
    return _joined(data["number"], *told)


def _lines(data: Mapping[str, Any]) -> str:
    off = [_("%(what)s taken off", what=each) for each in data["taken_off"]]
    return _joined(data["number"], *data["added"], *off)


def _taken(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], WORKFLOW[data["action"]].title, data["reason"], data["note"])


def _lent(data: Mapping[str, Any]) -> str:
    what = _("the whole dossier") if data["whole"] else ", ".join(data["codes"])
    pages = _("%(pages)d pages", pages=data["pages"])
    return _joined(data["number"], data["borrower"], what, pages, _("due %(day)s", day=data["due_on"]))


def _pages(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["code"], _("%(pages)d pages", pages=data["pages"]))


def _checked(data: Mapping[str, Any]) -> str:
    state = _("whole") if data["whole"] else _("damaged")
    return _joined(_pages(data), state, data["note"])


def _asked(data: Mapping[str, Any]) -> str:
    late = _("asked for after the due date") if data["late"] else ""
    return _joined(data["number"], f"{data['old']} → {data['new']}", data["reason"], late)


def _opened(data: Mapping[str, Any]) -> str:
    kind = LENDING_INCIDENT_TITLES[LendingIncidentKind(data["incident"])]
    return _joined(data["number"], data["code"], kind, _("%(pages)d pages", pages=data["pages"]), data["description"])


def _closed(data: Mapping[str, Any]) -> str:
    outcome = data["outcome"]
    return _joined(data["number"], INCIDENT_OUTCOME_TITLES[IncidentOutcome(outcome)] if outcome else "", data["result"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "SlipMade": _made,
    "SlipChanged": _changed,
    "SlipLinesChanged": _lines,
    "SlipStepTaken": _taken,
    "DocumentsLent": _lent,
    "PagesTakenBack": _pages,
    "PagesChecked": _checked,
    "DocumentsPutBack": lambda data: _joined(data["number"], ", ".join(data["codes"]), data["place"]),
    "ExtensionAsked": _asked,
    "ExtensionDecided": lambda data: _joined(
        data["number"], EXTENSION_TITLES[ExtensionState(data["outcome"])], data["words"]
    ),
    "LendingIncidentOpened": _opened,
    "LendingIncidentClosed": _closed,
    "CopyRead": lambda data: _joined(data["number"], data["code"], data["title"], PURPOSES.title_of(data["purpose"])),
}


def timeline_of(slip_id: int) -> Sequence[Happening]:
    """The newest first; a step under its own name."""
    return [_told(entry) for entry in session().scalars(timeline("lending_slip", slip_id, 100))]


def _told(entry: Any) -> Happening:
    kind, data = entry.kind, entry.data
    if kind in TOLD_APART:
        title, text = str(WORKFLOW[data["action"]].title), _joined(data["reason"], data["note"])
    else:
        title = str(EVENT_TITLES.get(kind, kind))
        text = EVENT_DETAILS[kind](data) if kind in EVENT_DETAILS else ""
    return Happening(at=entry.at, who=entry.actor, title=title, text=text.removeprefix(f"{data.get('number', '')} · "))
