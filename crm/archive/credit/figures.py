"""How long a project may stand still before the filing review names it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

APPROVED_DAYS = Figure(
    key="credit.approved_days",
    title=_l("An approved project is disbursed, or withdrawn, within"),
    unit=_l("days"),
    default=90,
    least=1,
    most=1_000,
)
