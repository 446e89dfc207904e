"""What the company decides about giving debts up."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

WRITE_OFF_YEARS = Figure(
    key="arrears.write_off_years",
    title=_l("A write-off is proposed for what is overdue for"),
    unit=_l("years"),
    default=2,
    least=1,
    most=20,
)
