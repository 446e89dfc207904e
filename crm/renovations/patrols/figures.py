"""How often somebody looks into a renovation, until the company says otherwise (to be confirmed)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

MOST_DAYS = 60
PATROL_DAYS = Figure(
    key="renovations.patrol_days",
    title=_l("A renovation is patrolled every"),
    default=3,
    unit=_l("days"),
    least=1,
    most=MOST_DAYS,
)
RISKY_PATROL_DAYS = Figure(
    key="renovations.risky_patrol_days",
    title=_l("A renovation that touches waterproofing or structure is patrolled every"),
    default=2,
    unit=_l("days"),
    least=1,
    most=MOST_DAYS,
)
