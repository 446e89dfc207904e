"""Imports of complaints in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "ComplaintsTakenOver": _l("Complaints taken over"),
    "PastComplaintsTakenOver": _l("Earlier complaints taken over"),
    "RefusedComplaintsDownloaded": _l("Refused rows of complaints downloaded"),
}
FIELD_TITLES = {"complaints": _l("Complaints")}
SUBJECT_TITLES = {"complaint_import": _l("Complaints taken over")}
SUBJECT_PAGES = {"complaint_import": ("complaint_imports.show", "complaint_import_id")}


def _past(data: Mapping[str, Any]) -> str:
    days = data["begins"] if data["begins"] == data["ends"] else f"{data['begins']} – {data['ends']}"
    told = _("%(count)s complaints, received %(days)s", count=data["complaints"], days=days)
    return f"{told} · {data['file']}"


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {"PastComplaintsTakenOver": _past}
