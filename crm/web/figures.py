"""Figures as cards and tables, for the page, the workbook and the paper alike; `templates/_macros/figures.html` draws
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask_babel import gettext as _

from crm.web.excel import Workbook

TENTH = Decimal("0.1")
RATES = {"rate": "number", "share": "money"}  # and what they are reckoned from
KINDS = {"text": "long", "number": "number", "money": "money", "hours": "area"}
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Ratio:
    """So many of so many, or so much of so much."""

    part: Decimal | int
    of: Decimal | int

    @property
    def per_cent(self) -> Decimal | None:
        """With one decimal; None where there is nothing to divide by."""
        return (Decimal(self.part) * 100 / self.of).quantize(TENTH) if self.of else None

    @property
    def in_words(self) -> str:
        return f"{self.per_cent} %" if self.of else "–"

    @property
    def told(self) -> tuple[str, str]:
        """Both of them, yuan with their fen."""
        part, of = (f"{each:,.2f}" if isinstance(each, Decimal) else f"{each:,}" for each in (self.part, self.of))
        return part, of

    @property
    def counted(self) -> str:
        return " / ".join(self.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    title: str
    value: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`kinds` of its columns: text, number, money, hours, rate or share; a rate is a `Ratio`, a share one of
    yuan. A text in the place of a rate says why there is none. `foot`: the sums below."""

    key: str
    title: str
    headings: Sequence[str]
    kinds: Sequence[str]
    rows: Sequence[Row]
    foot: Row | None = None
    meanings: Sequence[tuple[str, str]] = ()
    chart: Any = None


def as_workbook(
    title: str, cards: Sequence[Card], tables: Sequence[Table], meanings: Sequence[tuple[str, str]]
) -> bytes:
    """A sheet for each table, the first for the cards, the last for what they mean."""
    buffer = BytesIO()
    first = (_("Key figure"), _("Amount or rate"), _("Note"))
    with Workbook(buffer, title, first, ("long", "text", "long")) as book:
        book.add((card.title, card.value, card.note) for card in cards)
        for table in tables:
            book.begin(table.title, [*headings(table)], [*kinds(table)])
            book.add(spread(table, row) for row in table.rows)
            if table.foot:
                book.add([spread(table, table.foot)])
        book.begin(_("What these figures mean"), (_("Key figure"), _("What it means")), ("long", "long"))
        book.add(meanings)
    return buffer.getvalue()


def headings(table: Table) -> Iterator[str]:
    """A rate takes three columns: per cent, and what it is reckoned from."""
    told = {"rate": (_("counted"), _("of all")), "share": (_("part in yuan"), _("whole in yuan"))}
    for heading, kind in zip(table.headings, table.kinds, strict=True):
        if kind in RATES:
            part, whole = told[kind]
            yield from (f"{heading} (%)", f"{heading} · {part}", f"{heading} · {whole}")
        else:
            yield heading


def kinds(table: Table) -> Iterator[str]:
    for kind in table.kinds:
        yield from ("area", RATES[kind], RATES[kind]) if kind in RATES else (KINDS[kind],)


def spread(table: Table, row: Row) -> list[Any]:
    cells: list[Any] = []
    for kind, value in zip(table.kinds, row, strict=True):
        if kind not in RATES:
            cells.append(value)
        elif isinstance(value, Ratio):
            cells += [value.per_cent, value.part, value.of]
        else:
            cells += [value, None, None]
    return cells
