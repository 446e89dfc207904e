"""Checks of renovations in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.renovations.acceptance.models import STAGE_TITLES, Stage

EVENT_TITLES = {
    "RenovationFinished": _l("Renovation finished"),
    "RenovationAsBuiltBrought": _l("As-built drawing brought"),
    "RenovationChecked": _l("Renovation checked"),
    "RenovationWaitShortened": _l("Waiting period of a renovation shortened"),
}
FIELD_TITLES = {
    "done_on": _l("Done on"),
    "as_approved": _l("All was built as it was approved"),
    "drawings": _l("As-built drawings"),
    "defects": _l("Lines to be put right"),
    "second_due_on": _l("Second check from"),
    "signed": _l("Signed by the customer"),
    "upload_id": _l("File"),
    "was": _l("Before"),
    "now": _l("Now"),
}
SUBJECT_TITLES = {"renovation_check": _l("Check of a renovation"), "renovation_as_built": _l("As-built drawing")}


def _joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def _finished(data: Mapping[str, Any]) -> str:
    differs = "" if data["as_approved"] else _("not as approved")
    return _joined(data["number"], data["done_on"], differs)


def _brought(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["title"])


def _checked(data: Mapping[str, Any]) -> str:
    came = _("Passed") if data["passed"] else _("%(count)s lines to be put right", count=data["defects"])
    due = _("due %(day)s", day=data["due_on"]) if data["due_on"] else ""
    next_one = _("second check from %(day)s", day=data["second_due_on"]) if data["second_due_on"] else ""
    signed = "" if data["signed"] else _("the customer did not sign")
    return _joined(data["number"], STAGE_TITLES[Stage(data["stage"])], came, due, next_one, signed)


def _shortened(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], f"{data['was']} → {data['now']}", data["reason"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "RenovationFinished": _finished,
    "RenovationAsBuiltBrought": _brought,
    "RenovationChecked": _checked,
    "RenovationWaitShortened": _shortened,
}
