"""A slip's lines as its page and its papers show them, and who answered for a document on any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.reports import Answer, answer_on, archivists_on, end_of
from crm.archive.lending import ledger, queries
from crm.archive.lending.losses import missing_pages
from crm.archive.lending.models import UNDECIDED, LendingSlip, SlipCheck, SlipLine, SlipReturn
from crm.archive.lending.scanning import Scanned
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`pages` are those that would go out, before; those that went, after. `out_with`: who has it by another slip."""

    line: SlipLine
    number: str
    title: str
    code: str
    document: str
    pages: int
    place: str
    out_with: str = ""
    returns: Sequence[SlipReturn] = ()
    check: SlipCheck | None = None
    files: Sequence[Any] = ()

    @property
    def missing(self) -> int:
        """Given up or not: it may still come."""
        return self.line.issued_pages - self.line.returned_pages

    @property
    def label(self) -> str:
        return " ".join(filter(None, (self.number, self.in_dossier)))

    @property
    def in_dossier(self) -> str:
        return f"{self.code} {self.document}".strip()


def rows(slip: LendingSlip) -> list[Row]:
    """In a fixed number of statements. What a document is called whoever does not see the dossier hears with the
    approval."""
    lines = queries.lines_of(slip.id)
    items, dossiers = [line.item_id for line in lines], {line.dossier_id for line in lines}
    missing, taken = missing_pages(items), queries.taken(items)
    places, titles = queries.places(dossiers), queries.titles(dossiers)
    told, seen = slip.state not in UNDECIDED, queries.visible_of(dossiers)
    returns, checks, files = queries.returns_of(slip.id), queries.checks_of(slip.id), queries.files_on(slip.id)
    return [
        Row(
            line=line,
            number=queries.number_of(line.dossier),
            title=titles.get(line.dossier_id, ""),
            code=line.item.code or "",
            document=line.item.title if told or line.dossier_id in seen else "",
            pages=line.issued_pages or line.item.pages - missing.get(line.item_id, 0),
            place=places.get(line.dossier_id, ""),
            out_with=_other(slip, taken.get(line.item_id)),
            returns=returns.get(line.id, ()),
            check=next(iter(reversed(checks.get(line.id, ()))), None),
            files=files.get(line.id, ()),
        )
        for line in lines
    ]


def _other(slip: LendingSlip, taken: Any) -> str:
    """Who sees everybody's slips is told the name."""
    if taken is None or taken.number == slip.number:
        return ""
    return f"{taken.borrower} {taken.number}" if actor().may(Permission.slip_read) else str(taken.due_on)


def in_walking_order(found: Sequence[Row]) -> list[Row]:
    """As one goes along the shelves, each dossier once through."""
    return sorted(found, key=lambda row: (row.place, row.number, row.line.id))


def by_dossier(found: Sequence[Row]) -> list[list[Row]]:
    """What lies together, together."""
    return [list(own) for _key, own in groupby(found, key=lambda row: row.line.dossier_id)]


# Who answered for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """A time that the document was out."""

    slip_id: int
    number: str
    borrower: str
    since: datetime
    until: datetime | None
    issued_pages: int
    returned_pages: int


def lendings(item: Item) -> list[Lending]:
    return [
        Lending(
            slip_id=slip.id,
            number=slip.number,
            borrower=slip.borrower.full_name,
            since=slip.issued_at,
            until=line.back_at,
            issued_pages=line.issued_pages,
            returned_pages=line.returned_pages,
        )
        for line, slip in ledger.lendings_of(item.id)
    ]


def answered(item: Item, day: date) -> Answer | None:
    """Whoever had it by slip at the end of the day, else whoever answered for the dossier."""
    end = end_of(day)
    for line, slip in ledger.lendings_of(item.id):
        if slip.issued_at < end and (line.back_at is None or line.back_at >= end):
            if ledger.back_by(line.id, end) >= line.issued_pages:
                return Answer(day=day, where=slip.number, answers=archivists_on(day))
            return Answer(day=day, where=slip.number, answers=slip.borrower.full_name)
    return answer_on(session().get_one(Dossier, item.dossier_id), day)


def only(found: Sequence[Row], scanned: Scanned) -> list[int]:
    """Lines that a scanned code names."""
    return [
        row.line.id
        for row in found
        if row.line.dossier_id == scanned.dossier_id and scanned.item_id in (None, row.line.item_id)
    ]
