"""What the company decides about settlements of renovations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

BILL_DAYS = Figure(
    key="renovations.damage_bill_days",
    title=_l("A bill of damage above the deposit of a renovation is due within"),
    unit=_l("days"),
    default=15,
    least=0,
    most=90,
)
BACK_DAYS = Figure(
    key="renovations.deposit_back_days",
    title=_l("After the second check the deposit of a renovation goes back within"),
    unit=_l("days"),
    default=15,
    least=1,
    most=180,
)
