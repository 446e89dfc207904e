"""Patrols in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.renovations.patrols.points import POINTS

EVENT_TITLES = {
    "RenovationPatrolled": _l("Renovation patrolled"),
    "RenovationPatrolPlanned": _l("Patrols of a renovation planned"),
}
FIELD_TITLES = {
    "every": _l("Every so many days"),
    "next_on": _l("Next patrol"),
    "patroller": _l("Who goes there"),
    "nobody": _l("Nobody was there"),
    "found": _l("Not in order"),
    "violations": _l("Violations"),
    "stops_work": _l("Work is to be stopped at once"),
}
SUBJECT_TITLES = {"renovation_patrol": _l("Patrol")}
SUBJECT_PAGES = {"renovation_patrol": ("renovation_patrols.show", "renovation_patrol_id")}


def _patrolled(data: Mapping[str, Any]) -> str:
    found = "、".join(POINTS.title_of(code) for code in data["found"])
    told = (
        data["number"],
        _("nobody was there") if data["nobody"] else "",
        _("not in order: %(points)s", points=found) if found else _("all in order") if not data["nobody"] else "",
        data["words"],
        "、".join(data["violations"]),
    )
    return " · ".join(filter(None, told))


def _planned(data: Mapping[str, Any]) -> str:
    changes = (
        f"{FIELD_TITLES.get(name, name)}: {old or '–'} → {new or '–'}" for name, (old, new) in data["changes"].items()
    )
    return " · ".join((data["number"], *changes))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "RenovationPatrolled": _patrolled,
    "RenovationPatrolPlanned": _planned,
}
