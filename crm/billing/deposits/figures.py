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
