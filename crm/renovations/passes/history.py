"""Workers and passes in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.renovations.passes.models import WORKFLOW
from crm.renovations.passes.revealing import REASON_TITLES
from crm.web.revealing import reason_in_words

EVENT_TITLES = {
    "RenovationWorkersRegistered": _l("Workers of a renovation registered"),
    "RenovationWorkerChanged": _l("Worker of a renovation changed"),
    "RenovationWorkerRevealed": _l("ID number and telephone of a worker shown"),
    "RenovationPassesIssued": _l("Passes issued"),
    "RenovationPassesExtended": _l("Passes extended"),
    "RenovationPassEnded": _l("Pass"),
    "RenovationPassesSecured": _l("Deposit for passes"),
}
FIELD_TITLES = {
    "name": _l("Name"),
    "trade": _l("Trade"),
    "phone": _l("Telephone"),
    "id_masked": _l("ID number"),
    "photo": _l("Photo"),
    "pass_number": _l("Pass"),
    "passes": _l("Passes"),
    "names": _l("Workers"),
    "until": _l("Until"),
}
SUBJECT_TITLES = {"renovation_worker": _l("Worker of a renovation"), "renovation_pass": _l("Pass")}
SUBJECT_PAGES = {
    "renovation_worker": ("renovation_workers.worker", "renovation_worker_id"),
    "renovation_pass": ("renovation_passes.show", "renovation_pass_id"),
}
MOST = 10  # named of many


def _joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def _several(names: list[str]) -> str:
    more = len(names) - MOST
    listed = "、".join(names[:MOST])
    return _("%(names)s and %(count)s more", names=listed, count=more) if more > 0 else listed


def _registered(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], _several(data["names"]))


def _changed(data: Mapping[str, Any]) -> str:
    told = [
        str(FIELD_TITLES[name]) if name == "photo" else f"{FIELD_TITLES.get(name, name)}: {old or '–'} → {new or '–'}"
        for name, (old, new) in data["changes"].items()
    ]
    return _joined(data["number"], data["name"], *told)


def _revealed(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["name"], reason_in_words(data["reason"], REASON_TITLES))


def _until(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], _several(data["passes"]), _("until %(day)s", day=data["until"]))


def _ended(data: Mapping[str, Any]) -> str:
    return _joined(data["pass_number"], data["name"], WORKFLOW[data["action"]].title, data["reason"])


def _secured(data: Mapping[str, Any]) -> str:
    stands = "" if data["deposit_id"] else _("no deposit stands for them any more")
    return _joined(data["number"], _several(data["passes"]), stands)


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "RenovationWorkersRegistered": _registered,
    "RenovationWorkerChanged": _changed,
    "RenovationWorkerRevealed": _revealed,
    "RenovationPassesIssued": _until,
    "RenovationPassesExtended": _until,
    "RenovationPassEnded": _ended,
    "RenovationPassesSecured": _secured,
}
