"""How far a move-out or a sale has come: each step, what of it is missing, and what those who leave leave open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from crm.billing.ledger import service as ledger
from crm.dates import business_day
from crm.moves.keys.queries import Out, keys_of, out_of
from crm.moves.leaving.dividing import MOVES, STUCK, Divided, Fate, divided, payer_of
from crm.moves.leaving.models import WORKFLOW, Leaving, LeavingParty, Side
from crm.moves.leaving.queries import bills_beyond, meters_of
from crm.tenants.models import Customer, OccupancyRole
from crm.tenants.moving_out import Left, StillOpen, left_units, still_open
from crm.tenants.queries import get_customer
from crm.tenants.service import WHOLE

DAY = timedelta(days=1)
OWN_STEPS = ("meters", "keys")  # checks that a step of its own asks already
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step that is done in any order; `missing`: why it is not done, or ""; `note`: why it counts as done."""

    name: str
    missing: str
    note: str = ""

    @property
    def title(self) -> Any:
        return WORKFLOW[self.name].title


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """Somebody who leaves: `last`: no other unit is theirs; what is still open then."""

    customer: Customer
    last: bool
    still_open: Sequence[StillOpen]

    @property
    def asks_reason(self) -> bool:
        return self.last and any(each.check.asks_reason for each in self.still_open)

    @property
    def titles(self) -> str:
        """Of what takes a reason."""
        return "、".join(str(each.check.title) for each in self.still_open if each.check.asks_reason)


# Who takes over


def share_to_give(leaving: Leaving) -> Decimal:
    """Of the whole, in per cent: what is not theirs who own and stay."""
    kept = sum((party.share or NOUGHT for party in leaving.of(Side.stays) if party.owns), NOUGHT)
    return WHOLE - kept


def _buyers(leaving: Leaving) -> str:
    buyers = leaving.of(Side.buys)
    if not buyers:
        return _("Nobody takes the unit over yet: name the buyer.")
    given, to_give = sum((party.share or NOUGHT for party in buyers), NOUGHT), share_to_give(leaving)
    if given != to_give:
        return _("The buyers' shares add up to %(given)s %%, not to %(whole)s %%.", given=given, whole=to_give)
    return "" if leaving.contract or leaving.proof_id else _("Write the number of the contract, or keep a copy of it.")


# Readings and keys


def _readings(leaving: Leaving) -> str:
    unread = [meter.number for meter, last in meters_of(leaving) if last is None or last.read_on < leaving.day - DAY]
    return _("Not read on the day: %(meters)s", meters="、".join(unread)) if unread else ""


def keys_out(leaving: Leaving) -> list[Out]:
    """What those who leave still have of the unit's keys."""
    theirs = {party.customer_id for party in leaving.of(Side.leaves)}
    return [each for each in out_of(leaving.unit_id) if each.customer_id in theirs]


def _keys(leaving: Leaving) -> str:
    if held := keys_out(leaving):
        return _("Still out: %(keys)s", keys="、".join(each.words for each in held))
    if not keys_of(leaving.unit_id):
        return _("No keys of the unit are in the books: write which came back.")
    return ""


# Money


def division(leaving: Leaving) -> list[Divided]:
    """What becomes of each bill that reaches beyond the day, as the books stand."""
    there = [*leaving.of(Side.stays), *leaving.of(Side.buys)]
    ranked: list[tuple[OccupancyRole, int]] = [(party.role, party.customer_id) for party in there]
    return [divided(bill, leaving.day, payer_of(ranked, bill.item.payer)) for bill in bills_beyond(leaving)]


def hindered(line: Divided) -> str:
    """Why the ledger does not divide the bill now, or ""."""
    if line.fate is Fate.by_days:
        return ledger.split_hindrance(line.bill)
    return ledger.pass_on_hindrance(line.bill) if line.fate is Fate.passes else ""


def _money(leaving: Leaving) -> str:
    stuck = [f"{line.bill.item.name}: {reason}" for line in division(leaving) if (reason := hindered(line))]
    if stuck:
        return " ".join(stuck)
    return "" if leaving.money_seen_at else _("Nobody has gone through it yet.")


def left_by(leaving: Leaving) -> list[Leaver]:
    """Each who leaves, with what they leave open."""
    return [
        _left(leaving, customer_id) for customer_id in dict.fromkeys(p.customer_id for p in leaving.of(Side.leaves))
    ]


def _left(leaving: Leaving, customer_id: int) -> Leaver:
    customer = get_customer(customer_id, Customer.occupancies)
    ending = {party.occupancy_id for party in leaving.of(Side.leaves)}
    last = all(each.ends is not None or each.id in ending for each in customer.occupancies)
    units: Left = {**left_units(customer), leaving.unit_id: leaving.day}
    found = [each for each in still_open(customer, units) if each.check.name not in OWN_STEPS]
    return Leaver(customer=customer, last=last, still_open=found)


def stuck_lines(leaving: Leaving) -> list[Divided]:
    """Bills that somebody has to see to by hand: a meter's, or one for days that are nobody's."""
    return [line for line in division(leaving) if line.fate in STUCK]


def _checklist(leaving: Leaving) -> str:
    told = [f"{left.customer.name}: {left.titles}" for left in left_by(leaving) if left.asks_reason]
    told += [_("%(item)s: charged beyond the day", item=line.bill.item.name) for line in stuck_lines(leaving)]
    return _("Still open: %(what)s", what="; ".join(told)) if told else ""


STAGES: dict[str, tuple[Callable[[Leaving], str], str]] = {
    "buyers": (_buyers, ""),
    "readings": (_readings, "readings_note"),
    "keys": (_keys, "keys_note"),
    "money": (_money, ""),
    "checklist": (_checklist, "open_note"),
}
"""What is asked of each step, and the column that says why it counts as done all the same."""


def stages(leaving: Leaving) -> list[Stage]:
    """In the order in which they are shown."""
    made = []
    for name, (missing, column) in STAGES.items():
        if name == "buyers" and not leaving.is_sale:
            continue
        reason, note = missing(leaving), getattr(leaving, column) if column else ""
        made.append(Stage(name=name, missing="" if note else reason, note=note))
    return made


def unfinished(leaving: Leaving) -> str:
    """Why the sheet cannot be signed yet, or ""."""
    if leaving.day > business_day():
        return _("It is signed on %(day)s at the earliest: until then meters and bills go on.", day=leaving.day)
    missing = [f"{stage.title}: {stage.missing}" for stage in stages(leaving) if stage.missing]
    return " ".join(missing)


def passes_on(leaving: Leaving) -> list[Divided]:
    """What the ledger is to divide."""
    return [line for line in division(leaving) if line.fate in MOVES]


def gone(leaving: Leaving) -> list[LeavingParty]:
    """Those who leave and have ended by other ways since: then there is nothing to close."""
    return [party for party in leaving.of(Side.leaves) if party.occupancy and party.occupancy.ends is not None]
