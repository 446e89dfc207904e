"""Which price held from when to when, drawn on a line: places of bars and marks in per cent of its width. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.billing.charges.models import Tariff, Terms

MARGIN = timedelta(days=365)  # drawn after today and after the last beginning
MOST_MARKS = 5
LEAST_WIDTH = 4.5  # per cent: a narrower bar has no room for its price


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`until` is the first day of the next; None: to this day and on."""

    tariff: Tariff
    until: date | None
    left: str
    width: str
    told: bool  # has room for its price
    now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    title: str
    bars: list[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    left: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    lanes: list[Lane]
    marks: list[Mark]
    today: str


def drawn(scopes: Iterable[tuple[str, Sequence[Tariff]]], today: date) -> Line | None:
    """`scopes`: titles with the tariffs of each, in the order they begin and were entered; None when there are none."""
    lanes = [(title, standing(tariffs)) for title, tariffs in scopes if tariffs]
    days = [tariff.since for _title, tariffs in lanes for tariff in tariffs]
    if not days:
        return None
    scale = _Scale(min(days), max(*days, today) + MARGIN)
    return Line(
        lanes=[Lane(title=title, bars=_bars(tariffs, scale, today)) for title, tariffs in lanes],
        marks=list(_marks(scale)),
        today=scale.place(max(today, scale.first)),
    )


def standing(tariffs: Sequence[Tariff]) -> list[Tariff]:
    """Without those overtaken by a later entered one of the same day."""
    newest = {tariff.since: tariff for tariff in sorted(tariffs, key=lambda tariff: tariff.id)}
    return [newest[since] for since in sorted(newest)]


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def share(self, begins: date, ends: date) -> float:
        return 100 * (ends - begins).days / (self.last - self.first).days

    def place(self, day: date) -> str:
        return f"{self.share(self.first, day):.2f}%"


def _bars(tariffs: Sequence[Tariff], scale: _Scale, today: date) -> list[Bar]:
    ends: list[date | None] = [*(tariff.since for tariff in tariffs[1:]), None]
    found = []
    for tariff, until in zip(tariffs, ends, strict=True):
        if tariff.terms is Terms.general:
            continue
        share = scale.share(tariff.since, until or scale.last)
        now = tariff.since <= today and (until is None or today < until)
        found.append(
            Bar(
                tariff=tariff,
                until=until,
                left=scale.place(tariff.since),
                width=f"{share:.2f}%",
                told=share >= LEAST_WIDTH,
                now=now,
            )
        )
    return found


def _marks(scale: _Scale) -> Iterable[Mark]:
    """The first of January of some of the years, so that their figures do not touch."""
    years = range(scale.first.year + 1, scale.last.year + 1)
    step = -(-len(years) // MOST_MARKS) or 1
    for year in years[::step]:
        if scale.share(date(year, 1, 1), scale.last) > LEAST_WIDTH:
            yield Mark(left=scale.place(date(year, 1, 1)), text=str(year))
