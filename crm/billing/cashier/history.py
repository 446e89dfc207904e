"""The counter in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.billing.cashier.models import SIZE_TITLES, PrintSize
from crm.web.templating import money

EVENT_TITLES = {
    "ReceiptIssued": _l("Receipt issued"),
    "ReceiptPrinted": _l("Receipt printed"),
    "ReceiptVoided": _l("Receipt void"),
    "DrawerCounted": _l("Drawer counted"),
    "DrawerCountedAgain": _l("Drawer counted again"),
    "VarianceExplained": _l("Difference explained"),
    "DayCloseSigned": _l("Day close signed"),
}


def _issued(data: Mapping[str, Any]) -> str:
    return f"{data['number']} · {money(Decimal(data['amount']))}"


def _printed(data: Mapping[str, Any]) -> str:
    told = (data["number"], str(SIZE_TITLES[PrintSize(data["paper"])]), data["reason"])
    return " · ".join(filter(None, told))


def _variance(data: Mapping[str, Any]) -> str:
    told = (money(Decimal(data["variance"])), data.get("explanation", ""), data.get("remark", ""))
    return " · ".join(filter(None, told))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ReceiptIssued": _issued,
    "ReceiptPrinted": _printed,
    "ReceiptVoided": lambda data: f"{data['number']} · {data['reason']}",
    "DrawerCounted": _variance,
    "DrawerCountedAgain": _variance,
    "VarianceExplained": _variance,
    "DayCloseSigned": _variance,
}
