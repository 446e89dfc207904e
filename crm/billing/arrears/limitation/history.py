"""Limitation in the words of a timeline; `crm.wiring` hands them to the customer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.templating import money

EVENT_TITLES = {
    "LimitationNear": _l("Limitation runs out soon"),
    "LimitationWatched": _l("Limitation looked through"),
}
NEEDED = dict.fromkeys(EVENT_TITLES, Permission.arrears_read)


def _near(data: Mapping[str, Any]) -> str:
    return _(
        "%(bills)s bills of %(sum)s yuan, the first on %(day)s",
        bills=data["bills"],
        sum=money(Decimal(data["amount"])),
        day=data["first_on"],
    )


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {"LimitationNear": _near}
