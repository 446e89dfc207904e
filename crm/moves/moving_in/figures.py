"""How long a move-in may take before the desk is told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

OVERDUE_DAYS = Figure(
    key="moves.move_in_days",
    title=_l("A move-in is overdue after"),
    unit=_l("days"),
    default=7,
    least=1,
    most=90,
)
EXPIRY_DAYS = Figure(
    key="moves.expiry_days",
    title=_l("A lease or licence that ends is told of before"),
    unit=_l("days"),
    default=30,
    least=1,
    most=180,
)
