"""What lending leaves undone, by reading every row."""

from __future__ import annotations

from typing import Any

from crm.archive.lending.models import LendingIncident, LendingSlip, SlipLine
from tests.review.oracle_books import Books, ids, rows
from tests.review.oracle_dossiers import Ask


def _lines(books: Books) -> list[Any]:
    return rows(SlipLine, dossier_id=books.dossier.id)


def slip_overdue(books: Books) -> list[int]:
    slips = rows(LendingSlip, id=[line.slip_id for line in _lines(books)])
    out = [slip for slip in slips if slip.form == "paper" and slip.state in ("issued", "partly_returned")]
    return [slip.id for slip in out if slip.due_on < books.day]


def lending_incident_open(books: Books) -> list[int]:
    return [each.id for each in rows(LendingIncident, line_id=ids(_lines(books))) if each.closed_at is None]


LENDING: dict[str, Ask] = {ask.__name__: ask for ask in (slip_overdue, lending_incident_open)}
