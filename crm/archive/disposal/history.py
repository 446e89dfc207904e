"""Holds, lists and ends in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.disposal.models import DISPOSAL_TITLES, SEAT_TITLES, WORKFLOW, DisposalState, Seat

EVENT_TITLES = {
    "HoldPlaced": _l("Held back from destruction"),
    "HoldLifted": _l("Hold lifted"),
    "DisposalProposed": _l("Destruction list proposed"),
    "OpinionsGiven": _l("Opinions of the group"),
    "DisposalStepTaken": _l("Destruction list"),
    "RetentionChanged": _l("Period changed by appraisal"),
    "FilesWiped": _l("Files wiped"),
}
FIELD_TITLES = {
    "dossiers": _l("Dossiers"),
    "destroy": _l("Destroy"),
    "extend": _l("Keep longer"),
    "keep": _l("Keep permanently"),
    "seat": _l("Seat in the group"),
    "until": _l("Kept until"),
    "files": _l("Files"),
}
SUBJECT_TITLES = {"disposal_list": _l("Destruction list"), "archive_hold": _l("Hold on a dossier")}
SUBJECT_PAGES = {"disposal_list": ("disposal.show", "disposal_list_id")}


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _opinions(data: Mapping[str, Any]) -> str:
    told = _(
        "%(destroy)d destroy, %(extend)d longer, %(keep)d for good",
        destroy=data["destroy"],
        extend=data["extend"],
        keep=data["keep"],
    )
    return _joined(SEAT_TITLES[Seat(data["seat"])], told)


def _step(data: Mapping[str, Any]) -> str:
    title = WORKFLOW[data["action"]].title
    return _joined(data["number"], title, DISPOSAL_TITLES[DisposalState(data["state"])], data["reason"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "HoldPlaced": lambda data: str(data["reason"]),
    "HoldLifted": lambda data: str(data["reason"]),
    "DisposalProposed": lambda data: _joined(
        data["number"], data["title"], _("%(count)d dossiers", count=data["dossiers"])
    ),
    "OpinionsGiven": _opinions,
    "DisposalStepTaken": _step,
    "RetentionChanged": lambda data: _joined(data["number"], data["until"] or _("for good"), data["reason"]),
    "FilesWiped": lambda data: _joined(data["number"], _("%(count)d files", count=data["files"])),
}
