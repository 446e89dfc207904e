"""The figures as workbooks: of a sheet exactly what its page shows, of the pack a worksheet for each sheet."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask_babel import gettext as _

from crm.statistics.asked import Asked
from crm.statistics.sheets import Built
from crm.web.excel import Workbook
from crm.web.figures import Table, as_workbook, headings, kinds, spread


def of_sheet(built: Built) -> bytes:
    return as_workbook(_("Key figures"), built.cards, built.tables, built.meanings)


def of_pack(asked: Asked, each: Sequence[Built]) -> bytes:
    """The estates with their sum, then the other months' sums under the same headings."""
    buffer = BytesIO()
    contents = _("Sheet"), _("What it shows"), _("Month"), _("As of")
    with Workbook(buffer, _("Table of contents"), contents, ("text", "long", "text", "text")) as book:
        moment = asked.as_of
        book.add((str(one.sheet.title), str(one.sheet.definition), asked.title, moment) for one in each)
        for number, one in enumerate(each, start=1):
            _add(book, f"{number} {one.sheet.title}", one.main, [*one.compared.rows[1:]])
            for place, table in enumerate(one.further, start=1):
                _add(book, f"{number}.{place} {table.title}", table, [])
        book.begin(_("What these figures mean"), (_("Key figure"), _("What it means")), ("long", "long"))
        book.add(meaning for one in each for meaning in one.meanings)
    return buffer.getvalue()


def _add(book: Workbook, title: str, table: Table, further: Sequence[Sequence[object]]) -> None:
    book.begin(title, [*headings(table)], [*kinds(table)])
    rows = [*table.rows, *([table.foot] if table.foot else []), *further]
    book.add(spread(table, row) for row in rows)
