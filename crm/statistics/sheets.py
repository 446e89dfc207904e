"""What a sheet is, and how the page, the workbook and the papers of any of them are built.

A package's figures come as quantities that can be added up, by estate and month; a rate is two of them. So the sums
over the estates, the comparison and the picture are built here, once for all sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.statistics.asked import Asked
from crm.web import charts
from crm.web.figures import RATES, Card, Ratio, Table

Quantities = Mapping[str, Any]
Known = Mapping[tuple[Any, date], Quantities]  # by what a row is of, mostly an estate's id, and month


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFigure:
    """A column. `kind`: number, money, rate or share; of the last two `key` and `of` are the two quantities."""

    key: str
    title: LazyString
    meaning: LazyString
    kind: str = "number"
    of: str = ""

    def value(self, quantities: Quantities) -> Any:
        return (
            Ratio(quantities.get(self.key, 0), quantities.get(self.of, 0)) if self.of else quantities.get(self.key, 0)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A list that has the month's cases one by one: a link to it, for who may read it."""

    title: LazyString
    endpoint: str
    permission: Permission
    parameters: Callable[[Asked], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """`known` has the three months compared at least; where it does not have all thirteen, `course` has them summed.

    `names`: of the rows in their order, where the estates' own will not do. `absent`: row -> why it has no figures.
    `as_of`: of which day the figures are, where it is not the month's end.
    """

    known: Known
    course: Mapping[date, Quantities] | None = None
    names: Mapping[Any, str] | None = None
    absent: Mapping[Any, str] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    as_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`permission`: besides that of the statistics. `drawn`: the keys of the one or two figures in the picture.
    `company`: of no estate, but of the whole company."""

    slug: str
    title: LazyString
    definition: LazyString
    permission: Permission
    figures: Sequence[SheetFigure]
    drawn: Sequence[str]
    reckon: Callable[[Asked], Reckoned]
    row_title: LazyString
    registers: Sequence[Register] = ()
    company: bool = False

    def figure(self, key: str) -> SheetFigure:
        return next(each for each in self.figures if each.key == key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A sheet on the overview: its main figure."""

    title: str
    value: str
    change: str
    stretches: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """`main` has a row for each estate, `compared` the months, `course` the picture; `further` what else there is."""

    sheet: Sheet
    asked: Asked
    cards: Sequence[Card]
    main: Table
    compared: Table
    course: Table
    further: Sequence[Table]
    notes: Sequence[str]
    tile: Tile

    @property
    def tables(self) -> list[Table]:
        return [self.main, self.compared, self.course, *self.further]

    @property
    def named(self) -> str:
        """Of which estates the figures are."""
        return _("the whole company") if self.sheet.company else self.asked.named

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What each figure means, and whatever the further tables show besides, once."""
        return list(dict.fromkeys(each for table in (self.main, *self.further) for each in table.meanings))


def added(each: Iterable[Quantities]) -> dict[str, Any]:
    sums: dict[str, Any] = {}
    for quantities in each:
        for key, amount in quantities.items():
            sums[key] = sums.get(key, 0) + amount
    return sums


def built(sheet: Sheet, asked: Asked) -> Built:
    reckoned = sheet.reckon(asked)
    names = asked.estates if reckoned.names is None else reckoned.names
    totals = {
        month: added(reckoned.known.get((row, month), {}) for row in names)
        for month in {*asked.compared, *({month for _row, month in reckoned.known})}
    }
    course = totals if reckoned.course is None else reckoned.course
    return Built(
        sheet=sheet,
        asked=asked,
        cards=[_card(each, asked, totals) for each in sheet.figures],
        main=_main(sheet, asked, reckoned, names, totals),
        compared=_compared(sheet, asked, totals),
        course=_course(sheet, asked, course),
        further=reckoned.tables,
        notes=[*([_running(asked)] if asked.running else []), *reckoned.notes],
        tile=_tile(sheet, asked, totals, course, reckoned.as_of),
    )


def _running(asked: Asked) -> str:
    return _("%(month)s is not over yet: its figures still grow.", month=asked.title)


def _kinds(sheet: Sheet) -> tuple[str, ...]:
    return ("text", *(each.kind for each in sheet.figures))


def _row(sheet: Sheet, name: str, quantities: Quantities, why_none: str = "") -> tuple[Any, ...]:
    if why_none:
        return (name, why_none, *(None for _each in sheet.figures[1:]))
    return (name, *(each.value(quantities) for each in sheet.figures))


def _main(sheet: Sheet, asked: Asked, reckoned: Reckoned, names: Mapping[Any, str], totals: Any) -> Table:
    rows = [
        _row(sheet, name, reckoned.known.get((row, asked.month), {}), reckoned.absent.get(row, ""))
        for row, name in names.items()
    ]
    return Table(
        key="main",
        title=f"{sheet.title} {asked.title}",
        headings=(str(sheet.row_title), *(str(each.title) for each in sheet.figures)),
        kinds=_kinds(sheet),
        rows=rows,
        foot=_row(sheet, _("Total"), totals[asked.month]),
        meanings=_meanings(sheet.figures),
    )


def _compared(sheet: Sheet, asked: Asked, totals: Any) -> Table:
    words = (
        asked.title,
        _("%(month)s (month before)", month=f"{asked.before:%Y-%m}"),
        _("%(month)s (a year ago)", month=f"{asked.a_year_ago:%Y-%m}"),
    )
    return Table(
        key="compared",
        title=_("Beside the month before and a year ago"),
        headings=(_("Month"), *(str(each.title) for each in sheet.figures)),
        kinds=_kinds(sheet),
        rows=[_row(sheet, name, totals[month]) for name, month in zip(words, asked.compared, strict=True)],
        meanings=_meanings(sheet.figures),
    )


def _course(sheet: Sheet, asked: Asked, course: Mapping[date, Quantities]) -> Table:
    drawn = [sheet.figure(key) for key in sheet.drawn]
    months = [f"{month:%Y-%m}" for month in asked.months]
    values = [[each.value(course.get(month, {})) for month in asked.months] for each in drawn]
    series = [(_axis(each), [_drawn(each, value) for value in row]) for each, row in zip(drawn, values, strict=True)]
    return Table(
        key="course",
        title=_("Month by month"),
        headings=(_("Month"), *(str(each.title) for each in drawn)),
        kinds=("text", *(each.kind for each in drawn)),
        rows=[(month, *row) for month, row in zip(months, zip(*values, strict=True), strict=True)],
        meanings=_meanings(drawn),
        chart=charts.course(months, series) if any(map(_is_any, drawn, values)) else None,
    )


def _is_any(figure: SheetFigure, values: Sequence[Any]) -> bool:
    """Whether there is anything to draw: a rate of nought is."""
    return any(value.of if figure.of else value for value in values)


def _meanings(figures: Sequence[SheetFigure]) -> list[tuple[str, str]]:
    return [(str(each.title), str(each.meaning)) for each in figures]


TEN_THOUSAND = 10_000


def _axis(figure: SheetFigure) -> str:
    if figure.kind in RATES:
        return f"{figure.title} (%)"
    return _("%(title)s (10,000 yuan)", title=figure.title) if figure.kind == "money" else str(figure.title)


def _drawn(figure: SheetFigure, value: Any) -> charts.Value:
    if isinstance(value, Ratio):
        return (None, "") if value.per_cent is None else (float(value.per_cent), f"{value.per_cent}")
    label = f"{value / TEN_THOUSAND:,.1f}" if figure.kind == "money" else f"{value:,}"
    return float(value), label


def _said(figure: SheetFigure, value: Any) -> str:
    if isinstance(value, Ratio):
        return value.in_words
    return f"{value:,.2f}" if figure.kind == "money" else f"{value:,}"


def change(figure: SheetFigure, now: Any, then: Any) -> str:
    """What became of it since then, "" where nothing stands beside it."""
    if isinstance(now, Ratio):
        if now.per_cent is None or then.per_cent is None:
            return ""
        return _("%(points)s points", points=f"{now.per_cent - then.per_cent:+}")
    difference = now - then
    if not difference:
        return "±0"
    grown = f" ({difference * 100 / then:+.1f} %)" if then else ""
    return (f"{difference:+,.2f}" if figure.kind == "money" else f"{difference:+,}") + grown


def _card(figure: SheetFigure, asked: Asked, totals: Any) -> Card:
    now, *others = (figure.value(totals[month]) for month in asked.compared)
    notes = [now.counted] if isinstance(now, Ratio) and now.of else []
    for month, then in zip(asked.compared[1:], others, strict=True):
        if told := change(figure, now, then):
            notes.append(_("%(change)s to %(month)s", change=told, month=f"{month:%Y-%m}"))
    return Card(title=str(figure.title), value=_said(figure, now), note=" · ".join(notes))


def _tile(sheet: Sheet, asked: Asked, totals: Any, course: Mapping[date, Quantities], as_of: str) -> Tile:
    figure = sheet.figure(sheet.drawn[0])
    now, then = (figure.value(totals[month]) for month in asked.compared[:2])
    told = change(figure, now, then)
    return Tile(
        title=" · ".join(filter(None, (str(figure.title), as_of))),
        value=_said(figure, now),
        change=_("%(change)s to %(month)s", change=told, month=f"{asked.before:%Y-%m}") if told else "",
        stretches=charts.spark([_drawn(figure, figure.value(course.get(month, {})))[0] for month in asked.months]),
    )
