"""The caller card: what whoever answers the telephone must see of a household at one glance.

The number of queries does not depend on how many people, units or numbers there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.audit.models import LogEntry
from crm.audit.queries import timeline
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.billing.arrears.follow_up.present import Told, address_of_form, told_of
from crm.billing.ledger.present import Owed, owed_by_customer, owed_of_unit
from crm.calls.listings import tone, urgency
from crm.calls.models import ADDRESS, CALL_REASONS, CallState
from crm.calls.queries import latest_of
from crm.dates import business_day, utc_now
from crm.db import session
from crm.desk.queries import ADDRESSES
from crm.phones import mask_phone
from crm.properties.models import USE_TITLES
from crm.properties.queries import get_unit
from crm.tenants.history import tells_twice
from crm.tenants.models import (
    MEMBER_TITLES,
    ROLE_TITLES,
    Customer,
    Lasting,
    Occupancy,
    Phone,
    Vehicle,
)
from crm.tenants.ours import Thing, things_of, under_way_of
from crm.tenants.quality.figures import verified_since
from crm.tenants.queries import get_customer, in_file, lasts_on, others_with_phone

RECENT, CALLS = 5, 3
PARTS = (
    Customer.phones,
    Customer.members,
    Customer.emergency_contacts,
    Customer.vehicles,
    Customer.merged_files,
)
Text: TypeAlias = str | LazyString
Part = TypeVar("Part", bound=Lasting)

EVENT_TITLES = {
    "CustomerRegistered": _l("File opened"),
    "CustomerImported": _l("Imported"),
    "CustomerSupplemented": _l("Details supplemented"),
    "RemarkChanged": _l("Remark changed"),
    "PhoneAdded": _l("Phone added"),
    "PhoneVerified": _l("Phone verified"),
    "PhoneEnded": _l("Phone ended"),
    "MemberAdded": _l("Person added"),
    "MemberLeft": _l("Person left"),
    "EmergencyContactAdded": _l("Emergency contact added"),
    "EmergencyContactEnded": _l("Emergency contact ended"),
    "VehicleAdded": _l("Vehicle added"),
    "VehicleEnded": _l("Vehicle ended"),
    "OccupancyBegan": _l("Moved in"),
    "OccupancyEnded": _l("Moved out"),
    "CustomersMerged": _l("Another file merged into this one"),
    "FileMerged": _l("Merged into another file"),
    "CustomersUnmerged": _l("Merge taken back"),
    "FileUnmerged": _l("A file of its own again"),
    "CustomersToldApart": _l("Found not to be the same customer"),
    "NumberRevealed": _l("Masked number shown"),
    "UnitAdded": _l("Unit added"),
    "UnitChanged": _l("Unit changed"),
    "UnitImported": _l("Imported"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A unit the customer has today."""

    id: int
    label: str
    use: Text
    role: Text

    @property
    def url(self) -> str:
        return ADDRESSES["unit"].format(self.id)


@dataclass(frozen=True, slots=True)
class Number:
    """A phone, masked. `verified_on` is shown as doubtful when it is longer ago than a year."""

    masked: str
    note: str
    verified_on: date | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of the household; with an `id` a customer whose own card can be opened."""

    name: str
    role: Text
    phone: str = ""
    id: int | None = None

    @property
    def url(self) -> str:
        return ADDRESSES["customer"].format(self.id)


@dataclass(frozen=True, slots=True)
class Recent:
    at: datetime
    title: Text
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A call about the household; `left` is the time left of what is still to be done about it, "" when nothing is."""

    url: str
    at: datetime
    reason: str
    text: str
    left: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerCard:
    kind: str
    id: int
    title: str
    estate: str
    remark: str
    places: list[Place]
    phones: list[Number]
    people: list[Contact]
    emergency_contacts: int
    vehicles: list[str]
    also_used_by: list[Contact]
    ours: Sequence[Thing]  # stands before the money
    under_way: Sequence[Thing]  # theirs, such as a renovation
    money: Owed | None  # None for whoever may not see it
    told: Sequence[Told]  # promise, plan and last contact about what is owed
    contact_url: str  # the form for a contact about it, "" for whoever notes none
    calls: list[Heard]
    recent: list[Recent]

    @property
    def url(self) -> str:
        return ADDRESSES[self.kind].format(self.id)


def customer_card(customer_id: int) -> CallerCard:
    """404 outside the person's estates, as `unit_card`."""
    today, customer = business_day(), get_customer(customer_id, *PARTS)
    occupancies = _occupancies(in_file(Occupancy.customer_id, customer.id), today)
    housemates = _occupancies(Occupancy.unit_id.in_({each.unit_id for each in occupancies}), today)
    phones = _live(customer.phones, today)
    first = {phone.digits: phone for phone in reversed(phones)}  # merged files may have one number twice
    others = others_with_phone(list(first), customer.id, today)
    return CallerCard(
        kind="customer",
        id=customer.id,
        title=customer.name,
        estate=customer.estate.name,
        remark=_remarks(customer),
        places=[_place(each) for each in {(each.unit_id, each.role): each for each in occupancies}.values()],
        phones=[_number(phone, today) for phone in phones if phone is first[phone.digits]],
        people=[*_members(customer, today), *_neighbours(housemates, customer.id, today)],
        emergency_contacts=len(_live(customer.emergency_contacts, today)),
        vehicles=[_plate(vehicle) for vehicle in _live(customer.vehicles, today)],
        also_used_by=[Contact(other.name, other.units or "", id=other.id) for other in others],
        ours=things_of([customer.id]),
        under_way=under_way_of([customer.id]),
        money=owed_by_customer(customer.id) if actor().may(Permission.billing_read) else None,
        told=told_of(customer.id),
        contact_url=address_of_form(customer.id),
        calls=_calls("customer", customer.id),
        recent=_recent("customer", customer.id, [file.id for file in customer.merged_files]),
    )


def unit_card(unit_id: int) -> CallerCard:
    today, unit = business_day(), get_unit(unit_id)
    occupancies = _occupancies(Occupancy.unit_id == unit.id, today)
    customers = list({each.customer.id: each.customer for each in occupancies}.values())
    contacts = [live for customer in customers for live in _live(customer.emergency_contacts, today)]
    vehicles = [live for customer in customers for live in _live(customer.vehicles, today)]
    return CallerCard(
        kind="unit",
        id=unit.id,
        title=unit.label,
        estate=unit.estate.name,
        remark="；".join(filter(None, (unit.remark, *map(_remarks, customers)))),
        places=[],
        phones=[],
        people=_neighbours(occupancies, None, today) + [each for one in customers for each in _members(one, today)],
        emergency_contacts=len(contacts),
        vehicles=[_plate(vehicle) for vehicle in vehicles],
        also_used_by=[],
        ours=things_of([customer.id for customer in customers]),
        under_way=under_way_of([customer.id for customer in customers]),
        money=owed_of_unit(unit.id) if actor().may(Permission.billing_read) else None,
        told=[],
        contact_url="",
        calls=_calls("unit", unit.id),
        recent=_recent("unit", unit.id),
    )


def _occupancies(condition: Any, day: date) -> Sequence[Occupancy]:
    """Today's, each with its unit and with the customer's numbers, people and vehicles."""
    found = select(Occupancy).where(condition, lasts_on(Occupancy, day), within(Occupancy.estate_id))
    people = joinedload(Occupancy.customer)
    parts = [people.selectinload(part) for part in PARTS]
    return session().scalars(found.options(joinedload(Occupancy.unit), *parts).order_by(Occupancy.id)).all()


def _live(parts: Iterable[Part], day: date) -> list[Part]:
    return [part for part in parts if part.lasts_on(day)]


def _place(occupancy: Occupancy) -> Place:
    unit = occupancy.unit
    return Place(unit.id, unit.label, USE_TITLES[unit.use], ROLE_TITLES[occupancy.role])


def _number(phone: Phone, day: date) -> Number:
    fresh = phone.verified_on is not None and phone.verified_on >= verified_since(day)
    return Number(mask_phone(phone.digits), phone.note, phone.verified_on, fresh)


def _members(customer: Customer, day: date) -> list[Contact]:
    live = _live(customer.members, day)
    return [Contact(each.name, MEMBER_TITLES[each.role], mask_phone(each.phone)) for each in live]


def _neighbours(occupancies: Sequence[Occupancy], besides: int | None, day: date) -> list[Contact]:
    """Each customer once, however many units or roles they share."""
    found: dict[int, Contact] = {}
    for each in occupancies:
        if each.customer.id != besides:
            numbers = [mask_phone(phone.digits) for phone in _live(each.customer.phones, day)]
            contact = Contact(each.customer.name, ROLE_TITLES[each.role], "".join(numbers[:1]), each.customer.id)
            found.setdefault(each.customer.id, contact)
    return list(found.values())


def _plate(vehicle: Vehicle) -> str:
    return " ".join(filter(None, (vehicle.plate, vehicle.brand, vehicle.colour)))


def _calls(kind: str, object_id: int) -> list[Heard]:
    now = utc_now()
    return [_heard(row, now) for row in latest_of(kind, object_id, CALLS)]


def _heard(row: Any, now: datetime) -> Heard:
    waits = row.state is CallState.open
    return Heard(
        url=ADDRESS.format(row.id),
        at=row.started_at,
        reason=CALL_REASONS.title_of(row.reason),
        text=row.follow_up if waits else row.note,
        left=urgency(row, now) if waits else "",
        tone=tone(row, now),
    )


def _remarks(customer: Customer) -> str:
    """Of merged files too: what one desk noted the other must know."""
    return "；".join(filter(None, (file.remark for file in (customer, *customer.merged_files))))


def _recent(kind: str, object_id: int, also: Collection[int] = ()) -> list[Recent]:
    """What was done to the file; calls and money have lines of their own."""
    done = timeline(kind, object_id, RECENT, also=also).where(LogEntry.kind.in_(EVENT_TITLES))
    entries: Any = session().scalars(done)
    return [recent(entry) for entry in entries if not tells_twice(entry, object_id)]


def recent(entry: LogEntry) -> Recent:
    return Recent(entry.at, EVENT_TITLES.get(entry.kind, entry.kind), entry.actor)
