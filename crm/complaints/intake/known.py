"""What is known when somebody complains: cases under way, jobs at the unit, incidents, and whether it is a repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.calls.guessing import likely, says_any
from crm.calls.places import Spot
from crm.complaints.cases.models import STATE_TITLES, Complaint
from crm.complaints.cases.queries import caller_counts, place_of
from crm.complaints.cases.service.registering import Caller, Complained, repeated_case
from crm.complaints.categories.models import ComplaintCategory
from crm.complaints.intake.queries import under_way
from crm.complaints.intake.words import GRAVE, SAID
from crm.repairs.incidents.models import Incident
from crm.repairs.incidents.queries import open_here
from crm.repairs.orders.models import STATE_TITLES as REPAIR_STATES
from crm.repairs.orders.queries import open_at


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """`same`: of the same category; `here`: at the very place; `own`: this customer complained of it already."""

    id: int
    number: str
    category: str
    place: str
    state: Any
    since: datetime
    callers: int
    same: bool
    here: bool
    own: bool

    @property
    def warns(self) -> bool:
        return self.same and (self.here or self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """A job at the caller's unit: perhaps the very thing that is complained of."""

    number: str
    problem: str
    since: datetime
    state: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`likely`: categories that the words mean, the likeliest first; `repeat`: the ended case that comes back."""

    under_way: Sequence[UnderWay]
    repairs: Sequence[Mending]
    incidents: Sequence[Incident]
    repeat: Complaint | None
    likely: Sequence[ComplaintCategory]
    grave: bool

    @property
    def warns(self) -> bool:
        """Whether somebody must look before one more case is made of it."""
        return bool(self.incidents) or any(each.warns for each in self.under_way)

    @property
    def mark(self) -> str:
        """What was shown: the form carries it."""
        cases = (f"t{each.id}" for each in self.under_way if each.warns)
        return ",".join([*(f"i{each.id}" for each in self.incidents), *cases])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is typed so far. `spot`: where the trouble is; `home`: the unit that the caller named."""

    words: str
    category: ComplaintCategory | None
    spot: Spot
    home: Spot
    customer_id: int | None
    offered: Sequence[ComplaintCategory]


def known_of(asked: Asked) -> Known:
    """`customer_id` is None for an anonymous caller: nothing tells what else they complained of."""
    found = likely(asked.words, asked.offered, SAID)
    meant = asked.category or (found[0] if found else None)
    rows = under_way(asked.spot, asked.customer_id, meant.id if meant else None)
    counts = caller_counts([row.id for row in rows])
    unit = asked.spot.unit or asked.home.unit
    return Known(
        under_way=[_under_way(row, meant, counts.get(row.id, 0)) for row in rows],
        repairs=_mending(asked.home),
        incidents=open_here(asked.spot.estate_id, unit.building_id if unit else None),
        repeat=_repeat(asked, meant) if meant else None,
        likely=found,
        grave=says_any(asked.words, GRAVE),
    )


def _repeat(asked: Asked, meant: ComplaintCategory) -> Complaint | None:
    told = Complained(category=meant, words=asked.words, unit=asked.spot.unit, public_area=asked.spot.area)
    return repeated_case(told, Caller(customer_id=asked.customer_id), asked.spot.estate_id)


def _under_way(row: Any, meant: ComplaintCategory | None, callers: int) -> UnderWay:
    return UnderWay(
        id=row.id,
        number=row.number,
        category=" · ".join(filter(None, (row.group, row.category))),
        place=place_of(row),
        state=STATE_TITLES[row.state],
        since=row.received_at,
        callers=callers,
        same=meant is None or row.category_id == meant.id,
        here=bool(row.here),
        own=bool(row.own),
    )


def _mending(home: Spot) -> Sequence[Mending]:
    if home.unit is None or not actor().may(Permission.repair_read):
        return []
    return [
        Mending(number=row.number, problem=row.problem, since=row.registered_at, state=REPAIR_STATES[row.state])
        for row in open_at(home.unit.id, None, estate_id=home.estate_id)
    ]
