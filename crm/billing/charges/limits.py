"""How dear a price may be, so that a line's product stays within the database's 64 bits. Pure rules.

quantity × price × days × 2 is reckoned in thousandths × millionths: at most 2⁶³ − 1. An area is 100,000 m² at most, a
month has 31 days; what a meter counts between two readings is `LARGEST_COUNT` at most.
"""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _

from crm.billing.charges.models import Basis

DEAREST_OF_MANY = Decimal(1_000)  # yuan of one m², m³ or kWh
DEAREST = Decimal(100_000)  # yuan of a fixed sum, or of one of a number
MOST = Decimal(100_000)  # of a quantity that a tariff says
LARGEST_LINE = Decimal(100_000_000)  # yuan of a whole month
LARGEST_COUNT = Decimal(4_000_000)  # m³ or kWh between two readings


def fault_of(basis: Basis, price: Decimal | None, quantity: Decimal | None) -> str:
    """Why a tariff cannot say so, or ""."""
    dearest = DEAREST if basis in (Basis.fixed, Basis.number) else DEAREST_OF_MANY
    if price is not None and price > dearest:
        return _("%(price)s yuan is too much: the most is %(most)s.", price=f"{price:,f}", most=f"{dearest:,f}")
    if quantity is not None and quantity > MOST:
        return _("The quantity is too large: the most is %(most)s.", most=f"{MOST:,f}")
    if price is not None and quantity is not None and price * quantity > LARGEST_LINE:
        return _("Price × quantity is more than %(most)s yuan a month.", most=f"{LARGEST_LINE:,f}")
    return ""
