"""档案台帐: what the ledger of a day says of each dossier; on paper one kind and year at a time (L-03).

A day's ledger is a print like any other: what it says is plain data, made anew by `/verify` from its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.archive.dossiers import queries
from crm.archive.dossiers.events import DossierClosed
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.template import CREDIT_KINDS, DossierKind
from crm.archive.dossiers.reports import archivists_on, business_day_of, end_of
from crm.audit.log import plain
from crm.db import session

FIRST = date(1990, 1, 1)
YEARS = 10_000  # a key is day and kind, then the year
SIGNS = {DossierKind.loan: "借", DossierKind.guarantee: "保"}  # as archive numbers have them, in any language


@dataclass(frozen=True, slots=True)
class Sheet:
    """`year` is the numbers'; of what had none yet that day, the opening's."""

    kind: DossierKind
    day: date
    year: int

    @property
    def key(self) -> int:
        """Below 2**31 for two hundred years."""
        return ((self.day - FIRST).days * len(CREDIT_KINDS) + CREDIT_KINDS.index(self.kind)) * YEARS + self.year

    @property
    def number(self) -> str:
        return f"{SIGNS[self.kind]}-{self.year}-{self.day:%Y%m%d}"


def sheet_of(key: int) -> Sheet:
    rest, year = divmod(key, YEARS)
    days, kind = divmod(rest, len(CREDIT_KINDS))
    return Sheet(CREDIT_KINDS[kind], date.fromordinal(FIRST.toordinal() + days), year)


def content(sheet: Sheet) -> dict[str, Any]:
    """Whoever asks: who may see it is asked apart."""
    end, archivists = end_of(sheet.day), archivists_on(sheet.day)
    standing = queries.stood_on(end).where(Dossier.kind == sheet.kind, queries.of_year(sheet.year, end))
    rows = session().execute(standing.order_by(queries.BY_NUMBER, Dossier.id)).all()
    return {
        "number": sheet.number,
        "kind": sheet.kind.value,
        "day": plain(sheet.day),
        "year": sheet.year,
        "count": len(rows),
        "pages": sum(row.pages for row in rows),
        "lines": [_line(row, sheet.day, archivists) for row in rows],
    }


def _line(row: Any, day: date, archivists: str) -> dict[str, Any]:
    return {
        "code": row.code or row.number or "",
        "title": row.title,
        "state": state_on(row, day).value,
        "opened_on": plain(row.opened_on),
        "filed_on": plain(filed_on(row, day)) or "",
        "count": row.items,
        "pages": row.pages,
        "where": row.path or row.holder or "",
        "answers": row.holder or archivists,
    }


def filed_on(row: Any, day: date) -> date | None:
    """None where it was not filed by then."""
    found = business_day_of(row.filed_at) if row.filed_at else None
    return found if found and found <= day else None


def state_on(row: Any, day: date) -> DossierState:
    """What it was then, also where it was closed and opened again since."""
    if filed_on(row, day):
        return DossierState.filed
    if (row.closed_on and row.closed_on <= day) or row.turn == DossierClosed.__name__:
        return DossierState.closed
    return DossierState.open if row.kind is DossierKind.property else DossierState.forming
