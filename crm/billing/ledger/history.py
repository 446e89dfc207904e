"""What happened to a customer's money in the words of a timeline; `crm.wiring` hands them to whatever shows one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.ledger.models import (
    ADJUSTMENT_TITLES,
    METHOD_TITLES,
    REQUEST_TITLES,
    AdjustmentKind,
    Method,
    RequestState,
)
from crm.web.templating import money

EVENT_TITLES = {
    "BillIssued": _l("Charged"),
    "ChargedForWork": _l("Charged for finished work"),
    "BillSplit": _l("Bill split at a transfer"),
    "PaymentReceived": _l("Payment entered"),
    "CreditUsed": _l("Bills settled from credit"),
    "AdjustmentRequested": _l("Adjustment asked for"),
    "RequestDecided": _l("Request decided"),
    "Adjusted": _l("Adjusted"),
    "AdjustmentUndone": _l("Adjustment undone"),
    "BillDisputed": _l("Line disputed"),
    "DisputeReleased": _l("Dispute ended"),
    "PeriodClosed": _l("Month closed"),
}
NEEDED = dict.fromkeys(EVENT_TITLES, Permission.billing_read)  # who may read them on a timeline

FIELD_TITLES = {
    "item": _l("Charge"),
    "day": _l("Day"),
    "parts": _l("Bills in its place"),
    "method": _l("Method"),
    "allocated": _l("Settled with it (yuan)"),
    "rule": _l("Rule"),
    "until": _l("Last day"),
    "source": _l("Made by"),
    "month": _l("Month"),
    "about": _l("It waits for"),
}


def _yuan(text: str) -> str:
    return _("%(sum)s yuan", sum=money(Decimal(text)))


def _told(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _kind(data: Mapping[str, Any]) -> str:
    return str(ADJUSTMENT_TITLES[AdjustmentKind(data["kind"])])


def _issued(data: Mapping[str, Any]) -> str:
    return _told(data["item"], _yuan(data["amount"]), _("due on %(day)s", day=data["due_on"]))


def _received(data: Mapping[str, Any]) -> str:
    credit = Decimal(data["amount"]) - Decimal(data["allocated"])
    left = _("%(sum)s yuan in credit", sum=money(credit)) if credit else ""
    return _told(METHOD_TITLES[Method(data["method"])], _yuan(data["amount"]), left)


def _adjusted(data: Mapping[str, Any]) -> str:
    return _told(_kind(data), _yuan(data["amount"]), data["reason"])


def _decided(data: Mapping[str, Any]) -> str:
    return _told(_kind(data), _yuan(data["amount"]), REQUEST_TITLES[RequestState(data["decision"])], data["remark"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "BillIssued": _issued,
    "ChargedForWork": lambda data: _told(data["number"], _yuan(data["amount"])),
    "BillSplit": lambda data: str(data["day"]),
    "PaymentReceived": _received,
    "CreditUsed": lambda data: _yuan(data["amount"]),
    "AdjustmentRequested": _adjusted,
    "RequestDecided": _decided,
    "Adjusted": _adjusted,
    "AdjustmentUndone": _adjusted,
    "BillDisputed": lambda data: _told(_("until %(day)s", day=data["until"]), data["reason"], data.get("about")),
    "DisputeReleased": lambda data: str(data["outcome"]),
    "PeriodClosed": lambda data: str(data["month"])[:7],
}
