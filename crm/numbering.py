"""Gapless numbers: a series row, taken inside the unit of work, so that a rollback gives the number back.

A number is reserved (promised to a matter), committed (stands on a document) or void (with a reason, kept for
good). 1..n are always all there: clause L-21, invariant I4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.bulk import keys, pour
from crm.db import Base, insert, session
from crm.errors import DomainError


class NumberState(StrEnum):
    reserved = "reserved"
    committed = "committed"
    void = "void"


class NumberSeries(Base):
    """One run of serials: `name` is the trade's word (鸿借, 客户), `year` 0 for a series without years."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("name", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    year: Mapped[int] = mapped_column(default=0)
    last: Mapped[int] = mapped_column(default=0)


class Number(Base):
    __tablename__ = "number"
    __table_args__ = (UniqueConstraint("series_id", "serial"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("number_series.id"))
    serial: Mapped[int]
    text: Mapped[str] = mapped_column(unique=True)
    state: Mapped[NumberState]
    reason: Mapped[str] = mapped_column(default="")

    def commit(self) -> None:
        """The document with this number now stands."""
        self._leave(NumberState.committed)

    def void(self, reason: str) -> None:
        """Give the number up for good; it stays in the ledger and is never reused."""
        if not reason.strip():
            raise DomainError(_("A number is voided with a reason."))
        self._leave(NumberState.void)
        self.reason = reason

    def _leave(self, state: NumberState) -> None:
        if self.state is not NumberState.reserved:
            raise DomainError(_("The number %(number)s is no longer reserved.", number=self.text))
        self.state = state


def reserve(name: str, pattern: str, *, year: int = 0, count: int = 1) -> list[Number]:
    """Take the next `count` numbers of the series, formatted by `pattern` ("{year}鸿借字第{serial:03d}号")."""
    series_id, last = _take(name, year, count)
    numbers = [
        Number(
            series_id=series_id,
            serial=serial,
            text=pattern.format(year=year, serial=serial),
            state=NumberState.reserved,
        )
        for serial in range(last - count + 1, last + 1)
    ]
    session().add_all(numbers)
    session().flush()
    return numbers


@dataclass(frozen=True, slots=True)
class Taken:
    """A number that stands on a document."""

    id: int
    text: str


def take_all(name: str, pattern: str, *, year: int = 0, count: int) -> list[Taken]:
    """The next `count` numbers, at once on their documents: in a few statements, however many they are."""
    series_id, last = _take(name, year, count)
    ids, serials = keys(Number, count), range(last - count + 1, last + 1)
    texts = [pattern.format(year=year, serial=serial) for serial in serials]
    said = {"series_id": series_id, "state": NumberState.committed}
    rows = [
        {"id": key, "serial": serial, "text": text, **said}
        for key, serial, text in zip(ids, serials, texts, strict=True)
    ]
    pour(Number, rows)
    return [Taken(key, text) for key, text in zip(ids, texts, strict=True)]


def _take(name: str, year: int, count: int) -> tuple[int, int]:
    """The series and its new last serial; the first taker opens the series."""
    opened = insert(NumberSeries).values(name=name, year=year, last=count)
    taken = opened.on_conflict_do_update(
        index_elements=["name", "year"], set_={"last": NumberSeries.last + count}
    ).returning(NumberSeries.id, NumberSeries.last)
    series_id, last = session().execute(taken).one()
    return series_id, last
