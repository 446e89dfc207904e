"""A customer's file, a unit's card and the emergency sheet as rows: screen and paper are fed by the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from crm.phones import mask_phone
from crm.properties.models import USE_TITLES, Unit, UnitUse
from crm.tenants import facts, queries
from crm.tenants.models import (
    FACT_TITLES,
    MEMBER_TITLES,
    ROLE_TITLES,
    SEX_TITLES,
    SOURCE_TITLES,
    Customer,
    EmergencyContact,
    Fact,
    FactField,
    Member,
    Occupancy,
    OccupancyRole,
    Phone,
    Sex,
    Vehicle,
    file_code,
)

Show = Callable[[str], str]
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """One value over a time; `corrected`: it was wrong from the start."""

    value: str
    starts: date | None
    ends: date | None
    source: str
    confirmed_by: str
    corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactHistory:
    field: FactField
    title: str
    value: str
    present: FactLine | None
    old: Sequence[FactLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    id: int
    unit_id: int
    label: str
    use: str
    parking: bool
    built_area: Decimal | None
    role: str
    share: Decimal | None
    starts: date | None
    ends: date | None
    origin: str  # the merged file it stands in, "" for the customer's own


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    id: int
    name: str
    role: str
    sex: str
    id_number: str
    phone: str
    starts: date | None
    ends: date | None
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLine:
    id: int
    number: str
    note: str
    source: str
    starts: date | None
    ends: date | None
    verified_on: date | None
    verified_by: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    id: int
    name: str
    relation: str
    phone: str
    position: int
    holds_spare_key: bool
    ends: date | None
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleLine:
    id: int
    plate: str
    brand: str
    kind: str
    colour: str
    ends: date | None
    origin: str


@dataclass(frozen=True, slots=True)
class Parted(Generic[Line]):
    """What is true, and what was."""

    now: Sequence[Line]
    before: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """Numbers stand here as they may be shown: masked, or in full on a form whose printing was logged."""

    customer: Customer
    code: str
    id_number: str
    facts: Sequence[FactHistory]
    units: Parted[UnitLine]
    people: Parted[PersonLine]
    phones: Parted[PhoneLine]
    contacts: Parted[ContactLine]
    vehicles: Parted[VehicleLine]

    @property
    def values(self) -> dict[str, str]:
        """field -> present text, for the boxes of a form."""
        return {fact.field.value: fact.value for fact in self.facts}


def customer_file(customer: Customer, day: date, show: Show = mask_phone, id_number: str = "") -> CustomerFile:
    """`customer` comes from `queries.get_whole_customer`; `show` prints a telephone number."""
    return CustomerFile(
        customer=customer,
        code=customer.code,
        id_number=id_number or customer.id_masked,
        facts=[_history(customer, field) for field in facts.fields_of(customer.kind)],
        units=_parted(_by_unit(customer.occupancies), day, lambda each: _unit_line(each, customer.id)),
        people=_parted(customer.members, day, lambda each: _person_line(each, show, customer.id)),
        phones=_parted(customer.phones, day, lambda each: _phone_line(each, show, customer.id)),
        contacts=_parted(customer.emergency_contacts, day, lambda each: _contact_line(each, show, customer.id)),
        vehicles=_parted(customer.vehicles, day, lambda each: _vehicle_line(each, customer.id)),
    )


def _origin(part: Any, customer_id: int) -> str:
    return "" if part.customer_id == customer_id else file_code(part.customer_id)


def _parted(things: Iterable[Any], day: date, line: Callable[[Any], Line]) -> Parted[Line]:
    """What begins later counts as true: it is listed with its first day."""
    live: list[Line] = []
    ended: list[Line] = []
    for thing in things:
        (ended if thing.ends and thing.ends <= day else live).append(line(thing))
    return Parted(live, ended)


def _by_unit(occupancies: Iterable[Occupancy]) -> list[Occupancy]:
    return sorted(occupancies, key=lambda occupancy: (occupancy.unit.use is UnitUse.parking, occupancy.unit.sort_key))


def _history(customer: Customer, field: FactField) -> FactHistory:
    own = [fact for fact in customer.facts if fact.field is field]
    present = next((fact for fact in own if fact.present), None)
    old = sorted((fact for fact in own if not fact.present), key=lambda fact: fact.id, reverse=True)
    return FactHistory(
        field=field,
        title=str(FACT_TITLES[field]),
        value=shown_value(field, facts.present_text(customer, field)),
        present=_fact_line(present) if present else None,
        old=[_fact_line(fact) for fact in old],
    )


def shown_value(field: FactField, text: str) -> str:
    return str(SEX_TITLES[Sex(text)]) if field is FactField.sex and text else text


def _fact_line(fact: Fact) -> FactLine:
    return FactLine(
        value=shown_value(fact.field, fact.value),
        starts=fact.starts,
        ends=fact.ends,
        source=str(SOURCE_TITLES[fact.source]),
        confirmed_by=fact.confirmed_by,
        corrected=fact.corrected_by_id is not None,
    )


def _unit_line(occupancy: Occupancy, customer_id: int) -> UnitLine:
    unit = occupancy.unit
    return UnitLine(
        id=occupancy.id,
        unit_id=unit.id,
        label=unit.label,
        use=str(USE_TITLES[unit.use]),
        parking=unit.use is UnitUse.parking,
        built_area=unit.built_area,
        role=str(ROLE_TITLES[occupancy.role]),
        share=occupancy.share,
        starts=occupancy.starts,
        ends=occupancy.ends,
        origin=_origin(occupancy, customer_id),
    )


def _person_line(member: Member, show: Show, customer_id: int) -> PersonLine:
    return PersonLine(
        id=member.id,
        name=member.name,
        role=str(MEMBER_TITLES[member.role]),
        sex=str(SEX_TITLES[member.sex]) if member.sex else "",
        id_number=member.id_masked,
        phone=show(member.phone) if member.phone else "",
        starts=member.starts,
        ends=member.ends,
        origin=_origin(member, customer_id),
    )


def _phone_line(phone: Phone, show: Show, customer_id: int) -> PhoneLine:
    return PhoneLine(
        id=phone.id,
        number=show(phone.digits),
        note=phone.note,
        source=str(SOURCE_TITLES[phone.source]),
        starts=phone.starts,
        ends=phone.ends,
        verified_on=phone.verified_on,
        verified_by=phone.verified_by,
        origin=_origin(phone, customer_id),
    )


def _contact_line(contact: EmergencyContact, show: Show, customer_id: int) -> ContactLine:
    return ContactLine(
        id=contact.id,
        name=contact.name,
        relation=contact.relation,
        phone=show(contact.phone),
        position=contact.position,
        holds_spare_key=contact.holds_spare_key,
        ends=contact.ends,
        origin=_origin(contact, customer_id),
    )


def _vehicle_line(vehicle: Vehicle, customer_id: int) -> VehicleLine:
    return VehicleLine(
        id=vehicle.id,
        plate=vehicle.plate,
        brand=vehicle.brand,
        kind=vehicle.kind,
        colour=vehicle.colour,
        ends=vehicle.ends,
        origin=_origin(vehicle, customer_id),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A customer in a unit: what the unit's page and card say of them."""

    customer_id: int
    name: str
    code: str
    role: str
    share: Decimal | None
    phone: str
    verified_on: date | None
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCard:
    unit: Unit
    use: str
    people: Parted[Resident]
    parking: Sequence[Any]  # rows (id, label, name) of the residents' parking spaces


def unit_card(unit: Unit, day: date, *, with_people: bool) -> UnitCard:
    """`with_people` is False for whoever may see the unit but not the customers."""
    occupancies = queries.occupancies_of_unit(unit.id) if with_people else []
    people = _parted(_each_once(occupancies), day, lambda occupancy: _resident(occupancy, day))
    parking = queries.parking_of([resident.customer_id for resident in people.now], day)
    return UnitCard(
        unit=unit,
        use=str(USE_TITLES[unit.use]),
        people=people,
        parking=[] if unit.use is UnitUse.parking else parking,
    )


def _each_once(occupancies: Iterable[Occupancy]) -> Iterable[Occupancy]:
    """A customer whose merged files stand in the unit with the same role is listed once, as the first of them."""
    found: dict[tuple[int, OccupancyRole, bool], Occupancy] = {}
    for each in occupancies:
        found.setdefault((each.customer.id, each.role, each.ends is None), each)
    return found.values()


def _resident(occupancy: Occupancy, day: date) -> Resident:
    customer = occupancy.customer
    phone = next((phone for phone in customer.phones if phone.lasts_on(day)), None)
    return Resident(
        customer_id=customer.id,
        name=customer.name,
        code=customer.code,
        role=str(ROLE_TITLES[occupancy.role]),
        share=occupancy.share,
        phone=mask_phone(phone.digits) if phone else "",
        verified_on=phone.verified_on if phone else None,
        starts=occupancy.starts,
        ends=occupancy.ends,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One emergency contact; `contact` is "" where the people of the unit have named none."""

    unit: str
    customer: str
    contact: str
    relation: str
    phone: str
    position: int | None
    holds_spare_key: bool


def emergency_sheet(building_id: int, day: date, show: Show = mask_phone) -> list[SheetLine]:
    """Somebody with two roles in a unit stands there once."""
    households = list(dict.fromkeys(tuple(row) for row in queries.households_of_building(building_id, day)))
    contacts = queries.emergency_contacts_of([customer_id for _unit, customer_id, _name in households], day)
    return [
        _sheet_line(unit, name, contact, show)
        for unit, customer_id, name in households
        for contact in contacts.get(customer_id, [None])
    ]


def _sheet_line(unit: str, customer: str, contact: EmergencyContact | None, show: Show) -> SheetLine:
    return SheetLine(
        unit=unit,
        customer=customer,
        contact=contact.name if contact else "",
        relation=contact.relation if contact else "",
        phone=show(contact.phone) if contact else "",
        position=contact.position if contact else None,
        holds_spare_key=bool(contact and contact.holds_spare_key),
    )
