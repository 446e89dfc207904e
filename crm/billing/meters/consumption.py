"""What was used between two readings, and whether it can be right. Pure functions; `sequence` says the same in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from crm.billing.charges.limits import LARGEST_COUNT


class Anomaly(StrEnum):
    """Why a reading is not billed before somebody has looked at it; the first that applies."""

    below = "below"
    negative = "negative"
    beyond = "beyond"
    twice = "twice"
    multiplier = "multiplier"
    zero = "zero"
    high = "high"


ANOMALY_TITLES = {
    Anomaly.below: _l("Lower than the reading before"),
    Anomaly.negative: _l("Counts less than nothing"),
    Anomaly.beyond: _l("More than any meter counts"),
    Anomaly.twice: _l("Read twice on one day"),
    Anomaly.multiplier: _l("The multiplier was changed"),
    Anomaly.zero: _l("Nothing was used"),
    Anomaly.high: _l("Far more than usual"),
}
WRONG = (Anomaly.below, Anomaly.negative, Anomaly.beyond)  # cannot be confirmed: to be corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """How a meter counts: figures before the point until it begins again, installed the wrong way round or not."""

    digits: int
    reversed: bool = False

    @property
    def turn(self) -> Decimal:
        """What it has counted when it begins again at nought."""
        return Decimal(10) ** self.digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What stood on it, and by what one of it is multiplied. `rolled`: it began again since the reading before."""

    value: Decimal
    read_on: date
    multiplier: int = 1
    rolled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What was used in how many days before."""

    quantity: Decimal = Decimal(0)
    days: int = 0


def used(dial: Dial, before: Decimal, now: Read) -> Decimal:
    """m³ or kWh since the reading before; less than nothing when one of the two is wrong."""
    counted = before - now.value if dial.reversed else now.value - before
    return (counted + (dial.turn if now.rolled else 0)) * now.multiplier


def anomaly(dial: Dial, before: Read, now: Read, usual: Usual, times: int) -> Anomaly | None:
    """What is wrong or odd; `times` the usual use of so many days is too much. `twice` shows in the ledger only."""
    quantity = used(dial, before.value, now)
    if quantity < 0:
        return Anomaly.below if not (dial.reversed or now.rolled) else Anomaly.negative
    if quantity > LARGEST_COUNT:
        return Anomaly.beyond
    if before.multiplier != now.multiplier:
        return Anomaly.multiplier
    if not quantity:
        return Anomaly.zero
    days = (now.read_on - before.read_on).days
    much = usual.quantity > 0 and quantity * usual.days >= usual.quantity * days * times
    return Anomaly.high if much else None
