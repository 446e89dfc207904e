"""Plain functions that make one thing each with the fewest arguments; ids are fresh, names of the demo company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.auth.models import Department, LoginAttempt, LoginSession, User, UserEstate, UserRole
from crm.auth.permissions import RoleName
from crm.calls.models import Call, CallState, Direction
from crm.dates import utc_now
from crm.db import open_session
from crm.demo.cast import CAST
from crm.files.models import StoredFile, Upload
from crm.imports.models import ImportRun, ImportState
from crm.jobs.models import Job
from crm.notifications.models import Notification
from crm.outbox.models import Mail
from crm.policy.dictionaries import Dictionary
from crm.properties.models import Building, Entrance, Equipment, Estate, PublicArea, Unit, UnitUse, sort_key, unit_label
from crm.tenants.merging.models import CustomerMerge, PairDecision
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
WORDS = Dictionary(key="tests.words", title="Words", defaults={"first": "First", "second": "Second"})


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


def make_department(name: str = "") -> Department:
    return _kept(Department(name=name or f"客服{next(numbers)}部"))


def make_user(role: RoleName = RoleName.service_desk, *, estates: Sequence[Estate] | None = None, **given: Any) -> User:
    """`estates` None: sees every one. Nobody can sign in with the password."""
    facts = {"username": f"user{next(numbers)}", "full_name": "林青", "password_hash": "-", "created_at": NOW}
    scope = [UserEstate(estate_id=estate.id) for estate in estates or ()]
    roles = [UserRole(role=role)]
    return _kept(User(all_estates=estates is None, estates=scope, roles=roles, **(facts | given)))


def make_login_session(user: User, **given: Any) -> LoginSession:
    moment, number = utc_now(), next(numbers)
    facts = {"token_hash": f"token {number}", "address": "10.0.0.8", "agent": "Firefox"}
    return _kept(LoginSession(user_id=user.id, **(facts | {"started_at": moment, "seen_at": moment} | given)))


def make_attempt(username: str = "limin", outcome: str = "entered", **given: Any) -> LoginAttempt:
    return _kept(LoginAttempt(username=username, outcome=outcome, **({"at": NOW, "address": "10.0.0.8"} | given)))


def make_call(estate: Estate, customer: Customer | None = None, digits: str = "13907315678", **given: Any) -> Call:
    said = {"caller": "欧阳娜娜", "reason": "repair", "outcome": "answered", "note": "厨房漏水"}
    facts = {"direction": Direction.incoming, "taken_by": "李敏", "started_at": NOW, "state": CallState.settled}
    number = {"digits": digits, "tail": digits[-4:]}
    bound = {"estate_id": estate.id, "customer_id": customer.id if customer else None}
    return _kept(Call(**(bound | number | said | facts | given)))


def make_follow_up(estate: Estate, owner: User | None = None, customer: Customer | None = None, **given: Any) -> Call:
    """To be followed up by anybody, unless an owner is given."""
    with open_session() as db:
        owner_id = owner.id if owner else db.scalars(select(User.id).limit(1)).one()
    due = {"state": CallState.open, "follow_up": "回电", "owner_id": owner_id, "due_at": NOW}
    return make_call(estate, customer, **(due | given))


def make_notification(user: User, text: str = "请回电", url: str = "/", **given: Any) -> Notification:
    return _kept(Notification(user_id=user.id, text=text, url=url, icon="bell", created_at=NOW, **given))


def make_mail(recipient: str = "limin@example.com", **given: Any) -> Mail:
    moments = dict.fromkeys(("posted_at", "tried_since", "next_try_at"), NOW)
    facts = {"subject": "通知", "text": "请查收。", "message_id": f"<{next(numbers)}@example.com>"}
    return _kept(Mail(recipient=recipient, **(moments | facts | given)))


def make_job(estate: Estate, owner: RoleName | None = None, **given: Any) -> Job:
    """Asked for by the cast's member with that role, or by the system."""
    with open_session() as db:
        member = next((member for member in CAST if owner in member.roles), None)
        user_id = db.scalar(select(User.id).filter_by(username=member.username)) if member else None
    facts = {"kind": "audit.proof", "title": "核对操作日志", "payload": {}, "actor_name": "李敏", "asked_at": NOW}
    return _kept(Job(user_id=user_id, estate_id=estate.id, **(facts | given)))


def make_twins(estate: Estate, name: str = "") -> tuple[Customer, Customer]:
    """Two files with one name and one unit: likely the same customer."""
    name, unit = name or f"欧阳 {next(numbers)}", make_unit(estate)
    return make_customer(estate, name, unit), make_customer(estate, name, unit)


def make_merge(kept: Customer, merged: Customer) -> CustomerMerge:
    """As rows only; the search is not told."""
    with open_session() as db:
        db.get_one(Customer, merged.id).merged_into_id = kept.id
        db.commit()
    facts = {"reason": "同一张身份证", "done_by": "周慧", "done_at": NOW}
    return _kept(CustomerMerge(estate_id=kept.estate_id, kept_id=kept.id, merged_id=merged.id, **facts))


def make_pair_decision(estate: Estate) -> PairDecision:
    one, other = make_twins(estate)
    facts = {"apart": True, "decided_by": "周慧", "decided_at": NOW}
    return _kept(PairDecision(estate_id=estate.id, one_id=one.id, other_id=other.id, **facts))


def everything(estate: Estate, owner: RoleName | None = None) -> dict[str, object]:
    """One of each thing in the estate: argument name of a route -> value. What only its owner sees is that role's."""
    unit = make_unit(estate)
    customer = make_customer(estate, unit=unit)
    department = make_department()
    user = make_user(department_id=department.id)
    return {
        "estate_id": estate.id,
        "building_id": unit.building_id,
        "unit_id": unit.id,
        "equipment_id": make_equipment(estate).id,
        "public_area_id": make_public_area(estate).id,
        "customer_id": customer.id,
        "other_id": make_customer(estate).id,
        "merge_id": make_merge(*make_twins(estate)).id,
        "phone_id": make_phone(customer).id,
        "member_id": make_member(customer).id,
        "contact_id": make_emergency_contact(customer).id,
        "vehicle_id": make_vehicle(customer).id,
        "occupancy_id": make_occupancy(customer, make_unit(estate), OccupancyRole.tenant).id,
        "upload_id": make_upload(estate).id,
        "call_id": make_call(estate, customer).id,
        "run_id": make_import(estate).id,
        "job_id": make_job(estate, owner, upload_id=make_upload(estate, "export").id).id,
        "department_id": department.id,
        "user_id": user.id,
        "notice_id": 1,  # came with the migrations
        "session_id": make_login_session(user).id,
        "step": "deactivate",
        "entry_id": 1,
        "figure_key": "auth.confirmation_minutes",
        "dictionary_key": WORDS.key,
        "code": "first",
        "kind": "customer",
        "object_id": customer.id,
    }
