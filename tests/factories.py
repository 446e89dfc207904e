"""Plain functions that make one thing each with the fewest arguments; ids are fresh, names of the demo company."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.db import open_session
from crm.files.models import StoredFile, Upload
from crm.imports.models import ImportRun, ImportState
from crm.properties.models import Building, Entrance, Equipment, Estate, PublicArea, Unit, UnitUse, sort_key, unit_label
from crm.tenants.models import (
    Customer,
    CustomerKind,
    EmergencyContact,
    Member,
    MemberRole,
    Occupancy,
    OccupancyRole,
    Phone,
    Source,
    Vehicle,
)

numbers = count(1)
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


def _kept(thing: Any) -> Any:
    """Added through a session of its own on the test's connection."""
    with open_session() as db:
        db.add(thing)
        db.commit()
        db.refresh(thing)
        db.expunge(thing)
    return thing


def make_building(estate: Estate, number: str = "") -> Building:
    number = number or str(100 + next(numbers))
    return _kept(Building(estate_id=estate.id, number=number, floors=18, sort_key=sort_key(number)))


def make_unit(estate: Estate, label: str = "", **given: Any) -> Unit:
    """`label` such as 3-1-502; building and entrance come with it."""
    building_number, entrance_number, number = (label or f"{100 + next(numbers)}-1-502").split("-")
    with open_session() as db:
        building = db.scalars(select(Building).filter_by(estate_id=estate.id, number=building_number)).one_or_none()
    building = building or make_building(estate, building_number)
    with open_session() as db:
        entrance = db.scalars(select(Entrance).filter_by(building_id=building.id, number=entrance_number)).one_or_none()
    entrance = entrance or _kept(
        Entrance(
            estate_id=estate.id, building_id=building.id, number=entrance_number, sort_key=sort_key(entrance_number)
        )
    )
    whole = unit_label(building_number, entrance_number, number)
    place = {"estate_id": estate.id, "building_id": building.id, "entrance_id": entrance.id}
    facts = {"use": UnitUse.home, "number": number, "label": whole, "sort_key": sort_key(whole), "floor": 5}
    return _kept(Unit(**(place | facts | given)))


def make_parking(estate: Estate) -> Unit:
    number = f"B1-{next(numbers):03d}"
    return _kept(
        Unit(estate_id=estate.id, use=UnitUse.parking, zone="B1", number=number, label=number, sort_key=number)
    )


def make_equipment(estate: Estate) -> Equipment:
    return _kept(Equipment(estate_id=estate.id, kind="lift", code=f"DT-{next(numbers):03d}", name="客梯"))


def make_public_area(estate: Estate) -> PublicArea:
    return _kept(PublicArea(estate_id=estate.id, name=f"大堂 {next(numbers)}"))


def make_customer(estate: Estate, name: str = "欧阳娜娜", unit: Unit | None = None, **given: Any) -> Customer:
    facts = {"kind": CustomerKind.person, "registered_on": date(2024, 3, 1)} | given
    customer = _kept(Customer(estate_id=estate.id, name=name, **facts))
    if unit:
        make_occupancy(customer, unit)
    return customer


def make_occupancy(
    customer: Customer, unit: Unit, role: OccupancyRole = OccupancyRole.owner, **given: Any
) -> Occupancy:
    bound = {"estate_id": unit.estate_id, "unit_id": unit.id, "customer_id": customer.id, "role": role}
    return _kept(Occupancy(**(bound | {"recorded_at": NOW, "source": Source.counter} | given)))


def make_phone(customer: Customer, digits: str = "13907315678", **given: Any) -> Phone:
    return _kept(Phone(customer_id=customer.id, digits=digits, source=Source.counter, recorded_at=NOW, **given))


def make_member(customer: Customer, name: str = "欧阳志远") -> Member:
    return _kept(Member(customer_id=customer.id, name=name, role=MemberRole.parent))


def make_emergency_contact(customer: Customer) -> EmergencyContact:
    return _kept(EmergencyContact(customer_id=customer.id, name="欧阳志远", relation="父亲", phone="13907315678"))


def make_vehicle(customer: Customer, plate: str = "湘A12345") -> Vehicle:
    return _kept(Vehicle(customer_id=customer.id, plate=plate))


def make_upload(estate: Estate, purpose: str = "supplement") -> Upload:
    sha256 = f"{next(numbers):064x}"
    _kept(StoredFile(sha256=sha256, sm3=sha256, size=1, media_type="text/plain"))
    facts = {"name": "证明.txt", "purpose": purpose, "uploaded_by": "李敏", "uploaded_at": NOW}
    return _kept(Upload(sha256=sha256, original_sha256=sha256, estate_id=estate.id, **facts))


def make_import(estate: Estate) -> ImportRun:
    facts = {"estate_name": estate.name, "state": ImportState.uploaded, "mapping": {}, "started_by": "周慧"}
    upload = make_upload(estate, "import")
    return _kept(ImportRun(upload_id=upload.id, estate_id=estate.id, started_at=NOW, **facts))


def everything(estate: Estate) -> dict[str, object]:
    """One of each thing in the estate: argument name of a route -> value."""
    unit = make_unit(estate)
    customer = make_customer(estate, unit=unit)
    return {
        "estate_id": estate.id,
        "building_id": unit.building_id,
        "unit_id": unit.id,
        "equipment_id": make_equipment(estate).id,
        "public_area_id": make_public_area(estate).id,
        "customer_id": customer.id,
        "phone_id": make_phone(customer).id,
        "member_id": make_member(customer).id,
        "contact_id": make_emergency_contact(customer).id,
        "vehicle_id": make_vehicle(customer).id,
        "occupancy_id": make_occupancy(customer, make_unit(estate), OccupancyRole.tenant).id,
        "upload_id": make_upload(estate).id,
        "run_id": make_import(estate).id,
        "kind": "customer",
        "object_id": customer.id,
    }
