"""Corrective actions in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "CorrectiveActionAdded": _l("Corrective action agreed on"),
    "CorrectiveActionDone": _l("Corrective action done"),
    "CorrectiveActionVerified": _l("Corrective action verified"),
    "CorrectiveActionSentBack": _l("Corrective action sent back"),
    "CorrectiveActionDropped": _l("Corrective action dropped"),
}
FIELD_TITLES = {
    "what": _l("What is to be done"),
    "due_on": _l("Due"),
    "words": _l("In words"),
}
SUBJECT_TITLES = {"corrective_action": _l("Corrective action")}


def _added(data: Mapping[str, Any]) -> str:
    until = _("due %(day)s", day=data["due_on"])
    return " · ".join((data["number"], data["what"], data["owner"], until))


def _told(data: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (data["number"], data["what"], data["words"])))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "CorrectiveActionAdded": _added,
    "CorrectiveActionDone": _told,
    "CorrectiveActionVerified": _told,
    "CorrectiveActionSentBack": _told,
    "CorrectiveActionDropped": _told,
}
