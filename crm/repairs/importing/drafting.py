"""From rows to repair orders: what is taken, what stands already, what is refused and why. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask_babel import gettext as _

from crm.imports.histories.draft import rows_of
from crm.imports.histories.holders import Holder, living_there
from crm.imports.histories.places import Places
from crm.imports.histories.row import Clock
from crm.imports.histories.words import NOT_ASKED, answer
from crm.repairs.importing.draft import Draft, Line
from crm.repairs.importing.row import Row
from crm.workbooks.discretion import shown
from crm.workbooks.registers import Block

STEPS = ("accepted", "arrived", "finished")


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What the installation knows. `categories`: what the file calls one -> the id of ours; `workers`: full name ->
    user; `told`: repairs that stand; `stored`: rows that an earlier try of this import has stored."""

    clock: Clock
    places: Places
    holders: Mapping[int, Sequence[Holder]]
    categories: Mapping[str, int]
    workers: Mapping[str, int]
    told: dict[Hashable, int] = field(default_factory=dict)
    stored: Collection[tuple[str, int]] = frozenset()


def draft(blocks: Sequence[Block], present: Present, *, open_jobs: bool) -> Draft:
    made = Draft()
    read = partial(_line, present=present, open_jobs=open_jobs)
    made.fill(rows_of(Row, blocks), read, partial(_expect_new, present=present), present.stored)
    return made


def _line(row: Row, present: Present, *, open_jobs: bool) -> Line:
    row.expect_estate(present.places.estate)
    place = present.places.place(row)
    moments: dict[str, Any] = row.course("reported", STEPS, present.clock)
    if moments["finished"] is None and not open_jobs:
        raise row.out(
            "finished", _("It has no end. Write when it was finished, or have such rows taken over as open jobs.")
        )
    day = present.clock.day(moments["reported"])
    return Line(
        sheet=row.block.sheet.name,
        row=row.number,
        number=row.serial("number")[:100],
        customer_id=living_there(present.holders.get(place.unit_id or 0, ()), day),
        caller=row.words("caller", 100),
        digits=row.digits(),
        category=_category(row, present),
        problem=_problem(row),
        priority=row.priority(),
        registered_by=row.words("registered_by", 100),
        day=day,
        result=" · ".join(filter(None, (row.words("result"), row.words("note")))),
        answer=row.read("satisfaction", answer) or answer(None),
        answer_words=_answer_words(row),
        cost=row.cost(),
        **{f"{name}_at": at for name, at in moments.items()},
        **place._asdict(),
        **_worker(row, present),
    )


def _category(row: Row, present: Present) -> str:
    name = row.category
    if name not in present.categories:
        raise row.out("category", _("No category here is called so. Say under “What was understood” which one it is."))
    return name


def _problem(row: Row) -> str:
    """In the words of the file; its category where nobody wrote any."""
    found = row.words("problem") or row.words("category")
    if not found:
        raise row.out("problem", _("What was reported is missing. Write it in a few words."))
    return found


def _answer_words(row: Row) -> str:
    """ "" where nobody asked."""
    found = row.words("satisfaction", 500)
    return "" if found in NOT_ASKED else found


def _worker(row: Row, present: Present) -> dict[str, Any]:
    """The first who is one of ours; in words where there are others, or none is."""
    names = row.names("worker")
    known = [name for name in names if name in present.workers]
    return {
        "worker_id": present.workers[known[0]] if known else None,
        "worker": shown("、".join(known[:1] or names))[:100],
        "worker_words": "" if names == known[:1] else shown("、".join(names))[:200],
    }


def _expect_new(row: Row, line: Line, present: Present) -> None:
    """Raises `Standing`, or `RowRefused` where the file itself says it twice."""
    mark = mark_of(line.number, line.unit_id, line.spot, line.reported_at, line.problem)
    row.expect_once(mark, present.told, "number" if line.number else "reported")


def mark_of(number: str | None, *facts: Hashable) -> Hashable:
    """What tells two repairs apart: the company's own number; without one where, when and what."""
    return number or facts
