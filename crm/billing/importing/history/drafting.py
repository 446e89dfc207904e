"""From rows to bills and payments: what is taken, what stands already, what is refused and why. Writes nothing."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from flask_babel import gettext as _

from crm.billing.charges.models import Payer
from crm.billing.importing.history.draft import Draft, Line
from crm.billing.importing.history.row import Row
from crm.billing.runs.payers import OCCUPANTS, OWNERS
from crm.imports.histories.draft import rows_of
from crm.imports.histories.holders import Holder
from crm.imports.histories.places import Places
from crm.imports.histories.row import NOBODY_ROW, Standing, plain
from crm.workbooks import readers
from crm.workbooks.discretion import shown
from crm.workbooks.registers import Block
from crm.workbooks.rows import RowRefused


class Charged(NamedTuple):
    """Days that are charged: by a row of this file, or by a bill in the books (`NOBODY_ROW`)."""

    begins: date
    ends: date
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Whose days are charged once: an item in the books, or one that is to be made."""

    key: str
    payer: Payer


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What the installation knows. `items`: what the file calls it -> the charge item it is; `charged`: (unit, item) ->
    days in their order; `stored`: rows that an earlier try of this import has stored; `opens`: the first day that is in
    no closed month."""

    today: date
    places: Places
    opens: date | None
    items: Mapping[str, Item]
    holders: Mapping[int, Sequence[Holder]]
    charged: dict[tuple[int, str], list[Charged]] = field(default_factory=dict)
    stored: Collection[tuple[str, int]] = frozenset()


def draft(blocks: Sequence[Block], present: Present, *, last_counts: bool) -> Draft:
    made = Draft()
    read = partial(_line, present=present, last_counts=last_counts)
    made.fill(rows_of(Row, blocks), read, partial(_charge, present=present), present.stored)
    return made


def _line(row: Row, present: Present, *, last_counts: bool) -> Line:
    row.expect_estate(present.places.estate)
    unit_id = present.places.unit(row)
    item = _item(row, present)
    begins, ends = row.days(last_counts=last_counts)
    _expect_open(row, "begins", begins, present)
    due, paid = row.yuan("due"), row.yuan("paid")
    if not due:
        raise row.out("due", _("Nothing was charged. A row becomes a bill: write what was to be paid."))
    return Line(
        sheet=row.block.sheet.name,
        row=row.number,
        unit_id=unit_id,
        customer_id=_customer(row, present.holders.get(unit_id, ()), present.items[item], (begins, ends)),
        item=item,
        begins=begins,
        ends=ends,
        due=due,
        paid=paid,
        paid_on=_paid_on(row, present, begins) if paid else None,
        receipt=row.serial("receipt")[:100],
        note=shown(" · ".join(filter(None, (row.text("method"), row.text("note"))))[:300]),
    )


def _item(row: Row, present: Present) -> str:
    name = plain(row.text("item"))
    if not name:
        raise row.out("item", _("The charge item is missing. Fill it in."))
    if name not in present.items:
        raise row.out(
            "item",
            _("No charge item here is called so. Say under “What was understood” which one it is, or have it made."),
        )
    return name


def _expect_open(row: Row, field: str, day: date, present: Present) -> None:
    if present.opens and day < present.opens:
        until = (present.opens - timedelta(days=1)).strftime("%Y-%m")
        raise row.out(
            field,
            _(
                "The books are closed up to %(month)s. Leave the row out; enter what is still owed as a single charge.",
                month=until,
            ),
        )


def _paid_on(row: Row, present: Present, begins: date) -> date:
    """The file's own day, else the first of the period; never one to come."""
    day = row.day("paid_on")
    if day is None:
        return min(begins, present.today)
    if day > present.today:
        raise row.out("paid_on", _("This day is still to come."))
    _expect_open(row, "paid_on", day, present)
    return day


def _customer(row: Row, holders: Sequence[Holder], item: Item, days: tuple[date, date]) -> int:
    """Whoever the row names; else who pays this item on the first of the days, else on any of them."""
    if names := row.read("customer", readers.parts):
        return _named(row, holders, {plain(name) for name in names})
    begins, ends = days
    ranks = OWNERS if item.payer is Payer.owner else OCCUPANTS
    paying = sorted((each for each in holders if each.role in ranks), key=lambda each: ranks.index(each.role))
    for until in (begins + timedelta(days=1), ends):
        for each in paying:
            if each.is_there(begins, until):
                return each.customer_id
    raise row.out(
        "unit", _("Nobody is entered who had this unit on these days. Enter the customer, or a column with the name.")
    )


def _named(row: Row, holders: Sequence[Holder], names: Collection[str]) -> int:
    found = {each.customer_id for each in holders if plain(each.name) in names}
    if not found:
        raise row.out("customer", _("Nobody of this name has or had this unit. Enter the customer, or empty the cell."))
    if len(found) > 1 and len(names) == 1:
        raise row.out("customer", _("Two customers of this unit have this name. Merge them, or empty the cell."))
    return next(each.customer_id for each in holders if each.customer_id in found)


def _charge(row: Row, line: Line, present: Present) -> None:
    """Note the days as charged by this row. Raises `Standing`, or `RowRefused` where the file itself says it twice."""
    days = present.charged.setdefault((line.unit_id, present.items[line.item].key), [])
    place = bisect_left(days, (line.begins,))
    for other in days[max(place - 1, 0) : place + 1]:
        if other.begins < line.ends and other.ends > line.begins:
            raise _overlap(row, other)
    insort(days, Charged(line.begins, line.ends, row.number))


def _overlap(row: Row, other: Charged) -> RowRefused:
    last = other.ends - timedelta(days=1)
    days = f"{other.begins.isoformat()} – {last.isoformat()}"
    if other.row == NOBODY_ROW:
        return Standing(row.refusal("begins", _("Already there: a bill stands for %(days)s.", days=days)))
    return row.out("begins", _("Row %(row)s charges %(days)s already. Keep one of the two.", row=other.row, days=days))
