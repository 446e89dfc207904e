"""Whether and how late fees are charged; the company's counsel confirms each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

_SOURCE = _l("Civil Code art. 585: agreed in the contract, not far above the loss")
CHARGED = Figure(key="late_fee.charged", title=_l("Late fees are charged"), default=False, source=_SOURCE)
RATE = Figure(
    key="late_fee.rate",
    title=_l("Late fee a day"),
    unit=_l("per cent of what is overdue"),
    default=Decimal("0.05"),
    least=0,
    most=Decimal("0.3"),
    source=_SOURCE,
)
GRACE = Figure(
    key="late_fee.grace",
    title=_l("Days after the due day without a late fee"),
    unit=_l("days"),
    default=30,
    least=0,
    most=366,
)
CAP = Figure(
    key="late_fee.cap",
    title=_l("A bill's late fees come to at most"),
    unit=_l("per cent of the bill"),
    default=Decimal(30),
    least=0,
    most=100,
    source=_SOURCE,
)
LAST_DAY = Figure(
    key="late_fee.longest",
    title=_l("Late fees stop so many days after the due day"),
    unit=_l("days"),
    default=730,
    least=1,
    most=3660,
)
CLAUSE = Figure(
    key="late_fee.clause",
    title=_l("The contract's clause on late fees, printed with each of them"),
    default="",
)


def hindrance(day: date) -> str:
    """Why no late fee can be charged on that day, or ""."""
    if not CHARGED.on(day):
        return _("Late fees are switched off in the company settings.")
    if not CLAUSE.on(day).strip():
        return _("Enter the contract's clause on late fees in the company settings first.")
    return ""
