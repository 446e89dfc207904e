"""A case's timeline, read from the log in words; `crm.wiring` hands them to the customer's timeline too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.arrears.cases.models import CASE_TITLES, CaseState
from crm.web.templating import money

EVENT_TITLES = {
    "CaseAsked": _l("Hand-over to a lawyer asked for"),
    "CaseDecided": _l("Decided about the hand-over to a lawyer"),
    "CaseClosed": _l("Lawyer's case closed"),
    "WriteOffsAsked": _l("Write-offs asked for"),
}
NEEDED = dict.fromkeys(EVENT_TITLES, Permission.arrears_read)

FIELD_TITLES = {  # of the events of cases, evidence and limitation
    "customers": _l("Customers"),
    "days": _l("Days"),
    "first_on": _l("First day"),
    "firm": _l("Law firm"),
    "missing": _l("Still to be added"),
    "requests": _l("Requests"),
    "sha256": _l("SHA-256"),
}


def _told(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _yuan(data: Mapping[str, Any]) -> str:
    return _("%(sum)s yuan", sum=money(Decimal(data["amount"])))


def _decided(data: Mapping[str, Any]) -> str:
    return _told(CASE_TITLES[CaseState(data["decision"])], _yuan(data), data["remark"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "CaseAsked": lambda data: _told(_yuan(data), data["firm"], data["reason"]),
    "CaseDecided": _decided,
    "CaseClosed": lambda data: str(data["outcome"]),
    "WriteOffsAsked": lambda data: _told(_("%(count)s bills", count=data["requests"]), _yuan(data), data["reason"]),
}
