"""Reading sheets: out with the previous readings and an empty column, in again row by row. No session here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.meters import rules
from crm.billing.meters.consumption import Anomaly, Read, anomaly, used
from crm.billing.meters.models import Meter, ReadingKind
from crm.billing.meters.queries import Latest
from crm.errors import DomainError
from crm.web import excel
from crm.web.amounts import QUANTITY_PLACES
from crm.workbooks.cells import Cell, Sheet
from crm.workbooks.headings import plain_heading
from crm.workbooks.readers import Wrong, day, meaning, number_in, one_of, text_code

MOST_ROWS = 20_000
HEADING_ROWS = 10  # among which the headings are looked for
YES = {"是": True, "有": True, "y": True, "yes": True, "true": True, "1": True, "✓": True, "√": True}
NO = {"否": False, "无": False, "n": False, "no": False, "false": False, "0": False}
WORDS = {
    "number": "表号 表计编号 水表号 电表号 气表号 表计号 numberonthemeter meternumber number meter",
    "value": "本次读数 本期读数 本月读数 读数 thisreading reading themetershows",
    "read_on": "抄表日期 抄表日 日期 readon date day",
    "rolled": "过零 是否过零 归零 beganagainatnought rolled",
    "estimated": "估读 是否估读 estimated",
    "note": "备注 说明 remark note",
}
FIELDS = {word: name for name, words in WORDS.items() for word in words.split()}
FIELD_TITLES = {
    "number": _l("Number on the meter"),
    "value": _l("This reading"),
    "read_on": _l("Read on"),
    "rolled": _l("Began again at nought"),
    "estimated": _l("Estimated"),
    "note": _l("Remark"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A sheet with the row of its headings and what its columns hold."""

    sheet: Sheet
    heading_row: int
    headings: dict[int, str]
    columns: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the ledger says of a meter."""

    meter: Meter
    place: str
    latest: Latest | None
    billed_until: date | None


@dataclass(slots=True, kw_only=True)
class Row:
    """A filled row of the file; `reason` says why it is refused, at which column."""

    sheet: str
    row: int
    number: str = ""
    known: Known | None = None
    value: Decimal | None = None
    read_on: date | None = None
    rolled: bool = False
    kind: ReadingKind = ReadingKind.regular
    note: str = ""
    column: str = ""
    reason: str = ""
    stands: bool = False  # sent before: stored already
    quantity: Decimal | None = None
    odd: Anomaly | None = None

    def refuse(self, name: str, reason: str) -> None:
        self.column, self.reason = str(FIELD_TITLES[name]), reason


@dataclass(slots=True)
class Draft:
    rows: list[Row] = field(default_factory=list)
    blank: int = 0  # rows of meters without a reading

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if not row.reason and not row.stands]

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.reason]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "good": len(self.good),
            "odd": sum(row.odd is not None for row in self.good),
            "stands": sum(row.stands for row in self.rows),
            "refused": len(self.refused),
            "blank": self.blank,
        }

    def result(self) -> dict[str, Any]:
        refused = [
            {"sheet": row.sheet, "row": row.row, "column": row.column, "reason": row.reason} for row in self.refused
        ]
        return {"counts": self.counts, "refused": refused}


def written(title: str, rows: Iterable[tuple[Meter, str, Latest | None]]) -> bytes:
    """A workbook to walk with: number, place, what was read before and when, and empty columns."""
    headings = [
        _("Number on the meter"),
        _("Place"),
        _("Previous reading"),
        _("Previous reading on"),
        _("This reading"),
        _("Read on"),
        _("Began again at nought"),
        _("Estimated"),
        _("Remark"),
    ]
    kinds = ["text", "text", "area", "date", "area", "date", "text", "text", "long"]
    lines = (
        (meter.number, place, latest and latest.read.value, latest and latest.read.read_on)
        for meter, place, latest in rows
    )
    return excel.workbook(title, headings, kinds, lines)


def blocks(sheets: Sequence[Sheet]) -> list[Block]:
    """Those with a column for the number and one for the reading. Raises `DomainError` when there is none."""
    found = [block for sheet in sheets if (block := _block(sheet))]
    if not found:
        raise DomainError(
            _("No sheet has a column “%(number)s” and one “%(value)s”.",
              number=FIELD_TITLES["number"], value=FIELD_TITLES["value"])
        )  # fmt: skip
    if sum(len(block.sheet.rows) for block in found) > MOST_ROWS:
        raise DomainError(_("At most %(most)s rows at once. Split the file.", most=f"{MOST_ROWS:,}"))
    return found


def _block(sheet: Sheet) -> Block | None:
    for place, row in enumerate(sheet.rows[:HEADING_ROWS]):
        headings = {column: str(cell).strip() for column, cell in enumerate(row) if cell is not None}
        columns = dict[str, int]()
        for column, heading in headings.items():
            if name := FIELDS.get(plain_heading(heading)):
                columns.setdefault(name, column)
        if {"number", "value"} <= columns.keys():
            return Block(sheet, place, headings, columns)
    return None


READERS: dict[str, Callable[[Cell], Any]] = {
    "number": text_code,
    "value": number_in,
    "read_on": day,
    "rolled": one_of(YES | NO),
    "estimated": one_of(YES | NO),
    "note": lambda cell: str(cell or "")[:200],
}


def drafted(found: Sequence[Block], known: Mapping[str, Known], read_on: date, today: date, times: int) -> Draft:
    """What each row would become. `read_on` is of rows that say no day."""
    draft, seen = Draft(), dict[str, int]()
    for block in found:
        for place in range(block.heading_row + 1, len(block.sheet.rows)):
            row = _row(block, place, read_on)
            if row is None:
                draft.blank += any(cell is not None for cell in block.sheet.rows[place])
                continue
            if not row.reason:
                _judge(row, known, seen, today, times)
            draft.rows.append(row)
    return draft


def _row(block: Block, place: int, read_on: date) -> Row | None:
    """None of a row without a reading."""
    cells = block.sheet.rows[place]
    row, said = Row(sheet=block.sheet.name, row=place + 1), dict[str, Any]()
    for name, column in block.columns.items():
        cell = cells[column] if column < len(cells) else None
        try:
            said[name] = meaning(cell, READERS[name])
        except Wrong as wrong:
            row.refuse(name, str(wrong))
    row.number = said.get("number") or ""
    if said.get("value") is None and not row.reason:
        return None
    row.value, row.read_on = said.get("value"), said.get("read_on") or read_on
    row.rolled, row.note = bool(said.get("rolled")), said.get("note") or ""
    row.kind = ReadingKind.estimated if said.get("estimated") else ReadingKind.regular
    return row


def _judge(row: Row, known: Mapping[str, Known], seen: dict[str, int], today: date, times: int) -> None:
    row.known = known.get(row.number)
    if row.known is None:
        row.refuse("number", _("No meter of this kind has this number in the estate."))
    elif row.number in seen:
        row.refuse("number", _("The meter stands in row %(row)s already.", row=seen[row.number]))
    else:
        seen[row.number] = row.row
        _judge_value(row, row.known, today, times)


def _judge_value(row: Row, known: Known, today: date, times: int) -> None:
    value, read_on = row.value, row.read_on
    if value is None or read_on is None:
        raise LookupError("a row without a reading is left out")
    if value < 0 or value != round(value, QUANTITY_PLACES):
        row.refuse("value", _("Write a number with three decimals at most, such as 120.5."))
        return
    last = known.latest.read if known.latest else None
    read = Read(value=value, read_on=read_on, multiplier=known.meter.multiplier, rolled=row.rolled)
    ledger = rules.Ledger(last=last, billed_until=known.billed_until)
    if rules.stands_already(read, row.kind, ledger):
        row.stands = True
    elif fault := rules.value_fault(known.meter, value):
        row.refuse("value", fault)
    elif fault := rules.day_fault(known.meter, read_on, ledger, today):
        row.refuse("read_on", fault)
    elif last and known.latest and last.read_on < read_on:
        row.quantity = used(known.meter.dial, last.value, read)
        row.odd = anomaly(known.meter.dial, last, read, known.latest.usual, times)
    elif last and last.read_on == read_on:
        row.odd = Anomaly.twice
