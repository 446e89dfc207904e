"""过户拆分: what becomes of each bill that reaches to the day or beyond it. Pure; the ledger books it (decision 043).

Days before the day are whose they were, for ever; those from it on are whoever pays then. A meter's bill is divided by
a reading alone. Both parts of a bill add up to it, the second takes what is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from crm.billing.arithmetic import cut
from crm.billing.charges.models import BY_DAY, BY_RUN, Basis, Payer
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.models import Bill
from crm.billing.runs.payers import OCCUPANTS, OWNERS
from crm.tenants.models import OccupancyRole

NOUGHT = Decimal(0)
Whose = tuple[OccupancyRole, int]  # role, customer


class Fate(StrEnum):
    stays = "stays"
    by_days = "by_days"
    passes = "passes"
    by_reading = "by_reading"
    nobody = "nobody"


MOVES = (Fate.by_days, Fate.passes)
STUCK = (Fate.by_reading, Fate.nobody)  # somebody has to do something about it by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """`before`: yuan of the days before the day, of `days_before` of `days_of`; `after`: of `payer_id` from it on."""

    bill: Bill
    fate: Fate
    before: Decimal
    after: Decimal
    days_before: int
    days_of: int
    payer_id: int | None

    @property
    def days_after(self) -> int:
        return self.days_of - self.days_before

    @property
    def days(self) -> str:
        return days_in_words(self.bill.begins, self.bill.ends)

    @property
    def mark(self) -> list[object]:
        """What a signed sheet says of it, to be compared."""
        return [self.bill.id, self.fate.value, str(self.before), str(self.after), self.payer_id]


def payer_of(there: Iterable[Whose], payer: Payer) -> int | None:
    """Who of those who have the unit pays, as the runs say it: the first by role, of several the first who came."""
    ranks = OWNERS if payer is Payer.owner else OCCUPANTS
    held = [(ranks.index(role), place, who) for place, (role, who) in enumerate(there) if role in ranks]
    return min(held)[2] if held else None


def divided(bill: Bill, day: date, payer_id: int | None) -> Divided:
    """`bill` has its item loaded; `payer_id` pays the item from `day` on, who need not be another than now."""
    days_of = (bill.ends - bill.begins).days
    days_before = min(max((day - bill.begins).days, 0), days_of)
    fate = _fate(bill, days_before, days_of, payer_id)
    before, after = bill.amount, NOUGHT
    if fate is Fate.passes:
        before, after = NOUGHT, bill.amount
    if fate is Fate.by_days:
        before, after = cut(bill.amount, days_of, days_before)
        if not before or not after:  # of a fen nothing is left to divide
            fate, before, after = Fate.stays, bill.amount, NOUGHT
    return Divided(
        bill=bill,
        fate=fate,
        before=before,
        after=after,
        days_before=days_before,
        days_of=days_of,
        payer_id=payer_id if fate in MOVES else None,
    )


def _fate(bill: Bill, days_before: int, days_of: int, payer_id: int | None) -> Fate:
    if days_before == days_of or bill.item.basis not in BY_RUN or payer_id == bill.customer_id:
        return Fate.stays
    if payer_id is None:
        return Fate.nobody
    if days_before == 0:
        return Fate.passes
    return Fate.by_days if bill.item.basis in (*BY_DAY, Basis.shared) else Fate.by_reading
