"""Cases that became one, in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

EVENT_TITLES = {"ComplaintJoined": _l("Complaint joined to another")}
FIELD_TITLES = {"main_number": _l("Goes on as"), "callers": _l("Callers")}


def _joined(data: Mapping[str, Any]) -> str:
    words = _("%(number)s goes on as %(main)s", number=data["number"], main=data["main_number"])
    return " · ".join(filter(None, (words, data["reason"])))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {"ComplaintJoined": _joined}
