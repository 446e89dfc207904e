"""From rows to repair orders: what is taken, what stands already, what is refused and why. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from crm.imports.histories.holders import Holder
from crm.imports.understanding.addresses import plain_part
from crm.repairs.importing.draft import Draft, Line
from crm.repairs.importing.row import SUM_FIELDS, Row
from crm.repairs.importing.words import NOT_ASKED, answer
from crm.tenants.models import OccupancyRole
from crm.workbooks.discretion import shown
from crm.workbooks.registers import Block
from crm.workbooks.rows import RowRefused

LIVES_THERE = (OccupancyRole.tenant, OccupancyRole.user, OccupancyRole.owner, OccupancyRole.co_owner)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
STEPS = ("accepted", "arrived", "finished")
NOBODY_ROW = 0  # of an order that stands, not a row of this file
ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What the installation knows. `categories`: what the file calls one -> the id of ours; `building_of`: unit ->
    building; `workers`: full name -> user; `told`: repairs that stand; `stored`: rows that an earlier try of this
    import has stored."""

    now: datetime
    zone: ZoneInfo
    estate: str
    units: Mapping[str, int]
    building_of: Mapping[int, int | None]
    buildings: Mapping[str, int]
    holders: Mapping[int, Sequence[Holder]]
    categories: Mapping[str, int]
    workers: Mapping[str, int]
    told: dict[Hashable, int] = field(default_factory=dict)
    stored: Collection[tuple[str, int]] = frozenset()


class Standing(RowRefused):
    """The repair was taken over already."""


def draft(blocks: Sequence[Block], present: Present, *, open_jobs: bool) -> Draft:
    made = Draft()
    for block in blocks:
        for number, cells in block.data():
            row = Row(block, number, cells)
            if not row.is_sum(*SUM_FIELDS):
                made.file += 1
                _decide(made, row, present, open_jobs=open_jobs)
    return made


def _decide(made: Draft, row: Row, present: Present, *, open_jobs: bool) -> None:
    is_stored = (row.block.sheet.name, row.number) in present.stored
    try:
        line = _line(row, present, open_jobs=open_jobs)
        if not is_stored:
            _expect_new(row, line, present)
    except Standing as standing:
        made.standing_rows.append(standing.args[0])
    except RowRefused as refused:
        made.refused.append(refused.args[0])
    else:
        made.take(line, is_stored=is_stored)


def _line(row: Row, present: Present, *, open_jobs: bool) -> Line:
    row.expect_estate(present.estate)
    unit_id, building_id, spot = _place(row, present)
    moments = _moments(row, present)
    if moments["finished_at"] is None and not open_jobs:
        raise row.out(
            "finished", _("It has no end. Write when it was finished, or have such rows taken over as open jobs.")
        )
    day = moments["reported_at"].astimezone(present.zone).date()
    return Line(
        sheet=row.block.sheet.name,
        row=row.number,
        number=row.serial("number")[:100],
        unit_id=unit_id,
        building_id=building_id,
        spot=spot,
        customer_id=_customer(present.holders.get(unit_id or 0, ()), day),
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
        **moments,
        **_worker(row, present),
    )


def _place(row: Row, present: Present) -> tuple[int | None, int | None, str]:
    """Unit, building, and where exactly in words. A unit that is named must be known."""
    spot = row.words("spot", 300)
    if not row.text("unit"):
        return _outside(row, present, spot)
    for label in row.labels():
        if (unit_id := present.units.get(label)) is not None:
            return unit_id, present.building_of[unit_id], spot
    raise row.out(
        "unit",
        _("There is no such unit in %(estate)s. Write it as in 3-1-502, or enter the unit first.",
          estate=present.estate),
    )  # fmt: skip


def _outside(row: Row, present: Present, spot: str) -> tuple[None, int | None, str]:
    building = row.words("building", 100)
    building_id = present.buildings.get(plain_part(building, "building").upper()) if building else None
    if not building and not spot:
        raise row.out("unit", _("Neither a unit nor a place is named. Fill in one of them."))
    return None, building_id, spot if building_id and spot else " ".join(filter(None, (building, spot)))


def _moments(row: Row, present: Present) -> dict[str, Any]:
    """Each not before the one before it, none to come."""
    reported = row.when("reported", present.zone)
    if reported is None:
        raise row.out("reported", _("The day of the report is missing. Fill it in."))
    if reported.at < EARLIEST:
        raise row.out("reported", _("Before 1990. Look at the year."))
    found: dict[str, Any] = {"reported_at": _past(row, "reported", reported.at, present)}
    last, before = reported.at, "reported"
    for name in STEPS:
        told = row.when(name, present.zone)
        found[f"{name}_at"] = None
        if told is not None:
            at = found[f"{name}_at"] = _past(row, name, told.after(last), present)
            if at < last:
                other = row.block.heading(before)
                raise row.out(name, _("This lies before “%(other)s”. Correct one of the two.", other=other))
            last, before = at, name
    return found


def _past(row: Row, field: str, at: datetime, present: Present) -> datetime:
    if at > present.now:
        raise row.out(field, _("This is still to come."))
    return at


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


def _customer(holders: Sequence[Holder], day: date) -> int | None:
    """Whoever lived in the unit on the day; the owner where nobody else did, or none."""
    there = [each for each in holders if each.role in LIVES_THERE and each.is_there(day, day + ONE)]
    return min(there, key=lambda each: LIVES_THERE.index(each.role)).customer_id if there else None


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
    other = present.told.get(mark)
    if other is None:
        present.told[mark] = row.number
    elif other == NOBODY_ROW:
        raise Standing(row.refusal("number" if line.number else "reported", _("Already there: it was taken over.")))
    else:
        raise row.out(
            "number" if line.number else "reported", _("Row %(row)s says the same. Keep one of the two.", row=other)
        )


def mark_of(number: str | None, *facts: Hashable) -> Hashable:
    """What tells two repairs apart: the company's own number; without one where, when and what."""
    return number or facts
