"""Evidence packs in the words of a timeline; `crm.wiring` hands them to the customer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.templating import money

EVENT_TITLES = {
    "EvidenceMade": _l("Evidence pack made"),
    "EvidenceFetched": _l("Evidence pack fetched"),
}
NEEDED = dict.fromkeys(EVENT_TITLES, Permission.arrears_read)


def _made(data: Mapping[str, Any]) -> str:
    told = _("%(sum)s yuan, %(pages)s pages", sum=money(Decimal(data["amount"])), pages=data["pages"])
    return f"{told} · {data['reason']}"


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "EvidenceMade": _made,
    "EvidenceFetched": lambda data: str(data["sha256"][:16]),
}
