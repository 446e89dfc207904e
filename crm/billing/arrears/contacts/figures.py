"""How often whoever owes is talked to; the company confirms it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

AFTER = Figure(
    key="arrears.contact_after_days",
    title=_l("Whoever owes is contacted from so many days overdue"),
    unit=_l("days"),
    default=30,
    least=1,
    most=366,
)
EVERY = Figure(
    key="arrears.contact_every_days",
    title=_l("and from then on at least every"),
    unit=_l("days"),
    default=15,
    least=1,
    most=366,
)
