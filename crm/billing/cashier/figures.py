"""What the company decides about its counter."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.billing.cashier.models import SIZE_TITLES, PrintSize
from crm.policy.figures import Figure

RECEIPT_SIZE = Figure(
    key="billing.receipt_size",
    title=_l("Receipts are usually printed on"),
    default=PrintSize.slip.value,
    choices={size.value: title for size, title in SIZE_TITLES.items()},
)
DRAWER_SHOWN = Figure(
    key="billing.drawer_shown",
    title=_l("The counter shows what is in the drawer"),
    default=True,
    source=_l("Without it the count at the day's end is quite blind: nobody has seen the sums before."),
)
