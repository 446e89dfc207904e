"""The verbs of a customer's file. Each records what happened; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.identity import mask_id_number
from crm.phones import mask_phone
from crm.properties.models import Building, Unit
from crm.secrecy import blind_index, seal, unseal
from crm.tenants import events, facts, queries
from crm.tenants.models import (
    Customer,
    CustomerKind,
    EmergencyContact,
    FactField,
    Member,
    Occupancy,
    OccupancyRole,
    Phone,
    Source,
    Supplement,
    SupplementKind,
    Vehicle,
)

WHOLE = Decimal(100)  # per cent
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)


def register(
    estate_id: int, kind: CustomerKind, values: Mapping[FactField, Any], *, source: Source, confirmed_by: str = ""
) -> Customer:
    """Open a customer's file with its first facts."""
    columns: dict[str, Any] = {}
    for field, value in values.items():
        columns |= facts.columns_of(field, value)
    customer = Customer(estate_id=estate_id, kind=kind, registered_on=business_day(), phones=[], **columns)
    session().add(customer)
    session().flush()
    session().add_all(facts.first_facts(customer, values, source, confirmed_by))
    record(events.CustomerRegistered(customer_id=customer.id, estate_id=estate_id, name=customer.name))
    return customer


def supplement(
    customer: Customer,
    kind: SupplementKind,
    effective_on: date,
    values: Mapping[FactField, Any],
    *,
    source: Source,
    confirmed_by: str,
    reason: str = "",
    upload: Upload | None = None,
) -> Supplement:
    """资料补充: change or correct facts from a day on. Raises `DomainError` when nothing differs."""
    differing = {field: value for field, value in values.items() if facts.differs(customer, field, value)}
    if not differing:
        raise DomainError(_("Nothing was changed: every value is as it stands in the file."))
    if FactField.name in differing and not differing[FactField.name]:
        raise DomainError(_("A customer needs a name."))
    made = Supplement(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        kind=kind,
        effective_on=effective_on,
        source=source,
        confirmed_by=confirmed_by,
        reason=reason,
        upload_id=upload.id if upload else None,
        recorded_by=g.actor.name,
        recorded_at=utc_now(),
    )
    _add(made)
    changes, added = facts.amend(customer, made, differing)
    session().add_all(added)
    record(_supplemented(made, changes))
    return made


def _supplemented(made: Supplement, changes: dict[str, list[str]]) -> events.CustomerSupplemented:
    return events.CustomerSupplemented(
        customer_id=made.customer_id,
        supplement_id=made.id,
        estate_id=made.estate_id,
        kind=made.kind.value,
        effective_on=made.effective_on,
        confirmed_by=made.confirmed_by,
        changes=changes,
    )


def set_remark(customer: Customer, text: str) -> None:
    if text != customer.remark:
        event = events.RemarkChanged(
            customer_id=customer.id, estate_id=customer.estate_id, old=customer.remark, new=text
        )
        customer.remark = text
        record(event)


def add_phone(
    customer: Customer, digits: str, *, source: Source, note: str = "", verified_on: date | None = None
) -> Phone:
    """`customer.phones` must be loaded; a number that stands there already is refused."""
    live = [phone for phone in customer.phones if phone.ends is None]
    if any(phone.digits == digits for phone in live):
        raise DomainError(_("This number stands in the file already."))
    phone = Phone(
        customer_id=customer.id,
        digits=digits,
        note=note,
        position=len(live) + 1,
        source=source,
        starts=business_day(),
        verified_on=verified_on,
        verified_by=g.actor.name if verified_on else "",
        recorded_at=utc_now(),
    )
    _add(phone)
    record(events.PhoneAdded(customer_id=customer.id, phone_id=phone.id, masked=mask_phone(digits)))
    return phone


def verify_phone(phone: Phone) -> None:
    """Somebody reached the customer under this number today."""
    phone.verified_on, phone.verified_by = business_day(), g.actor.name
    record(events.PhoneVerified(customer_id=phone.customer_id, phone_id=phone.id, masked=mask_phone(phone.digits)))


def end_phone(phone: Phone) -> None:
    _end(phone)
    record(events.PhoneEnded(customer_id=phone.customer_id, phone_id=phone.id, masked=mask_phone(phone.digits)))


def add_member(customer: Customer, *, id_number: str = "", **given: Any) -> Member:
    sealed = {
        "id_number": seal(id_number) if id_number else None,
        "id_index": blind_index(id_number) if id_number else None,
        "id_masked": mask_id_number(id_number) if id_number else "",
    }
    member = Member(customer_id=customer.id, starts=business_day(), **sealed, **given)
    _add(member)
    record(events.MemberAdded(customer_id=customer.id, member_id=member.id, name=member.name, role=member.role.value))
    return member


def end_member(member: Member) -> None:
    _end(member)
    record(events.MemberLeft(customer_id=member.customer_id, member_id=member.id, name=member.name))


def add_emergency_contact(customer: Customer, **given: Any) -> EmergencyContact:
    contact = EmergencyContact(customer_id=customer.id, starts=business_day(), **given)
    _add(contact)
    record(events.EmergencyContactAdded(customer_id=customer.id, emergency_contact_id=contact.id, name=contact.name))
    return contact


def end_emergency_contact(contact: EmergencyContact) -> None:
    _end(contact)
    record(
        events.EmergencyContactEnded(
            customer_id=contact.customer_id, emergency_contact_id=contact.id, name=contact.name
        )
    )


def add_vehicle(customer: Customer, **given: Any) -> Vehicle:
    vehicle = Vehicle(customer_id=customer.id, starts=business_day(), **given)
    _add(vehicle)
    record(events.VehicleAdded(customer_id=customer.id, vehicle_id=vehicle.id, plate=vehicle.plate))
    return vehicle


def end_vehicle(vehicle: Vehicle) -> None:
    _end(vehicle)
    record(events.VehicleEnded(customer_id=vehicle.customer_id, vehicle_id=vehicle.id, plate=vehicle.plate))


def begin_occupancy(
    customer: Customer,
    unit: Unit,
    role: OccupancyRole,
    starts: date | None,
    *,
    share: Decimal | None = None,
    source: Source = Source.counter,
) -> Occupancy:
    """Bind the customer to the unit. Owners' shares must not exceed 100 %."""
    if unit.estate_id != customer.estate_id:
        raise DomainError(_("The unit and the customer belong to different estates."))
    day = starts or business_day()
    for other in queries.occupancies_of_unit(unit.id):
        if other.customer.id == customer.id and other.role is role and other.lasts_on(day):
            raise DomainError(_("The customer has this role in the unit already."))
    if share and role in OWNERS and queries.owners_share(unit.id, day) + share > WHOLE:
        raise DomainError(_("The owners' shares would exceed the whole. Look at the other owners' shares first."))
    occupancy = Occupancy(
        estate_id=unit.estate_id,
        unit_id=unit.id,
        customer_id=customer.id,
        role=role,
        share=share,
        starts=starts,
        source=source,
        recorded_at=utc_now(),
    )
    _add(occupancy)
    record(
        events.OccupancyBegan(
            customer_id=customer.id, unit_id=unit.id, occupancy_id=occupancy.id, role=role.value, starts=starts
        )
    )
    return occupancy


def end_occupancy(occupancy: Occupancy, ends: date) -> None:
    """`ends` is the first day on which it is no longer true."""
    if occupancy.ends is not None:
        raise DomainError(_("This has ended already."))
    if occupancy.starts and ends <= occupancy.starts:
        raise DomainError(_("The last day must lie after the first, %(day)s.", day=occupancy.starts.isoformat()))
    occupancy.ends = ends
    record(
        events.OccupancyEnded(
            customer_id=occupancy.customer_id, unit_id=occupancy.unit_id, occupancy_id=occupancy.id, ends=ends
        )
    )


def reveal_id_number(customer: Customer, reason: str) -> str:
    _record_reveal(customer, "id_number", reason)
    return unseal(customer.id_number) if customer.id_number else ""


def reveal_phone(customer: Customer, phone: Phone, reason: str) -> str:
    _record_reveal(customer, f"phone {mask_phone(phone.digits)}", reason)
    return phone.digits


def reveal_persons_phone(customer: Customer, person: Member | EmergencyContact, reason: str) -> str:
    _record_reveal(customer, f"{person.name} {mask_phone(person.phone)}", reason)
    return person.phone


def reveal_phones(customer: Customer, day: date, reason: str) -> None:
    """Note for every number that is true on that day, the customer's own and their people's, that it was shown."""
    for phone in customer.phones:
        if phone.lasts_on(day):
            reveal_phone(customer, phone, reason)
    people: list[Member | EmergencyContact] = [*customer.members, *customer.emergency_contacts]
    for person in people:
        if person.phone and person.lasts_on(day):
            reveal_persons_phone(customer, person, reason)


def print_emergency_contacts(building: Building, contacts: int) -> None:
    """Note that the sheet with the numbers in full was printed."""
    record(events.EmergencyContactsPrinted(building_id=building.id, estate_id=building.estate_id, contacts=contacts))


def _record_reveal(customer: Customer, what: str, reason: str) -> None:
    record(events.NumberRevealed(customer_id=customer.id, estate_id=customer.estate_id, what=what, reason=reason))


def _add(thing: Any) -> None:
    session().add(thing)
    session().flush()


def _end(thing: Any) -> None:
    """From today on it is no longer true; what began today has then never been."""
    if thing.ends is not None:
        raise DomainError(_("This has ended already."))
    thing.ends = business_day()
