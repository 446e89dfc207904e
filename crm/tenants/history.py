"""The file's timeline and its supplements, read from the log in words for the desk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers import history as filing
from crm.audit.models import LogEntry
from crm.audit.queries import Happening, timeline
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session
from crm.tenants import queries
from crm.tenants.models import (
    FACT_TITLES,
    ROLE_TITLES,
    SOURCE_TITLES,
    SUPPLEMENT_TITLES,
    FactField,
    OccupancyRole,
    file_code,
)
from crm.tenants.moving_out import checks
from crm.tenants.reports import shown_value
from crm.web.revealing import reason_in_words

EVENT_TITLES = {
    "CustomerRegistered": _l("File opened"),
    "CustomerImported": _l("Taken over from a workbook"),
    "CustomerSupplemented": _l("Supplement"),
    "RemarkChanged": _l("Remark changed"),
    "PaperFiled": _l("Filed into the dossier"),
    "UnfiledCounted": _l("Counted what lies in no dossier yet"),
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
    "CustomerMovedOut": _l("Moved out of the last unit"),
    "CustomersMerged": _l("Another file merged into this one"),
    "FileMerged": _l("Merged into another file"),
    "CustomersUnmerged": _l("Merge taken back"),
    "FileUnmerged": _l("A file of its own again"),
    "CustomersToldApart": _l("Found not to be the same customer"),
    "NumberRevealed": _l("Number shown in full"),
    "EmergencyContactsPrinted": _l("Emergency contacts printed"),
    "FormsPrinted": _l("Forms of several customers printed"),
    "UnitAdded": _l("Unit added"),
    "UnitChanged": _l("Unit changed"),
    "UnitImported": _l("Taken over from a workbook"),
}
# What packages above this one record about customers and units; `crm.wiring` hands it over.
further_titles: dict[str, LazyString] = {}
further_details: dict[str, Callable[[Mapping[str, Any]], str]] = {}
needed: dict[str, Permission] = {}  # kind -> who may read it; the others everybody who sees the file
REVEAL_REASONS = {
    "call_back": _l("To call the customer back"),
    "emergency": _l("Emergency at the unit"),
    "identity_check": _l("To check the identity at the counter"),
    "paperwork": _l("To fill in a form or contract"),
    "authority": _l("Asked for by an authority"),
    "other": _l("Other (say which)"),
}
SHOWN = 50  # of a timeline
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


def customer_happenings(customer_id: int, also: Collection[int] = ()) -> list[Happening]:
    """The customer's last entries with what was filed in the dossier, for whoever may read it."""
    told = happenings("customer", customer_id, also)
    if actor().may(Permission.dossier_read):
        told += filing.happenings_of("customer", (customer_id, *also))
    return sorted(told, key=lambda each: each.at, reverse=True)[:SHOWN]


def happenings(kind: str, object_id: int, also: Collection[int] = ()) -> list[Happening]:
    """The last entries about a customer or a unit, newest first; `also` are the files merged into the customer's."""
    titles: dict[str, object] = {**EVENT_TITLES, **further_titles}
    hidden = [kind for kind, permission in needed.items() if not actor().may(permission)]
    entries = timeline(kind, object_id, also=also).where(LogEntry.kind.not_in(hidden))
    return [
        Happening(
            at=entry.at,
            who=entry.actor,
            title=str(titles.get(entry.kind, entry.kind)),
            text=_detail(entry.kind, entry.data),
        )
        for entry in session().scalars(entries)
        if not tells_twice(entry, object_id)
    ]


def tells_twice(entry: LogEntry, customer_id: int) -> bool:
    """A merge stands in the log of both files; where they are read together, as the kept one's is enough."""
    return bool(entry.data.get("kept_id") == customer_id)


def supplement_lines(customer_id: int, also: Collection[int] = ()) -> list[SupplementLine]:
    logged = timeline("customer", customer_id, limit=500, also=also).where(LogEntry.kind == "CustomerSupplemented")
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
    return (DETAILS | further_details).get(kind, _named)(data)


def _named(data: Mapping[str, Any]) -> str:
    return str(data.get("masked") or data.get("plate") or data.get("name") or data.get("label") or "")


def _supplemented(data: Mapping[str, Any]) -> str:
    return "; ".join(f"{title}: {old or '–'} → {new or '–'}" for title, old, new in _fact_changes(data["changes"]))


def _unit_fields(data: Mapping[str, Any]) -> str:
    return ", ".join(str(UNIT_FIELDS.get(name, name)) for name in data["changes"])


def _moved_out(data: Mapping[str, Any]) -> str:
    """Without the amounts: not everybody who sees the file sees its money."""
    titles = {check.name: str(check.title) for check in checks}
    left_open = "、".join(titles.get(name, name) for name in data["left_open"])
    said = [data["reason"], _("still open: %(what)s", what=left_open) if left_open else ""]
    return " · ".join(filter(None, said))


def why_shown(data: Mapping[str, Any]) -> str:
    """Of an event by which a number was shown in full."""
    return _("Reason: %(reason)s", reason=reason_in_words(data["reason"], REASON_TITLES))


def _merged(data: Mapping[str, Any]) -> str:
    return f"{file_code(data['merged_id'])} {data['other']} · {data['reason']}"


def _merged_into(data: Mapping[str, Any]) -> str:
    return f"{file_code(data['kept_id'])} {data['other']} · {data['reason']}"


def _told_apart(data: Mapping[str, Any]) -> str:
    other = f"{file_code(data['other_id'])} {data['other']}"
    return other if data["apart"] else _("%(other)s: taken back", other=other)


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "CustomerSupplemented": _supplemented,
    "UnitChanged": _unit_fields,
    "RemarkChanged": lambda data: str(data["new"]),
    "PaperFiled": lambda data: str(data["title"]),
    "NumberRevealed": why_shown,
    "CustomerMovedOut": _moved_out,
    "CustomersMerged": _merged,
    "CustomersUnmerged": _merged,
    "FileMerged": _merged_into,
    "FileUnmerged": _merged_into,
    "CustomersToldApart": _told_apart,
    "OccupancyBegan": lambda data: str(ROLE_TITLES[OccupancyRole(data["role"])]),
}
