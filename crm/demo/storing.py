"""Storing the demo company: set-based, building by building, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, select

from crm.audit.log import record
from crm.auth.models import Department, Supervision, User
from crm.auth.permissions import RoleName
from crm.auth.service import add_user
from crm.dates import utc_now
from crm.db import session
from crm.demo import facts as told
from crm.demo.cast import CAST, DEMO_PASSWORD
from crm.demo.company import COMPANY_NAME
from crm.properties.events import EstateAdded, UnitAdded
from crm.properties.models import (
    Building,
    Entrance,
    Equipment,
    Estate,
    ParkingKind,
    PublicArea,
    Unit,
    UnitUse,
    sort_key,
)
from crm.tenants.events import CustomerRegistered, CustomerSupplemented
from crm.tenants.facts import columns_of, fields_of, text_of, typed
from crm.tenants.models import (
    Customer,
    CustomerKind,
    EmergencyContact,
    Fact,
    FactField,
    Member,
    Occupancy,
    Phone,
    Source,
    Supplement,
    SupplementKind,
    Vehicle,
)

Rows = list[dict[str, Any]]


def store_cast(estate_ids: dict[str, int]) -> None:
    """The fixed cast with its departments; `estate_ids`: estate code -> id."""
    names = list(dict.fromkeys(member.department for member in CAST))
    departments = dict(zip(names, _insert(Department, [{"name": name} for name in names]), strict=True))
    users: dict[str, User] = {}
    for member in CAST:
        scope = None if member.estates is None else [estate_ids[code] for code in member.estates if code in estate_ids]
        users[member.username] = add_user(
            member.username,
            member.full_name,
            DEMO_PASSWORD,
            [RoleName(role) for role in member.roles],
            estate_ids=scope,
            department_id=departments[member.department],
        )
    for member in CAST:
        if "deputy_general_manager" in member.roles:
            supervised = {users[name].department_id for name in member.supervises}
            session().add_all(Supervision(user_id=users[member.username].id, department_id=key) for key in supervised)


def store_estate(estate: told.Estate) -> int:
    made = Estate(
        name=estate.name, company=COMPANY_NAME, address=estate.address, phone=estate.phone, built_on=estate.built_on
    )
    session().add(made)
    session().flush()
    record(EstateAdded(estate_id=made.id, name=made.name))
    return made.id


class PartStore:
    """Stores the parts of one estate in turn; remembers the ids that later parts point to."""

    def __init__(self, estate_id: int) -> None:
        self.estate_id = estate_id
        self.places: dict[str, int] = {}
        self.customers: dict[str, int] = {}

    def store(self, part: told.Part) -> None:
        building_id, entrances = self._building(part)
        self._units(part.units, building_id, entrances)
        self._spaces(part.parking_spaces)
        self._plant(part, building_id)
        self._customers(part.customers)
        self._occupancies(part.occupancies)
        self._histories(part.customers, part.history)

    def _building(self, part: told.Part) -> tuple[int | None, dict[str, int]]:
        if part.building is None:
            return None, {}
        number, floors = part.building.number, part.building.floors
        [building_id] = _insert(
            Building,
            [{"estate_id": self.estate_id, "number": number, "floors": floors, "sort_key": sort_key(number)}],
        )
        rows = [
            {
                "estate_id": self.estate_id,
                "building_id": building_id,
                "number": entrance.number,
                "floors": entrance.floors,
                "has_lift": entrance.has_lift,
                "sort_key": sort_key(entrance.number),
            }
            for entrance in part.entrances
        ]
        return building_id, {row["number"]: key for row, key in zip(rows, _insert(Entrance, rows), strict=True)}

    def _units(self, units: Sequence[told.Unit], building_id: int | None, entrances: dict[str, int]) -> None:
        rows = [
            {
                "estate_id": self.estate_id,
                "building_id": building_id,
                "entrance_id": entrances[unit.entrance],
                "use": unit.use,
                "number": unit.number,
                "label": unit.label,
                "sort_key": sort_key(unit.label),
                "floor": unit.floor,
                "layout": unit.layout,
                "built_area": unit.built_area,
                "inner_area": unit.inner_area,
                "status": unit.status,
                "handover_on": unit.handover_on,
            }
            for unit in units
        ]
        self._placed(rows, [unit.key for unit in units])

    def _spaces(self, spaces: Sequence[told.ParkingSpace]) -> None:
        rows = [
            {
                "estate_id": self.estate_id,
                "use": UnitUse.parking,
                "zone": space.zone,
                "number": space.number,
                "label": space.number,
                "sort_key": sort_key(space.number),
                "built_area": space.area,
                "parking_kind": ParkingKind(space.kind),
            }
            for space in spaces
        ]
        self._placed(rows, [space.key for space in spaces])

    def _placed(self, rows: Rows, keys: list[str]) -> None:
        for row, key, unit_id in zip(rows, keys, _insert(Unit, rows), strict=True):
            self.places[key] = unit_id
            record(UnitAdded(unit_id=unit_id, estate_id=self.estate_id, label=row["label"]))

    def _plant(self, part: told.Part, building_id: int | None) -> None:
        shared = {"estate_id": self.estate_id, "building_id": building_id}
        _insert(PublicArea, [shared | {"name": area.name} for area in part.public_areas])
        names = ("kind", "name", "code", "maker", "installed_on", "next_inspection_on")
        _insert(Equipment, [shared | {name: getattr(thing, name) for name in names} for thing in part.equipment])

    def _customers(self, customers: Sequence[told.Customer]) -> None:
        rows = [self._customer_row(customer) for customer in customers]
        ids = _insert(Customer, rows)
        for customer, customer_id in zip(customers, ids, strict=True):
            self.customers[customer.key] = customer_id
            record(CustomerRegistered(customer_id=customer_id, estate_id=self.estate_id, name=customer.name))
        pairs = list(zip(customers, ids, strict=True))
        _insert(Phone, [row for customer, key in pairs for row in _phones(customer, key)])
        _insert(Member, [row for customer, key in pairs for row in _members(customer, key)])
        _insert(EmergencyContact, [row for customer, key in pairs for row in _contacts(customer, key)])
        _insert(Vehicle, [row for customer, key in pairs for row in self._vehicles(customer, key)])

    def _customer_row(self, customer: told.Customer) -> dict[str, Any]:
        kind = CustomerKind(customer.kind)
        row: dict[str, Any] = {
            "estate_id": self.estate_id,
            "kind": kind,
            "remark": customer.remark or "",
            "registered_on": customer.registered_on,
        }
        for field, value in _values(customer).items():
            row |= columns_of(field, value)
        return row

    def _vehicles(self, customer: told.Customer, customer_id: int) -> Rows:
        return [
            {
                "customer_id": customer_id,
                "plate": vehicle.plate,
                "brand": vehicle.brand,
                "colour": vehicle.colour,
                "unit_id": self.places.get(f"{customer.estate}/{vehicle.space}") if vehicle.space else None,
            }
            for vehicle in customer.vehicles
        ]

    def _occupancies(self, occupancies: Sequence[told.Occupancy]) -> None:
        now = utc_now()
        rows = [
            {
                "estate_id": self.estate_id,
                "unit_id": self.places[occupancy.place],
                "customer_id": self.customers[occupancy.customer],
                "role": occupancy.role,
                "share": occupancy.share,
                "starts": occupancy.starts,
                "ends": occupancy.ends,
                "source": Source.move_in,
                "recorded_at": now,
            }
            for occupancy in occupancies
        ]
        _insert(Occupancy, rows)

    def _histories(self, customers: Sequence[told.Customer], history: Sequence[told.History]) -> None:
        """Facts since move-in; where a value changed, the old one closed and a supplement that says who confirmed."""
        changed: dict[tuple[str, str], list[told.History]] = {}
        for change in sorted(history, key=lambda change: change.day):
            changed.setdefault((change.customer, change.field), []).append(change)
        rows: Rows = []
        for customer in customers:
            for field, value in _values(customer).items():
                changes = changed.get((customer.key, field.value), [])
                rows += self._fact_rows(self.customers[customer.key], field, value, changes)
        _insert(Fact, rows)
        _insert(
            Phone,
            [
                self._old_phone(change)
                for (_, name), all_ in changed.items()
                if name == "phone"
                for change in all_
                if change.old
            ],
        )

    def _fact_rows(self, customer_id: int, field: FactField, value: Any, changes: Sequence[told.History]) -> Rows:
        first = changes[0].old if changes else value
        rows = [_fact(customer_id, field, first, Source.move_in)] if first else []
        for change in changes:
            if rows:
                rows[-1]["ends"] = change.day
            if change.new:
                supplement_id = self._supplement(customer_id, change)
                row = _fact(customer_id, field, change.new, Source(change.source))
                rows.append(
                    row | {"starts": change.day, "supplement_id": supplement_id, "confirmed_by": change.confirmed_by}
                )
        return rows

    def _supplement(self, customer_id: int, change: told.History) -> int:
        names = {member.username: member.full_name for member in CAST}
        by = names.get(change.confirmed_by, change.confirmed_by)
        row = {
            "estate_id": self.estate_id,
            "customer_id": customer_id,
            "kind": SupplementKind.change,
            "effective_on": change.day,
            "source": change.source,
            "confirmed_by": by,
            "recorded_by": by,
            "recorded_at": datetime.combine(change.day, time(2), UTC),
        }
        supplement_id: int = _insert(Supplement, [row])[0]
        record(
            CustomerSupplemented(
                customer_id=customer_id,
                supplement_id=supplement_id,
                estate_id=self.estate_id,
                kind="change",
                effective_on=change.day,
                confirmed_by=by,
                changes={change.field: [change.old, change.new]},
            )
        )
        return supplement_id

    def _old_phone(self, change: told.History) -> dict[str, Any]:
        return {
            "customer_id": self.customers[change.customer],
            "digits": change.old,
            "position": 9,
            "source": Source.move_in,
            "ends": change.day,
            "recorded_at": utc_now(),
        }


def _values(customer: told.Customer) -> dict[FactField, Any]:
    wanted = fields_of(CustomerKind(customer.kind))
    found = {field: typed(field, getattr(customer, field.value)) for field in wanted}
    return {field: value if value is not None or field.value not in TEXTS else "" for field, value in found.items()}


TEXTS = {"email", "company_nature", "credit_code", "legal_representative"}


def _fact(customer_id: int, field: FactField, value: Any, source: Source) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "field": field,
        "value": text_of(field, value),
        "sealed": columns_of(field, value)["id_number"] if field is FactField.id_number else None,
        "source": source,
        "confirmed_by": "",
        "starts": None,
        "ends": None,
        "supplement_id": None,
        "recorded_at": utc_now(),
    }


def _phones(customer: told.Customer, customer_id: int) -> Rows:
    return [
        {
            "customer_id": customer_id,
            "digits": phone.number,
            "position": position,
            "source": Source(phone.source),
            "starts": phone.since,
            "verified_on": phone.verified_on,
            "verified_by": "李敏" if phone.verified_on else "",
            "recorded_at": utc_now(),
        }
        for position, phone in enumerate(customer.phones, start=1)
    ]


def _members(customer: told.Customer, customer_id: int) -> Rows:
    return [
        {
            "customer_id": customer_id,
            "name": person.name,
            "role": person.role,
            "phone": person.phone or "",
            "starts": person.since,
        }
        for person in customer.people
    ]


def _contacts(customer: told.Customer, customer_id: int) -> Rows:
    return [
        {
            "customer_id": customer_id,
            "name": contact.name,
            "relation": contact.relation,
            "phone": contact.phone,
            "position": contact.order,
            "holds_spare_key": contact.holds_spare_key,
        }
        for contact in customer.emergency
    ]


def _insert(table: type[Any], rows: Rows) -> list[Any]:
    """Insert all rows in one statement after another of the engine's size; the ids in the rows' order."""
    if not rows:
        return []
    same = list(dict.fromkeys(name for row in rows for name in row))
    whole = [{name: row.get(name) for name in same} for row in rows]
    made = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(session().scalars(made, whole))


def has_company() -> bool:
    return session().scalar(select(Estate.id).limit(1)) is not None


def store_parts(parts: Iterable[told.Part], since: date) -> dict[str, int]:
    """Every part of every estate, with the changes from `since` on; returns estate code -> id."""
    stores: dict[str, PartStore] = {}
    for part in parts:
        code = part.estate.code
        if code not in stores:
            stores[code] = PartStore(store_estate(part.estate))
        stores[code].store(replace(part, history=tuple(change for change in part.history if change.day >= since)))
    return {code: store.estate_id for code, store in stores.items()}
