"""Points in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.engineering.wording import joined

SHOWN = 5  # points that an entry names
EVENT_TITLES = {
    "PointsEntered": _l("As-built points entered"),
    "PointReplaced": _l("As-built point replaced"),
    "PointEnded": _l("As-built point gone"),
    "PointPhotoAdded": _l("Photo of an as-built point"),
    "PointSheetFiled": _l("Point sheet goes into the dossier"),
}
FIELD_TITLES = {
    "points": _l("Points"),
    "point": _l("Point"),
    "valid_from": _l("There since"),
    "ended_on": _l("Gone since"),
    "service_point_ids": _l("Points"),
}
SUBJECT_TITLES = {"service_point": _l("As-built point"), "point_sheet": _l("Point sheet")}
SUBJECT_PAGES = {"service_point": ("points.show", "service_point_id")}


def _entered(data: Mapping[str, Any]) -> str:
    told, more = data["points"][:SHOWN], len(data["points"]) - SHOWN
    return joined(*told, _("and %(count)d more", count=more) if more > 0 else "")


def _replaced(data: Mapping[str, Any]) -> str:
    return joined(f"{data['old']} → {data['new']}", data["reason"])


def _ended(data: Mapping[str, Any]) -> str:
    return joined(data["point"], data["ended_on"], data["reason"])


def _photo(data: Mapping[str, Any]) -> str:
    return str(data["point"])


def _filed(data: Mapping[str, Any]) -> str:
    return _("%(count)d points", count=data["count"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "PointsEntered": _entered,
    "PointReplaced": _replaced,
    "PointEnded": _ended,
    "PointPhotoAdded": _photo,
    "PointSheetFiled": _filed,
}
