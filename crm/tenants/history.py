"""The file's timeline and its supplements, read from the log in words for the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.models import LogEntry
from crm.audit.queries import timeline
from crm.db import session
from crm.tenants import queries
from crm.tenants.models import FACT_TITLES, ROLE_TITLES, SOURCE_TITLES, SUPPLEMENT_TITLES, FactField, OccupancyRole
from crm.tenants.reports import shown_value

EVENT_TITLES = {
    "CustomerRegistered": _l("File opened"),
    "CustomerImported": _l("Taken over from a workbook"),
    "CustomerSupplemented": _l("Supplement"),
    "RemarkChanged": _l("Remark changed"),
    "PhoneAdded": _l("Telephone added"),
    "PhoneVerified": _l("Telephone verified"),
    "PhoneEnded": _l("Telephone no longer in use"),
    "MemberAdded": _l("Person added"),
    "MemberLeft": _l("Person left"),
    "EmergencyContactAdded": _l("Emergency contact added"),
    "EmergencyContactEnded": _l("Emergency contact ended"),
    "VehicleAdded": _l("Vehicle added"),
    "VehicleEnded": _l("Vehicle ended"),
    "OccupancyBegan": _l("Moved in or bound to a unit"),
    "OccupancyEnded": _l("Moved out or left a unit"),
    "NumberRevealed": _l("Number shown in full"),
    "EmergencyContactsPrinted": _l("Emergency contacts printed"),
    "UnitAdded": _l("Unit added"),
    "UnitChanged": _l("Unit changed"),
    "UnitImported": _l("Taken over from a workbook"),
}
REVEAL_REASONS = {
    "call_back": _l("To call the customer back"),
    "emergency": _l("Emergency at the unit"),
    "identity_check": _l("To check the identity at the counter"),
    "paperwork": _l("To fill in a form or contract"),
    "authority": _l("Asked for by an authority"),
    "other": _l("Other (say which)"),
}
REASON_TITLES = {**REVEAL_REASONS, "registration form": _l("Registration form printed")}
UNIT_FIELDS = {
    "label": _l("Unit"),
    "number": _l("Unit number"),
    "use": _l("Use"),
    "status": _l("Status"),
    "floor": _l("Floor"),
    "layout": _l("Layout"),
    "built_area": _l("Built-up area (m²)"),
    "inner_area": _l("Inner area (m²)"),
    "handover_on": _l("Handed over on"),
    "remark": _l("Remark"),
    "zone": _l("Car park"),
    "parking_kind": _l("Kind"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    at: datetime
    who: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementLine:
    """资料补充: what it amended, as (field, old, new)."""

    id: int
    kind: str
    effective_on: date
    source: str
    confirmed_by: str
    reason: str
    upload_id: int | None
    recorded_by: str
    recorded_at: datetime
    changes: Sequence[tuple[str, str, str]]


def happenings(kind: str, object_id: int) -> list[Happening]:
    """The last entries about a customer or a unit, newest first."""
    return [
        Happening(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES.get(entry.kind, entry.kind)),
            text=_detail(entry.kind, entry.data),
        )
        for entry in session().scalars(timeline(kind, object_id))
    ]


def supplement_lines(customer_id: int) -> list[SupplementLine]:
    logged = timeline("customer", customer_id, limit=500).where(LogEntry.kind == "CustomerSupplemented")
    changes = {entry.data["supplement_id"]: entry.data["changes"] for entry in session().scalars(logged)}
    return [
        SupplementLine(
            id=made.id,
            kind=str(SUPPLEMENT_TITLES[made.kind]),
            effective_on=made.effective_on,
            source=str(SOURCE_TITLES[made.source]),
            confirmed_by=made.confirmed_by,
            reason=made.reason,
            upload_id=made.upload_id,
            recorded_by=made.recorded_by,
            recorded_at=made.recorded_at,
            changes=_fact_changes(changes.get(made.id, {})),
        )
        for made in queries.supplements_of(customer_id)
    ]


def _fact_changes(changes: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    return [
        (str(FACT_TITLES[field]), shown_value(field, old), shown_value(field, new))
        for field, (old, new) in ((FactField(name), pair) for name, pair in changes.items())
    ]


def _detail(kind: str, data: Mapping[str, Any]) -> str:
    match kind:
        case "CustomerSupplemented":
            return "; ".join(
                f"{title}: {old or '–'} → {new or '–'}" for title, old, new in _fact_changes(data["changes"])
            )
        case "UnitChanged":
            return ", ".join(str(UNIT_FIELDS.get(name, name)) for name in data["changes"])
        case "RemarkChanged":
            return str(data["new"])
        case "NumberRevealed":
            return _("Reason: %(reason)s", reason=_reason(data["reason"]))
        case "OccupancyBegan":
            return str(ROLE_TITLES[OccupancyRole(data["role"])])
        case _:
            return str(data.get("masked") or data.get("plate") or data.get("name") or data.get("label") or "")


def _reason(text: str) -> str:
    """A reason's code in words; what was written beside it stays as it is."""
    code, colon, note = text.partition(": ")
    return f"{REASON_TITLES.get(code, code)}{colon}{note}"
