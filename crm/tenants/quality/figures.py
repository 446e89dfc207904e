"""How old and how near counts, as the company decides (clause P-03)."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from crm.dates import months_later
from crm.policy.figures import Figure

_SOURCE = _l("The company's policy on customers' files: complete, accurate, valid (P-03). The figure is the product's.")
VERIFIED_MONTHS = Figure(
    key="tenants.verified_months",
    title=_l("A verified telephone counts as verified for"),
    unit=_l("months"),
    default=12,
    least=1,
    most=120,
    source=_SOURCE,
)
ENDING_DAYS = Figure(
    key="tenants.ending_days",
    title=_l("A document counts as expiring before its end by"),
    unit=_l("days"),
    default=30,
    least=1,
    most=730,
    source=_SOURCE,
)
COMPLETE_DAYS = Figure(
    key="tenants.complete_days",
    title=_l("Whatever a customer's file must say is there after moving in within"),
    unit=_l("days"),
    default=14,
    least=0,
    most=365,
    source=_SOURCE,
)
CLOSING_DAYS = Figure(
    key="tenants.closing_days",
    title=_l("A file is closed after moving out within"),
    unit=_l("days"),
    default=30,
    least=1,
    most=730,
    source=_SOURCE,
)


def here_since(day: date) -> date:
    """Of whoever has been here since this day or longer the file is complete on `day`."""
    return day - timedelta(days=COMPLETE_DAYS.on(day))


def gone_since(day: date) -> date:
    """The file of whoever left on this day or before is closed on `day`."""
    return day - timedelta(days=CLOSING_DAYS.on(day))


def verified_since(day: date) -> date:
    """A telephone verified on this day or later counts as verified on `day`."""
    return months_later(day, -VERIFIED_MONTHS.on(day))


def ending_by(day: date) -> date:
    """A document whose last day is this one or earlier counts as expiring, or as expired, on `day`."""
    return day + timedelta(days=ENDING_DAYS.on(day))
