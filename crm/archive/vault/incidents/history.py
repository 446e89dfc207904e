"""An incident's events in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.archive.vault.models import IncidentKind
from crm.archive.vault.models.count import INCIDENT_TITLES

EVENT_TITLES = {
    "TitleIncidentReported": _l("Incident reported"),
    "TitleIncidentNoted": _l("What was done about the incident"),
    "TitleIncidentClosed": _l("Incident closed"),
}
FIELD_TITLES = {"description": _l("How it happened"), "result": _l("Result")}
SUBJECT_TITLES = {"title_incident": _l("Incident of a title document")}
SUBJECT_PAGES = {"title_incident": ("vault_incidents.show", "title_incident_id")}
DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "TitleIncidentReported": lambda data: " · ".join(
        (data["number"], str(INCIDENT_TITLES[IncidentKind(data["kind"])]), data["description"])
    ),
    "TitleIncidentNoted": lambda data: str(data["words"]),
    "TitleIncidentClosed": lambda data: " · ".join((data["number"], data["result"])),
}
