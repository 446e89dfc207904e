"""The figures as workbooks: of a sheet exactly what its page shows, of the pack a worksheet for each sheet."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask_babel import gettext as _

from crm.statistics.asked import Asked
from crm.statistics.sheets import Built
from crm.web.excel import Workbook
from crm.web.figures import Card, Table, as_workbook, headings, kinds, spread


def of_sheet(built: Built) -> bytes:
    return as_workbook(_("Key figures"), [*_facts(built), *built.cards], built.tables, built.meanings)


def _facts(built: Built) -> list[Card]:
    """Of what and of when the figures are."""
    told = {_("Month"): built.asked.title, _("Estate"): built.named, _("As of"): built.asked.as_of}
    return [Card(title=title, value=value, note="") for title, value in told.items()]


def of_pack(asked: Asked, each: Sequence[Built]) -> bytes:
    """The estates with their sum, then the other months' sums under the same headings."""
    buffer = BytesIO()
    contents = _("Sheet"), _("What it shows"), _("Month"), _("Estate"), _("As of")
    with Workbook(buffer, _("Table of contents"), contents, ("text", "long", "text", "long", "text")) as book:
        book.add((str(one.sheet.title), str(one.sheet.definition), asked.title, one.named, asked.as_of) for one in each)
        for number, one in enumerate(each, start=1):
            _add(book, f"{number} {one.sheet.title}", one.main, [*one.compared.rows[1:]])
            for place, table in enumerate(one.further, start=1):
                _add(book, f"{number}.{place} {table.title}", table, [])
        told = _("Sheet"), _("Key figure"), _("What it means")
        book.begin(_("What these figures mean"), told, ("text", "long", "long"))
        book.add((str(one.sheet.title), *meaning) for one in each for meaning in one.meanings)
    return buffer.getvalue()


def _add(book: Workbook, title: str, table: Table, further: Sequence[Sequence[object]]) -> None:
    book.begin(title, [*headings(table)], [*kinds(table)])
    rows = [*table.rows, *([table.foot] if table.foot else []), *further]
    book.add(spread(table, row) for row in rows)
