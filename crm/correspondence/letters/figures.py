"""What the company decides about its letters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

UNPROVED_DAYS = Figure(
    key="letter.unproved_days",
    title=_l("Of a letter that was sent, something is heard within"),
    unit=_l("days"),
    default=30,
    least=1,
    most=365,
)
