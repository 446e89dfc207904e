"""When a month's review is opened, and how long an account is held; the company confirms it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

OPENED_BY_ITSELF = Figure(key="arrears.opened", title=_l("The month's arrears review opens by itself"), default=True)
OPENED_ON = Figure(
    key="arrears.day",
    title=_l("The arrears review opens on day"),
    unit=_l("of the month"),
    default=5,
    least=1,
    most=28,
)
LONGEST_HOLD = Figure(
    key="arrears.longest_hold_days",
    title=_l("An account is held for at most"),
    unit=_l("days"),
    default=60,
    least=1,
    most=366,
)
