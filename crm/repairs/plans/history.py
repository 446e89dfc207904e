"""Plans of maintenance in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "MaintenancePlanned": _l("Maintenance planned"),
    "MaintenancePlanChanged": _l("Plan of maintenance changed"),
    "MaintenanceJobMade": _l("Job made for a plan"),
    "MaintenanceLeftOut": _l("Due days left out"),
}
FIELD_TITLES = {
    "next_due_on": _l("Next due on"),
    "planned_for": _l("Planned for"),
    "left_out": _l("Left out"),
    "every": _l("Every"),
    "unit": _l("Unit of time"),
    "lead": _l("Days ahead"),
    "first_on": _l("First due on"),
    "steps": _l("What is to be done"),
    "by_law": _l("Required by"),
}
SUBJECT_TITLES = {"maintenance_plan": _l("Plan of maintenance")}
SUBJECT_PAGES = {"maintenance_plan": ("maintenance.show", "maintenance_plan_id")}


def _changed(data: Mapping[str, Any]) -> str:
    """Which facts; the log's own page has old and new."""
    titles = {**FIELD_TITLES, "title": _l("Title"), "category_id": _l("Category"), "active": _l("In use")}
    return "、".join(str(titles[name]) for name in data["changes"])


def _made(data: Mapping[str, Any]) -> str:
    return f"{data['number']} · {data['planned_for']}"


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "MaintenancePlanned": lambda data: str(data["next_due_on"]),
    "MaintenancePlanChanged": _changed,
    "MaintenanceJobMade": _made,
    "MaintenanceLeftOut": lambda data: "、".join(data["left_out"]),
}
