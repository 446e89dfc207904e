"""Letters in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening
from crm.auth.permissions import Permission
from crm.correspondence.letters.models import DIRECTION_TITLES, FILE_TITLES, WORKFLOW, Direction, FileRole, LetterStep
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES, Arrival, Channel

EVENT_TITLES = {
    "LetterRegistered": _l("Letter registered"),
    "LetterStepTaken": _l("Letter"),
    "LetterFileAdded": _l("File added to a letter"),
    "LetterMailed": _l("Letter sent by e-mail"),
    "LetterBrought": _l("Letter brought"),
    "LetterServed": _l("Letter delivered"),
    "LetterDeliveryTakenBack": _l("Entry about bringing a letter taken back"),
}
NEEDED = dict.fromkeys(EVENT_TITLES, Permission.letter_read)
FIELD_TITLES = {
    "party": _l("From or to"),
    "handler": _l("Who deals with it"),
    "told": _l("What was written of it"),
    "about_kind": _l("Is about"),
    "about_ref": _l("Which one"),
    "unserved": _l("No longer delivered"),
}
SUBJECT_TITLES = {
    "letter": _l("Letter"),
    "letter_delivery": _l("How a letter was brought"),
    "letter_file": _l("File of a letter"),
}
SUBJECT_PAGES = {"letter": ("correspondence.show", "letter_id")}


def _registered(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], str(DIRECTION_TITLES[Direction(data["direction"])]), data["subject"]))


def _taken(data: Mapping[str, Any]) -> str:
    step = WORKFLOW[data["action"]].title
    told = (data["number"], step, data["handler"], data["department"], data["reason"], data["note"])
    return " · ".join(str(part) for part in told if part)


def _file(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], str(FILE_TITLES[FileRole(data["role"])]), data["file"]))


def _mailed(data: Mapping[str, Any]) -> str:
    return f"{data['number']} · {data['masked']}"


def _way(data: Mapping[str, Any]) -> tuple[str, str]:
    return str(CHANNEL_TITLES[Channel(data["channel"])]), str(ARRIVAL_TITLES[Arrival(data["arrival"])])


def _brought(data: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (data["number"], *_way(data), data["delivered_on"], data["told"])))


def _taken_back(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], *_way(data), data["reason"]))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "LetterRegistered": _registered,
    "LetterStepTaken": _taken,
    "LetterFileAdded": _file,
    "LetterMailed": _mailed,
    "LetterBrought": _brought,
    "LetterServed": _brought,
    "LetterDeliveryTakenBack": _taken_back,
}


def step_title(step: LetterStep) -> str:
    return str(WORKFLOW[step.action].title) if step.action in WORKFLOW else _("Registered")


def told(steps: Sequence[LetterStep]) -> list[Happening]:
    """The steps in words, the newest first."""
    return [
        Happening(
            at=step.taken_at,
            who=step.taken_by,
            title=step_title(step),
            text=" · ".join(filter(None, (step.reason, step.note))),
        )
        for step in reversed(steps)
    ]
