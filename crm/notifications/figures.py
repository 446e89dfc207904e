"""When the bell keeps still, and how long what was read stays; the company confirms it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.notifications.quiet import fault_of_time
from crm.policy.figures import Figure

QUIET_FROM = Figure(
    key="notifications.quiet_from",
    title=_l("The bell is quiet from"),
    default="21:00",
    source=_l("Who has no quiet hours of their own has these. Equal times: no quiet hours. What is urgent rings."),
    rule=fault_of_time,
)
QUIET_UNTIL = Figure(
    key="notifications.quiet_until", title=_l("and rings again at"), default="08:00", rule=fault_of_time
)
KEPT_DAYS = Figure(
    key="notifications.kept_days",
    title=_l("What was read under the bell stays for"),
    unit=_l("days"),
    default=90,
    least=7,
    most=3660,
)
