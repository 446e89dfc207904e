"""What the company decides about its books."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

ALONE_UP_TO = Figure(
    key="billing.alone_up_to",
    title=_l("A cashier takes back a payment of the same day alone up to"),
    unit=_l("yuan"),
    default=Decimal(500),
    least=0,
    most=100_000,
)
CREDIT_SETTLES = Figure(
    key="billing.credit_settles",
    title=_l("New bills are settled from a customer's credit by themselves"),
    default=True,
)
PRESSING_DAYS = Figure(
    key="billing.pressing_days",
    title=_l("Dossiers of customers are reviewed every month once something is overdue by more than"),
    unit=_l("days"),
    default=90,
    least=1,
    most=3_650,
)
