"""Drawings in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.engineering.drawings.models import KIND_TITLES, DrawingKind
from crm.engineering.wording import changed, joined

EVENT_TITLES = {
    "DrawingEntered": _l("Drawing entered"),
    "DrawingChanged": _l("Drawing described anew"),
    "DrawingVersionAdded": _l("Version of a drawing added"),
    "DrawingVersionWithdrawn": _l("Version of a drawing withdrawn"),
    "DrawingToFile": _l("Drawing goes into the dossier"),
}
FIELD_TITLES = {
    "rev": _l("Version"),
    "maker": _l("Drawing made by"),
    "dated_on": _l("Day on the drawing"),
    "unit_ids": _l("Units"),
}
SUBJECT_TITLES = {"drawing": _l("Building drawing"), "drawing_version": _l("Version of a drawing")}
SUBJECT_PAGES = {"drawing": ("drawings.show", "drawing_id")}


def _entered(data: Mapping[str, Any]) -> str:
    return joined(data["number"], KIND_TITLES[DrawingKind(data["kind"])], data["title"], data["place"])


def _changed(data: Mapping[str, Any]) -> str:
    return joined(data["number"], *changed(data["changes"], {"kind": KIND_TITLES}))


def _added(data: Mapping[str, Any]) -> str:
    return joined(data["number"], data["rev"], data["dated_on"], data["maker"])


def _withdrawn(data: Mapping[str, Any]) -> str:
    return joined(data["number"], data["rev"], data["reason"])


def _to_file(data: Mapping[str, Any]) -> str:
    return joined(data["number"], data["rev"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "DrawingEntered": _entered,
    "DrawingChanged": _changed,
    "DrawingVersionAdded": _added,
    "DrawingVersionWithdrawn": _withdrawn,
    "DrawingToFile": _to_file,
}
