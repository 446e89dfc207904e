"""Files of complaints in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {"ComplaintFileAdded": _l("File added to a complaint")}
SUBJECT_TITLES = {"complaint_file": _l("File of a complaint")}
FIELD_TITLES = {"shows": _l("What it shows")}


def _added(data: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (data["number"], data["shows"], data["name"])))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {"ComplaintFileAdded": _added}
