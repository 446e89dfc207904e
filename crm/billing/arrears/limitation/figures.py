"""What the law says about limitation, and how long before its end somebody is told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

LIMITATION_YEARS = Figure(
    key="arrears.limitation_years",
    title=_l("A bill can be claimed in court for"),
    unit=_l("years"),
    default=3,
    least=1,
    most=20,
    source=_l("Civil Code, article 188"),
)
FIRST_ALARM = Figure(
    key="arrears.limitation_first_alarm",
    title=_l("Limitation: first alarm before the last day"),
    unit=_l("days"),
    default=90,
    least=1,
    most=365,
)
SECOND_ALARM = Figure(
    key="arrears.limitation_second_alarm",
    title=_l("Limitation: second alarm before the last day"),
    unit=_l("days"),
    default=30,
    least=1,
    most=365,
)
ALARMS = (FIRST_ALARM, SECOND_ALARM)
