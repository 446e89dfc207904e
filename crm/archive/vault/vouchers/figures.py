"""How long a first person's word counts, and how long a title document may be outside."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

_SOURCE = _l("The company's archive policy: title documents are kept like cash (L-24). The figure is the product's.")
MINUTES = Figure(
    key="vouchers.minutes",
    title=_l("Two people at the vault confirm one another within"),
    unit=_l("minutes"),
    default=10,
    least=1,
    most=60,
    source=_SOURCE,
)
LATE_DAYS = Figure(
    key="vouchers.late_days",
    title=_l("Who approved is told of what stays outside after"),
    unit=_l("days"),
    default=3,
    least=1,
    most=30,
    source=_SOURCE,
)
OUT_DAYS = Figure(
    key="vouchers.out_days",
    title=_l("A title document may be outside for"),
    unit=_l("days"),
    default=30,
    least=1,
    most=365,
    source=_SOURCE,
)
