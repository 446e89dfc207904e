"""What the company decides about promises and plans."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

SIGNED_DAYS = Figure(
    key="arrears.signed_days",
    title=_l("The agreement of an approved plan comes back signed within"),
    unit=_l("days"),
    default=7,
    least=1,
    most=365,
)
