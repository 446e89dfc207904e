"""What the company decides about its deposits."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

ALONE_UP_TO = Figure(
    key="billing.deposit_alone_up_to",
    title=_l("A cashier deducts from one deposit, or takes an entry of the same day back, alone up to"),
    unit=_l("yuan"),
    default=Decimal(500),
    least=0,
    most=100_000,
)
BACK_DAYS = Figure(
    key="billing.deposit_back_days",
    title=_l("A deposit goes back, after its day or after the unit is left, within"),
    unit=_l("days"),
    default=30,
    least=1,
    most=365,
)
