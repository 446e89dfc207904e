"""Incidents in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.db import session
from crm.tenants.history import why_shown
from crm.web.templating import moment

EVENT_TITLES = {
    "IncidentOpened": _l("Incident opened"),
    "IncidentChanged": _l("Incident: words changed"),
    "IncidentEnded": _l("Incident over"),
    "IncidentCallerNoted": _l("Called about an incident"),
    "IncidentCallerTold": _l("Told that an incident is over"),
    "IncidentNumberShown": _l("Number of a caller about an incident shown in full"),
    "IncidentJobAttached": _l("Job put under an incident"),
    "IncidentJobDetached": _l("Job taken from under an incident"),
}
FIELD_TITLES = {
    "incident": _l("Incident"),
    "words": _l("To read out"),
    "expected_at": _l("Expected to be over"),
    "ended_at": _l("Over since"),
    "caller": _l("Caller"),
    "wants_word": _l("Wants to be told when it is over"),
}
SUBJECT_TITLES = {"incident": _l("Incident")}
SUBJECT_PAGES = {"incident": ("incidents.show", "incident_id")}


def happenings(incident_id: int) -> Sequence[Happening]:
    """The last entries, newest first."""
    return [
        Happening(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES[entry.kind]),
            text=EVENT_DETAILS[entry.kind](entry.data),
        )
        for entry in session().scalars(timeline("incident", incident_id))
        if entry.kind in EVENT_TITLES  # packages above may name an incident too
    ]


def _moment(text: str | None) -> str:
    return moment(datetime.fromisoformat(text)) if text else "–"


def _opened(data: Mapping[str, Any]) -> str:
    until = _("expected to be over %(moment)s", moment=_moment(data["expected_at"])) if data["expected_at"] else ""
    return " · ".join(filter(None, (data["incident"], data["category"], until, data["words"])))


def _changed(data: Mapping[str, Any]) -> str:
    said: dict[str, Callable[[Any], str]] = {"expected_at": _moment}
    told = [
        f"{FIELD_TITLES[name]}: {said.get(name, str)(old)} → {said.get(name, str)(new)}"
        for name, (old, new) in data["changes"].items()
    ]
    return " · ".join((data["incident"], *told))


def _ended(data: Mapping[str, Any]) -> str:
    return " · ".join((data["incident"], _moment(data["ended_at"]), data["result"]))


def _noted(data: Mapping[str, Any]) -> str:
    waits = _("wants to be told when it is over") if data["wants_word"] else ""
    return " · ".join(filter(None, (data["incident"], data["caller"], data["masked"], waits)))


def _told(data: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (data["incident"], data["caller"])))


def _job(data: Mapping[str, Any]) -> str:
    return f"{data['incident']} · {data['number']}"


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "IncidentOpened": _opened,
    "IncidentChanged": _changed,
    "IncidentEnded": _ended,
    "IncidentCallerNoted": _noted,
    "IncidentCallerTold": _told,
    "IncidentNumberShown": why_shown,
    "IncidentJobAttached": _job,
    "IncidentJobDetached": _job,
}
