"""How often a procedure is looked at again, and how long before that whoever keeps it is told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

REVIEW_MONTHS = Figure(
    key="engineering.review_months",
    title=_l("A work procedure is reviewed after, unless another day is written"),
    unit=_l("months"),
    default=12,
    least=1,
    most=60,
)
TELL_AHEAD = Figure(
    key="engineering.tell_ahead_days",
    title=_l("Whoever keeps work procedures is told of a review ahead by"),
    unit=_l("days"),
    default=30,
    least=1,
    most=180,
)
