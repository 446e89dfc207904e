"""A draft, or a part of one, into the database: set-based, inside the caller's unit of work, all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, update

from crm.audit.log import record
from crm.bulk import keys, pour
from crm.db import Base, insert, session
from crm.imports.drafting.draft import (
    BUILDING,
    CUSTOMER,
    ENTRANCE,
    ESTATE,
    MEMBER,
    OCCUPANCY,
    PARKING_SPACE,
    UNIT,
    VEHICLE,
    Change,
    Drafted,
    DraftedCustomer,
    DraftedMember,
    EstateDraft,
)
from crm.imports.events import CustomerImported, EstateImported, UnitImported
from crm.imports.models import ImportRun, Leftover
from crm.properties.models import Building, Entrance, Estate, Unit, UnitStatus, UnitUse
from crm.secrecy import seal
from crm.tenants.models import Customer, Fact, FactField, Member, MemberRole, Occupancy, Phone, Source, Vehicle

CHUNK = 5_000
MODELS: dict[str, type[Base]] = {
    ESTATE: Estate,
    BUILDING: Building,
    ENTRANCE: Entrance,
    UNIT: Unit,
    PARKING_SPACE: Unit,
    CUSTOMER: Customer,
    MEMBER: Member,
    VEHICLE: Vehicle,
    OCCUPANCY: Occupancy,
}
DEFAULTS: dict[str, dict[str, Any]] = {
    UNIT: {"use": UnitUse.home, "status": UnitStatus.unknown},
    PARKING_SPACE: {"use": UnitUse.parking, "status": UnitStatus.unknown},
    MEMBER: {"role": MemberRole.family},
}
Row = dict[str, Any]


def store(draft: EstateDraft, run: ImportRun, at: datetime, today: date) -> int:
    """Write the draft; returns the estate's id. Records an event for the estate and each changed unit and customer."""
    _Store(draft, run, at, today).all()
    return _known(draft.estate)


class _Store:
    def __init__(self, draft: EstateDraft, run: ImportRun, at: datetime, today: date) -> None:
        self._draft, self._run, self._at, self._today = draft, run, at, today

    def all(self) -> None:
        """In the order of the references; customers before what hangs on them."""
        changes = {id(entry): entry.change for objects in self._draft.objects.values() for entry in objects}
        for kind, objects in self._draft.objects.items():
            self._update(kind, [entry for entry in objects if changes[id(entry)] is Change.updated])
            self._create(kind, [entry for entry in objects if changes[id(entry)] is Change.created])
        self._keep()
        self._tell(changes)

    # -- rows --------------------------------------------------------------------------------------------------------

    def _create(self, kind: str, objects: Sequence[Drafted]) -> None:
        rows = [DEFAULTS.get(kind, {}) | self._fixed(kind) | _values(entry) for entry in objects]
        for entry, key in zip(objects, _added(MODELS[kind], rows), strict=True):
            entry.id = key
        if kind == CUSTOMER:
            customers = cast("Sequence[DraftedCustomer]", objects)
            self._facts(customers, starts=None)
            self._phones(customers, starts=None)

    def _fixed(self, kind: str) -> Row:
        """What every new row of the kind has."""
        if kind == ESTATE:
            return {}
        if kind in (MEMBER, VEHICLE):
            return {"starts": None, "ends": None}
        estate = {"estate_id": _known(self._draft.estate)}
        if kind == CUSTOMER:
            return estate | {"registered_on": self._today}
        return estate | ({"source": Source.imported, "recorded_at": self._at} if kind == OCCUPANCY else {})

    def _update(self, kind: str, objects: Sequence[Drafted]) -> None:
        if kind == CUSTOMER:
            customers = cast("Sequence[DraftedCustomer]", objects)
            self._close_facts(customers)
            self._facts(customers, starts=self._today)
            self._close_phones(customers)
            self._phones(customers, starts=self._today)
        _change(MODELS[kind], [{"id": entry.id, **_changed(entry)} for entry in objects if entry.changes])

    # -- facts and phones --------------------------------------------------------------------------------------------

    def _facts(self, customers: Sequence[DraftedCustomer], *, starts: date | None) -> None:
        common = {"source": Source.imported, "starts": starts, "ends": None, "recorded_at": self._at, "sealed": None}
        rows = []
        for customer in customers:
            said = customer.changes
            for field in _fact_fields(said):
                rows.append(common | {"customer_id": customer.id, "field": field} | _fact_value(customer, said, field))
        _add(Fact, rows)

    def _close_facts(self, customers: Sequence[DraftedCustomer]) -> None:
        closed = [
            {"key": customer.id, "which": field, "day": self._today}
            for customer in customers
            for field in _fact_fields(customer.changes)
        ]
        present = (Fact.customer_id == bindparam("key"), Fact.field == bindparam("which"), Fact.ends.is_(None))
        table = cast(Table, Fact.__table__)
        _execute(update(table).where(*present, Fact.corrected_by_id.is_(None)).values(ends=bindparam("day")), closed)

    def _phones(self, customers: Sequence[DraftedCustomer], *, starts: date | None) -> None:
        common = {"source": Source.imported, "starts": starts, "ends": None, "recorded_at": self._at}
        rows = [
            common | {"customer_id": customer.id, "digits": digits, "position": customer.phones.index(digits) + 1}
            for customer in customers
            for digits in customer.new_phones
        ]
        _add(Phone, rows)

    def _close_phones(self, customers: Sequence[DraftedCustomer]) -> None:
        ended = [{"id": key, "ends": self._today} for customer in customers for key in customer.ended_phones]
        _change(Phone, ended)

    # -- the rest ----------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        common = {"estate_id": _known(self._draft.estate), "run_id": self._run.id}
        rows = [
            common
            | {
                "kind": kept.kind,
                "sheet": kept.sheet,
                "row": kept.row,
                "data": kept.data,
                "fingerprint": _print(kept.data),
            }
            for kept in self._draft.kept
        ]
        _execute(insert(Leftover).on_conflict_do_nothing(), rows)

    def _tell(self, changes: dict[int, Change]) -> None:
        estate_id, run_id = _known(self._draft.estate), self._run.id
        told = {"estate_id": estate_id, "run_id": run_id}
        for entry in self._draft.objects[ESTATE]:
            if changes[id(entry)] is not Change.unchanged:
                record(EstateImported(**told, change=changes[id(entry)].value))
        for entry in (*self._draft.objects[UNIT], *self._draft.objects[PARKING_SPACE]):
            if changes[id(entry)] is not Change.unchanged:
                record(UnitImported(unit_id=_known(entry), **told, change=changes[id(entry)].value))
        for customer_id, change in self._touched(changes).items():
            record(CustomerImported(customer_id=customer_id, **told, change=change.value))

    def _touched(self, changes: dict[int, Change]) -> dict[int, Change]:
        """Customers that are new or changed, themselves or in what hangs on them."""
        touched = {
            _known(entry.refs["customer_id"]): Change.updated
            for kind in (OCCUPANCY, MEMBER, VEHICLE)
            for entry in self._draft.objects[kind]
            if changes[id(entry)] is not Change.unchanged
        }
        own = {_known(entry): changes[id(entry)] for entry in self._draft.objects[CUSTOMER]}
        return touched | {key: change for key, change in own.items() if change is not Change.unchanged}


def _known(entry: Drafted) -> int:
    if entry.id is None:
        raise LookupError(f"{entry.kind} was not stored")
    return entry.id


def _values(entry: Drafted) -> Row:
    row = entry.values | {name: other.id for name, other in entry.refs.items()}
    return row | ({"id_number": _sealed(entry)} if isinstance(entry, DraftedCustomer | DraftedMember) else {})


def _changed(entry: Drafted) -> Row:
    changes = entry.changes
    if "id_index" in changes and isinstance(entry, DraftedCustomer | DraftedMember):
        changes["id_number"] = _sealed(entry)
    if "unit_id" in changes:
        changes["unit_id"] = entry.refs["unit_id"].id
    return changes


def _sealed(entry: DraftedCustomer | DraftedMember) -> bytes | None:
    return seal(entry.id_number) if entry.id_number else None


def _fact_fields(said: Row) -> Iterable[FactField]:
    return [field for field in FactField if ("id_index" if field is FactField.id_number else field.value) in said]


def _fact_value(customer: DraftedCustomer, said: Row, field: FactField) -> Row:
    if field is FactField.id_number:
        return {"value": said["id_masked"], "sealed": _sealed(customer)}
    return {"value": str(said[field.value])}


def _print(data: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _added(model: type[Base], rows: list[Row]) -> list[int]:
    """Insert and return the ids in the order of the rows."""
    if not rows:
        return []
    ids = keys(model, len(rows))
    _add(model, [{"id": key} | row for key, row in zip(ids, rows, strict=True)])
    return ids


def _add(model: type[Base], rows: list[Row]) -> None:
    pour(model, _same_columns(cast(Table, model.__table__), rows))


def _same_columns(table: Table, rows: list[Row]) -> list[Row]:
    """Rows of one statement say something about the same columns: nothing, where they say nothing."""
    names = {name for row in rows for name in row}
    nothing = {name: "" if _is_text(table, name) else None for name in names}
    return [{name: row.get(name, nothing[name]) for name in names} for row in rows]


def _is_text(table: Table, name: str) -> bool:
    """Whether "nothing" is an empty text in this column."""
    column = table.c[name]
    return not column.nullable and column.default is not None and column.type.python_type is str


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _change(model: type[Base], rows: list[Row]) -> None:
    """Update by id; rows that change the same columns go together. A versioned row counts one up."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(sorted(row))].append({f"new_{name}": value for name, value in row.items()})
    table = cast(Table, model.__table__)
    for names, group in groups.items():
        values: Row = {name: bindparam(f"new_{name}") for name in names if name != "id"}
        if "version" in table.c:
            values["version"] = table.c.version + 1
        _execute(update(table).where(table.c.id == bindparam("new_id")).values(values), group)


def _execute(statement: Any, rows: list[Row]) -> None:
    for part in _chunks(rows):
        session().connection().execute(statement, part)
