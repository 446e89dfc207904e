"""The figures as a workbook, a sheet for each table; and 维修月报, the monthly report to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from crm.dates import business_day
from crm.db import session
from crm.properties.models import Estate
from crm.repairs.figures.reports import Report, Table
from crm.repairs.figures.sums import Ratio
from crm.web import pdf
from crm.web.excel import Workbook

KINDS = {"text": "long", "number": "number", "money": "money", "hours": "area"}


def as_workbook(report: Report) -> bytes:
    buffer = BytesIO()
    first = (_("Key figure"), _("Amount or rate"), _("Note"))
    with Workbook(buffer, report.asked.title, first, ("long", "text", "long")) as book:
        book.add((card.title, card.value, card.note) for card in report.cards)
        for table in report.tables:
            book.begin(table.title, [*_headings(table)], [*_kinds(table)])
            book.add(_spread(table, row) for row in table.rows)
            if table.foot:
                book.add([_spread(table, table.foot)])
        book.begin(_("What these figures mean"), (_("Key figure"), _("What it means")), ("long", "long"))
        book.add(report.meanings)
    return buffer.getvalue()


def _headings(table: Table) -> Iterator[str]:
    """A rate takes three columns: per cent, and what it is reckoned from."""
    part, whole = _("counted"), _("of all")
    for heading, kind in zip(table.headings, table.kinds, strict=True):
        if kind == "rate":
            yield from (f"{heading} (%)", f"{heading} · {part}", f"{heading} · {whole}")
        else:
            yield heading


def _kinds(table: Table) -> Iterator[str]:
    for kind in table.kinds:
        yield from ("area", "number", "number") if kind == "rate" else (KINDS[kind],)


def _spread(table: Table, row: Sequence[Any]) -> list[Any]:
    cells: list[Any] = []
    for kind, value in zip(table.kinds, row, strict=True):
        if kind != "rate":
            cells.append(value)
        elif isinstance(value, Ratio):
            cells += [value.per_cent, value.part, value.of]
        else:
            cells += [None, None, None]
    return cells


def as_paper(report: Report) -> bytes:
    """YH-WX-04, under the name of the company that manages the estates."""
    return pdf.document(
        "repairs/monthly_report.html",
        report=report,
        company=_company(report),
        code=pdf.qr(_address(report)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )


def _company(report: Report) -> str:
    of_these = Estate.id.in_(report.asked.estates), Estate.company != ""
    return session().scalar(select(Estate.company).where(*of_these).order_by(Estate.id).limit(1)) or ""


def _address(report: Report) -> str:
    """Of the very figures that are on the paper."""
    asked = report.asked
    wanted: dict[str, Any] = {"month": f"{asked.begins:%Y-%m}", "until": f"{asked.last:%Y-%m}"}
    wanted |= {"building_id": asked.building_id, "worker_id": asked.worker_id}
    if len(asked.estates) == 1:
        [wanted["estate_id"]] = asked.estates
    return url_for("repair_figures.index", **wanted, _external=True)
