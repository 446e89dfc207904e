"""Contacts on the customer's timeline, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.arrears.contacts.models import CONTACT_CHANNELS, CONTACT_OUTCOMES, ContactChannel, ContactOutcome

EVENT_TITLES = {"ContactNoted": _l("Talked about arrears")}


def _noted(data: Mapping[str, Any]) -> str:
    again = _("again on %(day)s", day=data["again_on"]) if data["again_on"] else ""
    said = (
        data["step"],
        str(CONTACT_CHANNELS[ContactChannel(data["channel"])]),
        data["talked_to"],
        str(CONTACT_OUTCOMES[ContactOutcome(data["outcome"])]),
        data["words"],
        again,
    )
    return " · ".join(filter(None, said))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {"ContactNoted": _noted}
