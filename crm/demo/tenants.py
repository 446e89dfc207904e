"""The demo company's customers: files with their parts and their past, and who has which unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

from crm.audit.log import record
from crm.dates import Period, utc_now
from crm.demo import facts as told
from crm.demo.cast import CAST
from crm.demo.place import Place, Row
from crm.phones import normalise_phone
from crm.tenants.events import CustomerRegistered, CustomerSupplemented
from crm.tenants.facts import columns_of, fields_of, text_of, typed
from crm.tenants.models import (
    Customer,
    CustomerKind,
    EmergencyContact,
    Fact,
    FactField,
    Member,
    MemberRole,
    Occupancy,
    OccupancyRole,
    Phone,
    Source,
    Supplement,
    SupplementKind,
    Vehicle,
)

TEXTS = {"email", "company_nature", "credit_code", "legal_representative"}
FULL_NAMES = {member.username: member.full_name for member in CAST}
VERIFIED_BY = "李敏"
OLD_PHONE = 9  # the position of a number that is no longer true
Changes = dict[tuple[str, str], list[told.History]]  # by the customer's key and the field, in the order of the days


def store(place: Place, _dice: Random, period: Period) -> None:
    """Changes from before the period are as if they had never been."""
    _customers(place)
    _occupancies(place)
    changes: Changes = {}
    for change in sorted(place.part.history, key=lambda change: change.day):
        if change.day in period:
            changes.setdefault((change.customer, change.field), []).append(change)
    _facts(place, changes)


def _customers(place: Place) -> None:
    customers, estate_id = place.part.customers, place.estate.estate_id
    ids = place.add(Customer, [_customer(customer, estate_id) for customer in customers])
    known = list(zip(customers, ids, strict=True))
    for customer, customer_id in known:
        place.estate.customers[customer.key] = customer_id
        record(CustomerRegistered(customer_id=customer_id, estate_id=estate_id, name=customer.name))
    place.add(Phone, [row for customer, key in known for row in _phones(customer, key)])
    place.add(Member, [row for customer, key in known for row in _members(customer, key)])
    place.add(EmergencyContact, [row for customer, key in known for row in _contacts(customer, key)])
    place.add(Vehicle, [row for customer, key in known for row in _vehicles(place, customer, key)])


def _customer(customer: told.Customer, estate_id: int) -> Row:
    kind = CustomerKind(customer.kind)
    row: dict[str, Any] = {
        "estate_id": estate_id,
        "kind": kind,
        "remark": customer.remark or "",
        "registered_on": customer.registered_on,
        "id_masked": "",
        **dict.fromkeys(TEXTS, ""),
    }
    for field, value in _values(customer).items():
        row |= columns_of(field, value)
    return row


def _values(customer: told.Customer) -> dict[FactField, Any]:
    wanted = fields_of(CustomerKind(customer.kind))
    found = {field: typed(field, getattr(customer, field.value)) for field in wanted}
    return {field: value if value is not None or field.value not in TEXTS else "" for field, value in found.items()}


def _phones(customer: told.Customer, customer_id: int) -> list[Row]:
    return [
        {
            "customer_id": customer_id,
            "digits": normalise_phone(phone.number),
            "position": position,
            "source": Source(phone.source),
            "starts": phone.since,
            "verified_on": phone.verified_on,
            "verified_by": VERIFIED_BY if phone.verified_on else "",
            "recorded_at": utc_now(),
        }
        for position, phone in enumerate(customer.phones, start=1)
    ]


def _members(customer: told.Customer, customer_id: int) -> list[Row]:
    return [
        {
            "customer_id": customer_id,
            "name": person.name,
            "role": MemberRole(person.role),
            "phone": person.phone or "",
            "starts": person.since,
        }
        for person in customer.people
    ]


def _contacts(customer: told.Customer, customer_id: int) -> list[Row]:
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


def _vehicles(place: Place, customer: told.Customer, customer_id: int) -> list[Row]:
    return [
        {
            "customer_id": customer_id,
            "plate": vehicle.plate,
            "brand": vehicle.brand,
            "colour": vehicle.colour,
            "unit_id": place.estate.units.get(f"{customer.estate}/{vehicle.space}") if vehicle.space else None,
        }
        for vehicle in customer.vehicles
    ]


def _occupancies(place: Place) -> None:
    now = utc_now()
    rows = [
        {
            "estate_id": place.estate.estate_id,
            "unit_id": place.estate.units[occupancy.place],
            "customer_id": place.estate.customers[occupancy.customer],
            "role": OccupancyRole(occupancy.role),
            "share": occupancy.share,
            "starts": occupancy.starts,
            "ends": occupancy.ends,
            "source": Source.move_in,
            "recorded_at": now,
        }
        for occupancy in place.part.occupancies
    ]
    place.add(Occupancy, rows)


# What was true before


def _facts(place: Place, changes: Changes) -> None:
    """Facts since move-in; where a value changed, the old one closed and a supplement that says who confirmed."""
    rows: list[Row] = []
    for customer in place.part.customers:
        for field, value in _values(customer).items():
            rows += _fact_rows(place, customer.key, field, value, changes.get((customer.key, field.value), []))
    place.add(Fact, rows)
    old = [change for (_, field), each in changes.items() if field == "phone" for change in each if change.old]
    place.add(Phone, [_old_phone(place, change) for change in old])


def _fact_rows(
    place: Place, customer: str, field: FactField, value: Any, changes: Sequence[told.History]
) -> list[dict[str, Any]]:
    customer_id = place.estate.customers[customer]
    first = changes[0].old if changes else value
    rows = [_fact(customer_id, field, first, Source.move_in)] if first else []
    for change in changes:
        if rows:
            rows[-1]["ends"] = change.day
        if change.new:
            rows.append(_fact(customer_id, field, change.new, Source(change.source), change.day))
            rows[-1]["supplement_id"] = _supplement(place, customer_id, change)
            rows[-1]["confirmed_by"] = change.confirmed_by
    return rows


def _fact(customer_id: int, field: FactField, value: Any, source: Source, starts: date | None = None) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "field": field,
        "value": text_of(field, value),
        "sealed": columns_of(field, value)["id_number"] if field is FactField.id_number else None,
        "source": source,
        "confirmed_by": "",
        "starts": starts,
        "ends": None,
        "supplement_id": None,
        "recorded_at": utc_now(),
    }


def _supplement(place: Place, customer_id: int, change: told.History) -> int:
    by = FULL_NAMES.get(change.confirmed_by, change.confirmed_by)
    row = {
        "estate_id": place.estate.estate_id,
        "customer_id": customer_id,
        "kind": SupplementKind.change,
        "effective_on": change.day,
        "source": Source(change.source),
        "confirmed_by": by,
        "recorded_by": by,
        "recorded_at": datetime.combine(change.day, time(2), UTC),
    }
    [supplement_id] = place.add(Supplement, [row])
    record(
        CustomerSupplemented(
            customer_id=customer_id,
            supplement_id=supplement_id,
            estate_id=place.estate.estate_id,
            kind="change",
            effective_on=change.day,
            confirmed_by=by,
            changes={change.field: [change.old, change.new]},
        )
    )
    return supplement_id


def _old_phone(place: Place, change: told.History) -> Row:
    return {
        "customer_id": place.estate.customers[change.customer],
        "digits": change.old,
        "position": OLD_PHONE,
        "source": Source.move_in,
        "ends": change.day,
        "recorded_at": utc_now(),
    }
