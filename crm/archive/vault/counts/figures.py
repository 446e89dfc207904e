"""How often a safe is counted, and how soon."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

_SOURCE = _l("The company's archive policy: title documents are kept like cash (L-24). The figure is the product's.")
MONTHS = Figure(
    key="vault_counts.months",
    title=_l("Each safe with title documents is counted every"),
    unit=_l("months"),
    default=1,
    least=1,
    most=12,
    source=_SOURCE,
)
COUNT_DAYS = Figure(
    key="vault_counts.days",
    title=_l("A count that was ordered is done within"),
    unit=_l("working days"),
    default=3,
    least=1,
    most=30,
    source=_SOURCE,
)
