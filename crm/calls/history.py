"""Calls in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.calls.models import CALL_OUTCOMES, CALL_REASONS
from crm.tenants.history import why_shown
from crm.web.templating import moment

EVENT_TITLES = {
    "CallLogged": _l("Call"),
    "CallerNumberShown": _l("Caller's number shown in full"),
    "CallNoteAdded": _l("Note added to a call"),
    "FollowUpPromised": _l("Call to be followed up"),
    "FollowUpMoved": _l("Follow-up moved"),
    "CallFollowedUp": _l("Call followed up"),
}


def _logged(data: Mapping[str, Any]) -> str:
    told = (CALL_REASONS.title_of(data["reason"]), CALL_OUTCOMES.title_of(data["outcome"]), data["masked"])
    return " · ".join(part for part in told if part)


def _due(data: Mapping[str, Any]) -> str:
    return moment(datetime.fromisoformat(data.get("new") or data["due_at"]))


EVENT_DETAILS = {
    "CallLogged": _logged,
    "CallerNumberShown": why_shown,
    "FollowUpPromised": _due,
    "FollowUpMoved": _due,
}
