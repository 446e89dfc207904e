"""Procedures in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.engineering.procedures.models import WORKFLOW
from crm.engineering.trades import TRADE_TITLES
from crm.engineering.wording import changed, joined

EVENT_TITLES = {
    "ProcedureEntered": _l("Work procedure entered"),
    "ProcedureChanged": _l("Work procedure described anew"),
    "ProcedureDrafted": _l("Version of a work procedure begun"),
    "ProcedureDraftChanged": _l("Draft of a work procedure changed"),
    "ProcedureStepTaken": _l("Work procedure"),
    "ProcedureApproved": _l("Work procedure approved"),
    "ProcedureReviewed": _l("Work procedure reviewed"),
    "ProcedureRead": _l("Work procedure read"),
}
FIELD_TITLES = {
    "review_by": _l("To be reviewed by"),
    "about_units": _l("Tells how to work in a unit"),
    "valid_from": _l("Holds from"),
}
SUBJECT_TITLES = {"procedure": _l("Work procedure"), "procedure_version": _l("Version of a work procedure")}
SUBJECT_PAGES = {"procedure": ("procedures.show", "procedure_id")}


def _entered(data: Mapping[str, Any]) -> str:
    return joined(data["number"], data["title"])


def _changed(data: Mapping[str, Any]) -> str:
    return joined(data["number"], *changed(data["changes"], {"trade": TRADE_TITLES}))


def _noted(data: Mapping[str, Any]) -> str:
    return joined(data["number"], data["note"])


def _taken(data: Mapping[str, Any]) -> str:
    return joined(data["number"], WORKFLOW[data["action"]].title, data["reason"], data["note"])


def _approved(data: Mapping[str, Any]) -> str:
    return joined(data["number"], _("holds from %(day)s", day=data["valid_from"]), data["note"])


def _reviewed(data: Mapping[str, Any]) -> str:
    return joined(data["number"], _("next review by %(day)s", day=data["review_by"]), data["note"])


def _read(data: Mapping[str, Any]) -> str:
    return str(data["number"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ProcedureEntered": _entered,
    "ProcedureChanged": _changed,
    "ProcedureDrafted": _noted,
    "ProcedureDraftChanged": _changed,
    "ProcedureStepTaken": _taken,
    "ProcedureApproved": _approved,
    "ProcedureReviewed": _reviewed,
    "ProcedureRead": _read,
}
