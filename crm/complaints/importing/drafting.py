"""From rows to complaints: what is taken, what stands already, what is refused and why. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from flask_babel import gettext as _

from crm.complaints.importing.draft import Draft, Line
from crm.complaints.importing.row import Row
from crm.complaints.importing.words import code_called, department_called
from crm.imports.histories.draft import rows_of
from crm.imports.histories.holders import Holder, living_there
from crm.imports.histories.places import Place, Places
from crm.imports.histories.row import ONE_DAY, Clock, plain
from crm.imports.histories.words import NOT_ASKED, answer
from crm.workbooks.discretion import shown
from crm.workbooks.registers import Block

STEPS = ("acknowledged", "replied", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What the installation knows. `categories`: what the file calls one -> the id of ours; `staff`: full name -> user;
    `departments`: name -> id; `causes`, `contractors`: code -> title; `told`: complaints that stand; `stored`: rows
    that an earlier try of this import has stored."""

    clock: Clock
    places: Places
    holders: Mapping[int, Sequence[Holder]]
    categories: Mapping[str, int]
    staff: Mapping[str, int]
    departments: Mapping[str, int]
    causes: Mapping[str, str]
    contractors: Mapping[str, str]
    told: dict[Hashable, int] = field(default_factory=dict)
    stored: Collection[tuple[str, int]] = frozenset()


def draft(blocks: Sequence[Block], present: Present, *, open_cases: bool) -> Draft:
    made = Draft()
    read = partial(_line, present=present, open_cases=open_cases)
    made.fill(rows_of(Row, blocks), read, partial(_expect_new, present=present), present.stored)
    return made


def _line(row: Row, present: Present, *, open_cases: bool) -> Line:
    row.expect_estate(present.places.estate)
    place = present.places.place(row)
    moments = _moments(row, present.clock)
    if moments["closed_at"] is None and not open_cases:
        raise row.out(
            "closed", _("It has no end. Write when it was closed, or have such rows taken over as open cases.")
        )
    day = present.clock.day(moments["received_at"])
    return Line(
        sheet=row.block.sheet.name,
        row=row.number,
        number=row.serial("number")[:100],
        category=_category(row, present),
        words=_words(row),
        registered_by=row.words("registered_by", 100),
        day=day,
        reply=" · ".join(filter(None, (row.words("reply"), row.words("note")))),
        answer=row.read("satisfied", answer) or answer(None),
        answer_words=_answer_words(row),
        outcome=row.outcome(),
        **place._asdict(),
        **_caller(row, place, present, day),
        **moments,
        **_responsible(row, present, is_open=moments["closed_at"] is None),
    )


def _moments(row: Row, clock: Clock) -> dict[str, Any]:
    """A file that has no column for the end tells it with the reply; one that tells no reply replied at the end."""
    told = row.course("received", STEPS, clock)
    if not row.has_column("closed"):
        told["closed"] = told["replied"]
    told["replied"] = told["replied"] or told["closed"]
    return {f"{name}_at": at for name, at in told.items()}


def _category(row: Row, present: Present) -> str:
    name = row.category
    if name not in present.categories:
        raise row.out("category", _("No category here is called so. Say under “What was understood” which one it is."))
    return name


def _words(row: Row) -> str:
    """In the words of the file; its category where nobody wrote any."""
    found = row.words("words") or row.words("category")
    if not found:
        raise row.out("words", _("What is complained about is missing. Write it in a few words."))
    return found


def _answer_words(row: Row) -> str:
    """ "" where nobody asked."""
    found = row.words("satisfied", 500)
    return "" if found in NOT_ASKED else found


def _caller(row: Row, place: Place, present: Present, day: date) -> dict[str, Any]:
    """Somebody anonymous is nobody's file, whatever else the row tells; so is whoever cannot be found."""
    name, digits, anonymous = row.name(), row.digits(), row.is_anonymous()
    customer_id = None if anonymous else _customer(present.holders.get(place.unit_id or 0, ()), name, day)
    return {
        "caller": name,
        "digits": digits,
        "anonymous": anonymous or not (customer_id or name or digits),
        "withheld": anonymous,
        "customer_id": customer_id,
        "channel": row.channel(),
    }


def _customer(holders: Sequence[Holder], name: str, day: date) -> int | None:
    """Whoever of the unit is called so, on the day or ever; else whoever lived there on the day."""
    called = [each for each in holders if name and plain(each.name) == plain(name)]
    there = [each for each in called if each.is_there(day, day + ONE_DAY)]
    return (there or called)[0].customer_id if called else living_there(holders, day)


def _responsible(row: Row, present: Present, *, is_open: bool) -> dict[str, Any]:
    """Whom it is about, who handled it, why it came to it: what nothing here is called by stays in words."""
    department, contractor, cause = row.words("department", 100), row.words("contractor", 100), row.words("cause")
    department_id = department_called(department, present.departments) if department else None
    if department and department_id is None and is_open:
        raise row.out(
            "department",
            _("No department here is called so: who may close the case depends on it. Write it as here, or empty it."),
        )
    code = code_called(contractor, present.contractors)
    names = row.names("handler")
    known = [name for name in names if name in present.staff]
    words = {
        "channel": "" if row.channel() else row.words("channel", 100),
        "department": "" if department_id else department,
        "contractor": "" if code else contractor,
        "handler": "" if names == known[:1] else shown("、".join(names))[:200],
    }
    return {
        "department_id": department_id,
        "contractor": code,
        "handler_id": present.staff[known[0]] if known else None,
        "handler": shown("、".join(known[:1] or names))[:100],
        "cause": code_called(cause, present.causes),
        "cause_words": cause,
        "unknown": {name: told for name, told in words.items() if told},
    }


def _expect_new(row: Row, line: Line, present: Present) -> None:
    """Raises `Standing`, or `RowRefused` where the file itself says it twice."""
    mark = mark_of(line.number, line.unit_id, line.spot, line.received_at, line.words)
    row.expect_once(mark, present.told, "number" if line.number else "received")


def mark_of(number: str | None, unit_id: int | None, spot: str, received_at: datetime, words: str) -> Hashable:
    """What tells two complaints apart: the company's own number; without one where, when and what."""
    return number or (unit_id, spot, received_at, words)
