"""The ledger of numbers: every one that was ever taken, with what became of it (L-21, I4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, case, func, select

from crm.archive.numbers.models import ArchiveNumber
from crm.db import session
from crm.numbering import Number, NumberSeries, NumberState
from crm.sql import by_month, code_of


def ledger() -> Select[*tuple[Any, ...]]:
    columns = (
        ArchiveNumber.id,
        Number.text.label("number"),
        Number.serial,
        Number.state,
        Number.reason,
        ArchiveNumber.word,
        ArchiveNumber.year,
        ArchiveNumber.title,
        ArchiveNumber.reserved_at,
        ArchiveNumber.reserved_by,
        ArchiveNumber.settled_at,
        ArchiveNumber.settled_by,
    )
    return select(*columns).join(Number, Number.id == ArchiveNumber.id)


def get_number(archive_number_id: int) -> ArchiveNumber:
    return session().get(ArchiveNumber, archive_number_id) or abort(404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One word and year. `last` is the serial the series stands at; where all is well as many numbers are there."""

    series_id: int
    word: str
    year: int
    last: int
    count: int
    highest: int
    reserved: int
    committed: int
    void: int

    @property
    def whole(self) -> bool:
        return self.last == self.count == self.highest


def runs() -> list[Run]:
    """Newest year first."""
    held = {state: func.sum(case((Number.state == state, 1), else_=0)) for state in NumberState}
    columns = (
        NumberSeries.id,
        NumberSeries.name,
        NumberSeries.year,
        NumberSeries.last,
        func.count(Number.id),
        func.max(Number.serial),
        *held.values(),
    )
    joined = select(*columns).join(Number, Number.series_id == NumberSeries.id)
    archive = joined.join(ArchiveNumber, ArchiveNumber.id == Number.id)
    ordered = archive.group_by(NumberSeries.id).order_by(NumberSeries.year.desc(), NumberSeries.name)
    names = ("series_id", "word", "year", "last", "count", "highest", "reserved", "committed", "void")
    return [Run(**dict(zip(names, row, strict=True))) for row in session().execute(ordered)]


def numbers_of(series_id: int) -> Sequence[Any]:
    """In the order of their serials."""
    return session().execute(ledger().where(Number.series_id == series_id).order_by(Number.serial)).all()


def find_run(series_id: int) -> Run | None:
    return next((run for run in runs() if run.series_id == series_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfNumbers:
    reserved: int = 0
    committed: int = 0
    void: int = 0


def numbers_of_months(months: Sequence[date]) -> dict[tuple[str, date], MonthOfNumbers]:
    """By word and month, of those of which anything happened; `months` follow one another."""
    settled = {state: (Number.id == ArchiveNumber.id, Number.state == state) for state in NumberState}
    counted = {
        "reserved": (ArchiveNumber.reserved_at, ()),
        "committed": (ArchiveNumber.settled_at, settled[NumberState.committed]),
        "void": (ArchiveNumber.settled_at, settled[NumberState.void]),
    }
    firsts = {code_of(month): month for month in months}
    found: dict[tuple[str, date], dict[str, int]] = defaultdict(dict)
    for name, (moment, which) in counted.items():
        for word, code, count in session().execute(by_month(ArchiveNumber.word, moment, months, *which)):
            found[word, firsts[code]][name] = count
    return {place: MonthOfNumbers(**counts) for place, counts in found.items()}
