"""What the company decides about checks of renovations (figures marked † are to be confirmed)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

WAITING_MONTHS = Figure(
    key="renovations.waiting_months",
    title=_l("After the first check of a renovation the second is made no sooner than"),
    unit=_l("months"),
    default=3,
    least=0,
    most=24,
)
FIRST_CHECK_DAYS = Figure(
    key="renovations.first_check_days",
    title=_l("A renovation that is finished is checked within"),
    unit=_l("days"),
    default=3,
    least=1,
    most=60,
)
FIX_DAYS = Figure(
    key="renovations.fix_days",
    title=_l("What a check of a renovation found is to be put right within"),
    unit=_l("days"),
    default=7,
    least=1,
    most=90,
)
SECOND_CHECK_DAYS = Figure(
    key="renovations.second_check_days",
    title=_l("The second check of a renovation is made, once it may be, within"),
    unit=_l("days"),
    default=15,
    least=1,
    most=180,
)
