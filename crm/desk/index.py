"""Keeps the search tokens equal to what customers, units, estates and dossiers say now.

A changed object costs only the tokens that differ; any number of objects costs the same number of queries per
thousand. Ended phones, members, plates and occupancies leave the index with the change that ends them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from flask import current_app
from sqlalchemy import Table, bindparam, delete, select, update

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import contract_numbers, shown_title
from crm.bulk import pour_lines, pour_rows
from crm.db import session
from crm.desk.models import SearchObject, SearchToken
from crm.desk.spool import Spool
from crm.desk.tokens import Document, tokens_of
from crm.numbering import Number
from crm.properties.models import Estate, Unit
from crm.tenants import queries as tenants
from crm.tenants.models import Customer, Occupancy

CHUNK = 1000  # objects whose texts and tokens are in memory at once
IDS = {"customer": Customer.id, "unit": Unit.id, "estate": Estate.id, "dossier": Dossier.id}
COMPANY = 0  # instead of an estate, for what belongs to none
TOKENS = cast(Table, SearchToken.__table__)
OBJECTS = cast(Table, SearchObject.__table__)
Documents = dict[int, tuple[int, Document]]  # object id -> estate id and what it is found by
Tokens = dict[int, tuple[int, set[str]]]  # object id -> estate id and tokens

_TOKEN_ROW = ("token", "estate_id", "kind", "object_id")
_OBJECT_ROW = ("kind", "object_id", "estate_id", "tokens")
_remove_tokens = delete(TOKENS).where(*(TOKENS.c[name] == bindparam(f"old_{name}") for name in _TOKEN_ROW))
_this_object = [OBJECTS.c[name] == bindparam(f"old_{name}") for name in ("kind", "object_id")]
_remove_object = delete(OBJECTS).where(*_this_object)
_change_object = (
    update(OBJECTS).where(*_this_object).values(estate_id=bindparam("new_estate_id"), tokens=bindparam("new_tokens"))
)


def refresh(kind: str, ids: Iterable[int]) -> None:
    """Make the tokens of these objects what their texts ask for; of objects that are gone none remain."""
    with _spool() as spool:
        for some in _chunks(sorted(ids)):
            _store(kind, some, spool, _stored(kind, some))
        pour_lines(SearchToken, _TOKEN_ROW, spool.sorted())


def rebuild() -> None:
    """Everything anew, after an update that changed what the tokens are.

    Nothing is read of what was just written: PostgreSQL takes the table for empty and would read all of it each time.
    """
    session().execute(delete(TOKENS))
    session().execute(delete(OBJECTS))
    with _spool() as spool:
        for kind, key in IDS.items():
            for some in _all_ids(key):
                _store(kind, some, spool, {})
        pour_lines(SearchToken, _TOKEN_ROW, spool.sorted())


def _all_ids(key: Any) -> Iterator[Sequence[int]]:
    following = select(key).where(key > bindparam("last")).order_by(key).limit(CHUNK)
    last = 0
    while some := session().scalars(following, {"last": last}).all():
        yield some
        last = some[-1]


def occupants_of(unit_ids: Iterable[int]) -> set[int]:
    """The files of the customers found by these units' labels."""
    found: set[int] = set()
    for some in _chunks(sorted(unit_ids)):
        live = select(Occupancy.customer_id).where(Occupancy.unit_id.in_(some), Occupancy.ends.is_(None))
        found.update(session().scalars(live))
    return found


def keepers_of(customer_ids: Iterable[int]) -> set[int]:
    """The customers as whom these files are found."""
    return {kept for some in _chunks(sorted(customer_ids)) for kept in tenants.kept_ids(some)}


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
        case "dossier":
            return _dossiers(ids)
    raise ValueError(f"nothing of this kind is searched: {kind}")


def names(kind: str, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Folded, each cut to `WHOLE_NAME` letters: one look-up where the texts would be ten."""
    if not ids:
        return {}
    stored = select(OBJECTS.c.object_id, OBJECTS.c.tokens).where(OBJECTS.c.kind == kind, OBJECTS.c.object_id.in_(ids))
    return {
        key: tuple(token[2:] for token in tokens.split() if token.startswith("w:"))
        for key, tokens in session().execute(stored)
    }


def _customers(ids: Sequence[int]) -> Documents:
    return {
        customer_id: (
            known["estate_id"],
            Document(
                names=tuple(known["names"]),
                phones=tuple(known["phones"]),
                plates=tuple(known["plates"]),
                units=tuple(known["units"]),
                id_indexes=tuple(known["ids"]),
                codes=tuple(known["codes"]),
            ),
        )
        for customer_id, known in tenants.documents(ids).items()
    }


def _dossiers(ids: Sequence[int]) -> Documents:
    """A customer's is found by its whole code: its name and unit find the customer. A loan's also by its contracts."""
    columns = Dossier.id, Dossier.estate_id, shown_title(), Dossier.code, Number.text
    joined = select(*columns).outerjoin(Number, Number.id == Dossier.number_id).where(Dossier.id.in_(ids))
    found, contracts = Documents(), contract_numbers(ids)
    for key, estate_id, title, code, number in session().execute(joined):
        if estate_id is None:
            found[key] = COMPANY, Document(names=(title,), codes=_given(code or number, *contracts.get(key, ())))
        else:
            found[key] = estate_id, Document(whole_codes=_given(code))
    return found


def _given(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _store(kind: str, ids: Sequence[int], spool: Spool, stored: Tokens) -> None:
    """What is new goes into the spool, the rest is done at once.

    The stored state is read before the texts: on PostgreSQL that waits for others who change the same objects, and what
    they committed is then part of the texts.
    """
    wanted = {key: (estate_id, tokens_of(document)) for key, (estate_id, document) in documents(kind, ids).items()}
    changed = [key for key, each in wanted.items() if stored.get(key) != each]
    gone = [key for key in stored if key not in wanted]
    _execute(_remove_tokens, [row for key in (*changed, *gone) for row in _old_rows(kind, key, stored, wanted)])
    _execute(_remove_object, [{"old_kind": kind, "old_object_id": key} for key in gone])
    _write_objects(kind, {key: wanted[key] for key in changed}, stored)
    for key in changed:
        spool.add(_new_lines(kind, key, wanted, stored))


def _stored(kind: str, ids: Sequence[int]) -> Tokens:
    present = select(OBJECTS.c.object_id, OBJECTS.c.estate_id, OBJECTS.c.tokens).where(OBJECTS.c.kind == kind)
    rows = session().execute(
        present.where(OBJECTS.c.object_id.in_(ids)).order_by(OBJECTS.c.object_id).with_for_update()
    )
    return {key: (estate_id, set(tokens.split())) for key, estate_id, tokens in rows}


def _old_rows(kind: str, key: int, stored: Tokens, wanted: Tokens) -> list[dict[str, str | int]]:
    estate_id, tokens = _differing(key, stored, wanted)
    known: dict[str, str | int] = {"old_kind": kind, "old_object_id": key, "old_estate_id": estate_id}
    return [{"old_token": token, **known} for token in sorted(tokens)]


def _new_lines(kind: str, key: int, wanted: Tokens, stored: Tokens) -> list[str]:
    """Lines sort as the rows of the table do, hence the zeros."""
    estate_id, tokens = _differing(key, wanted, stored)
    rest = f"\t{estate_id:010d}\t{kind}\t{key:010d}"
    return [token + rest for token in tokens]


def _differing(key: int, having: Tokens, besides: Tokens) -> tuple[int, set[str]]:
    """The object's estate and those tokens of the one state that are not in the other."""
    estate_id, tokens = having.get(key, (0, set()))
    other_estate, others = besides.get(key, (0, set()))
    return estate_id, tokens - others if other_estate == estate_id else tokens


def _write_objects(kind: str, tokens: Tokens, stored: Tokens) -> None:
    told = {key: (estate_id, "\n".join(sorted(each))) for key, (estate_id, each) in tokens.items()}
    changed = [
        {"old_kind": kind, "old_object_id": key, "new_estate_id": estate_id, "new_tokens": lines}
        for key, (estate_id, lines) in told.items()
        if key in stored
    ]
    _execute(_change_object, changed)
    pour_rows(SearchObject, _OBJECT_ROW, ((kind, key, *each) for key, each in told.items() if key not in stored))


def _execute(statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session().execute(statement, rows)


def _spool() -> Spool:
    return Spool(current_app.config["SETTINGS"].data_dir)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
