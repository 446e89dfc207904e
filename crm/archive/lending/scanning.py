"""What somebody scanned or typed: the code on a dossier's label or cover, on its printed lists, or its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import ColumnElement, or_, select

from crm.archive.dossiers.models import Dossier, IssuedPrint, Item
from crm.archive.dossiers.queries import called, visible
from crm.archive.lending.queries import findable
from crm.archive.numbers.naming import parse
from crm.db import session
from crm.lists.holding import holding
from crm.numbering import Number
from crm.web.forms import id_in

LABEL = re.compile(r"/archive/dossiers/(\d+)$")
LISTS = ("dossier_list", "volume_list", "note_sheet")  # their subject is the dossier
SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Scanned:
    """A dossier, or one document of it."""

    dossier_id: int
    item_id: int | None = None


def resolve(text: str) -> Scanned | None:
    """None where it names nothing, or more than one thing, that the acting person may ask for."""
    written = " ".join(text.split())
    if not written:
        return None
    if "/" in written and (key := _of_address(written)) is not None:
        return _found(Dossier.id == key)
    if whole := _found(_is_called(written)):
        return whole
    number, _blank, code = written.rpartition(" ")
    dossier = _found(_is_called(number)) if number else None
    if dossier is None:
        return None
    item_id = session().scalar(select(Item.id).filter_by(dossier_id=dossier.dossier_id, code=code))
    return Scanned(dossier.dossier_id, item_id) if item_id is not None else None


def _of_address(text: str) -> int | None:
    address = urlsplit(text)
    if label := LABEL.search(address.path):
        return id_in(label[1])
    [short] = parse_qs(address.query).get("h", [""])[:1]
    if len(short) < SHORTEST or not address.path.endswith("/verify"):
        return None
    printed = select(IssuedPrint.subject_id).where(
        IssuedPrint.kind.in_(LISTS), IssuedPrint.hash.startswith(short, autoescape=True)
    )
    return session().scalar(printed.limit(1))


def _is_called(text: str) -> ColumnElement[bool]:
    archive_no = parse(text)
    wanted = archive_no.whole.text if archive_no else text
    return or_(Dossier.code == wanted, Number.text == wanted)


def _found(condition: ColumnElement[bool]) -> Scanned | None:
    query = select(Dossier.id).outerjoin(Number, Number.id == Dossier.number_id).where(condition, findable())
    keys = session().scalars(query.limit(2)).all()
    return Scanned(keys[0]) if len(keys) == 1 else None


def matching(text: str) -> ColumnElement[bool]:
    """By part of the number, or of the title where that may be told."""
    archive_no = parse(text)
    written = archive_no.whole.text if archive_no else text
    return or_(holding(written, Dossier.code, Number.text), called(text) & visible())
