"""Imports of repairs in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "RepairsTakenOver": _l("Repairs taken over"),
    "PastRepairsTakenOver": _l("Earlier repairs taken over"),
    "RefusedRepairsDownloaded": _l("Refused rows of repairs downloaded"),
}
FIELD_TITLES = {"orders": _l("Repair orders"), "begins": _l("From"), "unfinished": _l("Open jobs")}
SUBJECT_TITLES = {"repair_import": _l("Repairs taken over")}
SUBJECT_PAGES = {"repair_import": ("repair_imports.show", "repair_import_id")}


def _past(data: Mapping[str, Any]) -> str:
    days = data["begins"] if data["begins"] == data["ends"] else f"{data['begins']} – {data['ends']}"
    told = _("%(count)s repairs, reported %(days)s", count=data["orders"], days=days)
    return f"{told} · {data['file']}"


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {"PastRepairsTakenOver": _past}
