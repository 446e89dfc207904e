"""A draft cut into parts that can each be stored alone: places first, then customers with all that hangs on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeVar

from crm.imports.drafting.draft import (
    BUILDING,
    CUSTOMER,
    ENTRANCE,
    ESTATE,
    KINDS,
    MEMBER,
    OCCUPANCY,
    PARKING_SPACE,
    UNIT,
    VEHICLE,
    Change,
    Drafted,
    EstateDraft,
)

PLACES, HOUSEHOLDS, KEPT = 2_000, 1_000, 5_000  # of a part: a second of the write lock, more or less
HANGING = (MEMBER, VEHICLE, OCCUPANCY)
Thing = TypeVar("Thing")


def parts_of(draft: EstateDraft) -> Iterator[EstateDraft]:
    """In the order of the references; what is unchanged is left out. Storing them all stores the draft."""
    for kind in (ESTATE, BUILDING, ENTRANCE, UNIT, PARKING_SPACE):
        for places in _cut(_changed(draft, kind), PLACES):
            yield _part(draft, places)
    for households in _cut(_households(draft), HOUSEHOLDS):
        yield _part(draft, chain.from_iterable(households))
    for kept in _cut(draft.kept, KEPT):
        yield EstateDraft(draft.estate, kept=kept)


def size_of(part: EstateDraft) -> int:
    """The rows it writes, more or less: what a progress bar counts."""
    return sum(len(objects) for objects in part.objects.values()) + len(part.kept)


def _changed(draft: EstateDraft, kind: str) -> list[Drafted]:
    return [entry for entry in draft.objects[kind] if entry.change is not Change.unchanged]


def _households(draft: EstateDraft) -> list[list[Drafted]]:
    """Each customer who is new or changed, or has something new or changed, with just that."""
    households: dict[int, list[Drafted]] = defaultdict(list)
    for kind in (CUSTOMER, *HANGING):
        for entry in _changed(draft, kind):
            households[id(entry if kind == CUSTOMER else entry.refs["customer_id"])].append(entry)
    return list(households.values())


def _part(draft: EstateDraft, entries: Iterable[Drafted]) -> EstateDraft:
    objects: dict[str, list[Drafted]] = {kind: [] for kind in KINDS}
    for entry in entries:
        objects[entry.kind].append(entry)
    return EstateDraft(draft.estate, objects)


def _cut(things: list[Thing], size: int) -> Iterator[list[Thing]]:
    return (things[start : start + size] for start in range(0, len(things), size))
