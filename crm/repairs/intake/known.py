"""What is known of a place where somebody reports a fault: jobs under way, incidents, the same fault mended lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.calls.guessing import likely as likely_of
from crm.calls.guessing import says_any
from crm.dates import business_day, utc_now
from crm.properties.models import Unit
from crm.repairs.categories.models import Place, RepairCategory
from crm.repairs.incidents.models import Incident
from crm.repairs.incidents.queries import open_here
from crm.repairs.intake.words import GRAVE, SAID
from crm.repairs.orders.models import STATE_TITLES
from crm.repairs.orders.queries import open_at, place_of, repeated_fault
from crm.repairs.orders.service import paying
from crm.repairs.orders.service.registering import Reported
from crm.repairs.orders.wording import left_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A job at the same place; `same`: for the same fault."""

    id: int
    number: str
    problem: str
    place: str
    state: Any
    worker: str
    left: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`likely`: categories that the words mean, the likeliest first; `repeat`: the job of which this is a repeat."""

    under_way: Sequence[UnderWay]
    incidents: Sequence[Incident]
    repeat: Any
    payer: Any
    likely: Sequence[RepairCategory]
    grave: bool

    @property
    def warns(self) -> bool:
        """Whether somebody must look before one more job is made of it."""
        return bool(self.incidents) or any(each.same for each in self.under_way)

    @property
    def mark(self) -> str:
        """What was shown: the form carries it."""
        return ",".join(
            [*(f"i{each.id}" for each in self.incidents), *(f"o{each.id}" for each in self.under_way if each.same)]
        )


def known_of(
    estate_id: int, unit: Unit | None, category: RepairCategory | None, problem: str, offered: Sequence[RepairCategory]
) -> Known:
    now, building_id = utc_now(), unit.building_id if unit else None
    likely = likely_of(problem, offered, SAID)
    meant = category or (likely[0] if likely else None)
    rows = open_at(unit.id if unit else None, meant.id if meant else None, estate_id=estate_id)
    repeat = repeated_fault(unit, meant.id, business_day()) if unit and meant else None
    reported = Reported(category=meant, problem=problem, unit=unit) if meant else None
    return Known(
        under_way=[_under_way(row, meant, now) for row in rows],
        incidents=open_here(estate_id, building_id),
        repeat=repeat,
        payer=paying(reported, repeated=repeat is not None) if reported and (unit or meant) else None,
        likely=likely,
        grave=says_any(problem, GRAVE),
    )


def _under_way(row: Any, meant: RepairCategory | None, now: Any) -> UnderWay:
    return UnderWay(
        id=row.id,
        number=row.number,
        problem=row.problem,
        place=place_of(row),
        state=STATE_TITLES[row.state],
        worker=row.worker or "",
        left=left_in_words(row, now),
        same=meant is None or row.category_id == meant.id or row.group == (meant.parent.name if meant.parent else ""),
    )


def offered_at(unit: Unit | None, thing: str, tree: Sequence[RepairCategory]) -> list[RepairCategory]:
    """Of the tree, those of the place that is meant first: inside a unit, of equipment, or of a public area."""
    first = Place.home if unit else Place.equipment if thing.startswith("equipment") else Place.public
    return sorted(tree, key=lambda each: each.place is not first)
