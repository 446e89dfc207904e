"""Keeps the search tokens equal to what customers, units and estates say now.

A changed object costs only the tokens that differ; any number of objects costs the same number of queries per
thousand. Ended phones, members, plates and occupancies leave the index with the change that ends them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, text

from crm.db import session
from crm.desk.models import SearchToken
from crm.desk.tokens import Document, tokens_of
from crm.properties.models import Estate, Unit
from crm.tenants import queries as tenants
from crm.tenants.models import Customer, Occupancy

CHUNK = 1000  # objects whose texts and tokens are in memory at once
IDS = {"customer": Customer.id, "unit": Unit.id, "estate": Estate.id}
TOKENS = cast(Table, SearchToken.__table__)
Documents = dict[int, tuple[int, Document]]  # object id -> estate id and what it is found by

_key = (TOKENS.c.token, TOKENS.c.estate_id, TOKENS.c.kind, TOKENS.c.object_id)
_remove = delete(TOKENS).where(*(column == bindparam(f"old_{column.name}") for column in _key))
_ADD_ROWS = "INSERT INTO search_token (token, estate_id, object_id, kind) VALUES (?, ?, ?, ?)"
_ADD_ARRAYS = (
    "INSERT INTO search_token (token, estate_id, object_id, kind) SELECT new.*, :kind"
    " FROM unnest(CAST(:tokens AS text[]), CAST(:estates AS int[]), CAST(:objects AS int[])) AS new"
)


def refresh(kind: str, ids: Iterable[int]) -> None:
    """Make the tokens of these objects what their texts ask for; of objects that are gone none remain."""
    for some in _chunks(sorted(ids)):
        _store(kind, some, documents(kind, some))


def rebuild() -> None:
    """Everything anew, after an update that changed what the tokens are."""
    session().execute(delete(TOKENS))
    for kind, ids in IDS.items():
        refresh(kind, session().scalars(select(ids)).all())


def occupants_of(unit_ids: Iterable[int]) -> set[int]:
    """The customers found by these units' labels."""
    found: set[int] = set()
    for some in _chunks(sorted(unit_ids)):
        live = select(Occupancy.customer_id).where(Occupancy.unit_id.in_(some), Occupancy.ends.is_(None))
        found.update(session().scalars(live))
    return found


def documents(kind: str, ids: Sequence[int]) -> Documents:
    """At most `CHUNK` objects; those that do not exist are missing."""
    match kind:
        case "customer":
            return _customers(ids)
        case "unit":
            rows = session().execute(select(Unit.id, Unit.estate_id, Unit.label).where(Unit.id.in_(ids)))
            return {row.id: (row.estate_id, Document(units=(row.label,))) for row in rows}
        case "estate":
            rows = session().execute(select(Estate.id, Estate.name, Estate.phone).where(Estate.id.in_(ids)))
            return {row.id: (row.id, Document(names=(row.name,), phones=_given(row.phone))) for row in rows}
    raise ValueError(f"nothing of this kind is searched: {kind}")


def _customers(ids: Sequence[int]) -> Documents:
    numbers = select(Customer.id, Customer.source_number, Customer.credit_code).where(Customer.id.in_(ids))
    codes = {row.id: _given(row.source_number, row.credit_code) for row in session().execute(numbers)}
    return {
        customer_id: (
            known["estate_id"],
            Document(
                names=tuple(known["names"]),
                phones=tuple(known["phones"]),
                plates=tuple(known["plates"]),
                units=tuple(known["units"]),
                id_indexes=tuple(known["ids"]),
                codes=codes[customer_id],
            ),
        )
        for customer_id, known in tenants.documents(ids).items()
    }


def _given(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _store(kind: str, ids: Sequence[int], found: Documents) -> None:
    wanted = {
        (token, estate_id, object_id)
        for object_id, (estate_id, document) in found.items()
        for token in tokens_of(document)
    }
    present = select(TOKENS.c.token, TOKENS.c.estate_id, TOKENS.c.object_id)
    rows = session().execute(present.where(TOKENS.c.kind == kind, TOKENS.c.object_id.in_(ids)))
    stored = {(token, estate_id, object_id) for token, estate_id, object_id in rows}
    if gone := stored - wanted:
        session().execute(_remove, _gone(kind, gone))
    if new := wanted - stored:
        _add(kind, new)


def _add(kind: str, tokens: set[tuple[str, int, int]]) -> None:
    """The drivers' quickest ways, half and an eighth of the time of SQLAlchemy's rows of parameters.

    In the key's order, which both engines store several times faster.
    """
    rows, connection = sorted(tokens), session().connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_ADD_ROWS, [(*row, kind) for row in rows])
    else:
        columns = map(list, zip(*rows, strict=True))
        connection.execute(
            text(_ADD_ARRAYS), dict(zip(("tokens", "estates", "objects"), columns, strict=True)) | {"kind": kind}
        )


def _gone(kind: str, tokens: set[tuple[str, int, int]]) -> list[dict[str, str | int]]:
    names = [f"old_{name}" for name in ("token", "estate_id", "object_id", "kind")]
    return [dict(zip(names, (*row, kind), strict=True)) for row in sorted(tokens)]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
