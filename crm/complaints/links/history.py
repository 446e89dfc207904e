"""Links in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.complaints.cases.models import LINK_TITLES, LinkKind

EVENT_TITLES = {"ComplaintLinked": _l("Complaint linked")}
FIELD_TITLES = {"link_kind": _l("To what"), "label": _l("How it is called")}


def _linked(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], str(LINK_TITLES[LinkKind(data["link_kind"])]), data["label"]))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {"ComplaintLinked": _linked}
