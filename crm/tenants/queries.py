"""Lists and look-ups of customers, kept inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.auth.actor import within
from crm.db import session
from crm.lists.holding import holding
from crm.properties.models import Estate, Unit, UnitUse
from crm.properties.queries import in_chosen_estate
from crm.tenants.filing import SUBJECT
from crm.tenants.models import (
    Customer,
    EmergencyContact,
    Member,
    Occupancy,
    Phone,
    Supplement,
    Vehicle,
    in_one_file,
)

# A file beside the customer whose it is, and one whose rows are asked for: each made once, it takes a millisecond.
File, Held, Own = aliased(Customer), aliased(Customer), aliased(Customer)
Merged = aliased(Customer)
LASTING = (Customer.phones, Customer.members, Customer.emergency_contacts, Customer.vehicles)


def lasts_on(table: Any, day: date) -> ColumnElement[bool]:
    """The rows of a lasting thing that are true on `day`."""
    return and_(or_(table.starts.is_(None), table.starts <= day), or_(table.ends.is_(None), table.ends > day))


def in_file(part: Any, customer_id: Any = Customer.id) -> ColumnElement[bool]:
    """The rows of the customer's whole file, merged files included: `in_file(Phone.customer_id)`."""
    held: ColumnElement[bool] = part.in_(select(Held.id).where(in_one_file(Held, customer_id)).correlate_except(Held))
    return held


def has_part(part: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the customer asked about: such a row, or of a file merged into it; each found by its index."""
    held = exists().where(*conditions)
    own = held.where(part.customer_id == Customer.id).correlate_except(part)
    theirs = held.where(part.customer_id == Merged.id, Merged.merged_into_id == Customer.id)
    return or_(own, theirs.correlate_except(part, Merged))


def files_holding(text: str) -> Select[int]:
    """Ids of the files of whoever is called so, merged ones included; asked for once, as `units_holding`."""
    return select(Held.id).join(Own, Own.id == Held.kept_id).where(holding(text, Own.name))


def in_same_file(part: Any, customer_id: Any) -> ColumnElement[bool]:
    """As `in_file`, of a customer whose own file may have been merged into another since."""
    kept = select(Own.kept_id).where(Own.id == customer_id).correlate_except(Own).scalar_subquery()
    return in_file(part, kept)


def files_of(customer_ids: Sequence[int]) -> dict[int, int]:
    """Every file of these customers, own and merged -> the customer whose it is."""
    found = select(Customer.id, Customer.kept_id).where(Customer.kept_id.in_(customer_ids))
    likely = or_(Customer.id.in_(customer_ids), Customer.merged_into_id.in_(customer_ids))
    return {row.id: row.kept_id for row in session().execute(found.where(likely))}


def kept_ids(customer_ids: Sequence[int]) -> set[int]:
    """The customers whose files these are."""
    return set(session().scalars(select(Customer.kept_id).where(Customer.id.in_(customer_ids))))


def get_customer(customer_id: int, *parts: InstrumentedAttribute[Any]) -> Customer:
    """Of a merged file the one that was kept. 404 outside the person's estates, as every `get_` here does."""
    found = select(Customer).where(Customer.id == _kept(customer_id), within(Customer.estate_id))
    loaded = found.options(joinedload(Customer.estate), *(selectinload(part) for part in parts))
    return session().scalars(loaded).one_or_none() or abort(404)


def _kept(customer_id: int) -> Any:
    found = select(File.kept_id).where(File.id == customer_id)
    return found.correlate(None).scalar_subquery()  # also where the query around it joins `File`


def get_whole_customer(customer_id: int) -> Customer:
    """The customer as whom the file is found, with everything the 360° page shows."""
    return session().scalars(whole_files().where(Customer.id == _kept(customer_id))).one_or_none() or abort(404)


def whole_files() -> Select[Customer]:
    """Files with all that hangs on them; the number of queries does not depend on how much that is."""
    whole = [selectinload(part) for part in (*LASTING, Customer.facts, Customer.merged_files)]
    lived_in = selectinload(Customer.occupancies).joinedload(Occupancy.unit)
    return select(Customer).where(within(Customer.estate_id)).options(joinedload(Customer.estate), lived_in, *whole)


def get_part(table: type[Any], part_id: int) -> Any:
    """A phone, member, emergency contact, vehicle or occupancy of a customer the person may see."""
    found = select(table).join(Customer, Customer.id == table.customer_id)
    return session().scalars(found.where(table.id == part_id, within(Customer.estate_id))).one_or_none() or abort(404)


def occupancies_of_unit(unit_id: int) -> Sequence[Occupancy]:
    """Everybody ever in the unit: those living there first, then by beginning."""
    found = select(Occupancy).where(Occupancy.unit_id == unit_id)
    whole = found.options(joinedload(Occupancy.customer).selectinload(Customer.phones))
    return session().scalars(whole.order_by(Occupancy.ends.is_not(None), Occupancy.starts.desc(), Occupancy.id)).all()


def owners_share(unit_id: int, day: date, besides: int | None = None) -> Any:
    """The sum of the owners' shares in the unit on `day`, in per cent."""
    held = select(func.coalesce(func.sum(Occupancy.share), 0)).where(Occupancy.unit_id == unit_id)
    return session().scalar(held.where(lasts_on(Occupancy, day), Occupancy.id != (besides or 0)))


def supplements_of(customer_id: int) -> Sequence[Supplement]:
    found = select(Supplement).where(in_file(Supplement.customer_id, customer_id))
    return session().scalars(found.order_by(Supplement.id.desc())).all()


def customers(day: date) -> Select[*tuple[Any, ...]]:
    """Each customer with the labels of today's units and the first phone; merged files are none."""
    return (
        select(
            Customer.id,
            Customer.name,
            Customer.kind,
            Customer.registered_on,
            Estate.name.label("estate"),
            labels(day).label("units"),
            phone_of(day).label("phone"),
            _first_phone(day, Phone.verified_on).label("verified_on"),
        )
        .join(Estate, Estate.id == Customer.estate_id)
        .where(in_chosen_estate(Customer.estate_id), Customer.merged_into_id.is_(None))
    )


def left_on() -> Any:
    """Of the customer asked about: the last day on which a tie to a unit ended."""
    last = select(func.max(Occupancy.ends)).where(in_file(Occupancy.customer_id))
    return last.correlate(Customer).scalar_subquery()


def moved_out(day: date) -> Select[*tuple[Any, ...]]:
    """Customers who have no unit any more, with the day from which on, whose dossier is still open."""
    ended = select(File.kept_id).join(Occupancy, Occupancy.customer_id == File.id).where(Occupancy.ends <= day)
    theirs = in_file(Occupancy.customer_id)
    has_one = exists().where(theirs, or_(Occupancy.ends.is_(None), Occupancy.ends > day)).correlate(Customer)
    return (
        select(
            Customer.id,
            Customer.name,
            Dossier.id.label("dossier_id"),
            Dossier.code,
            Estate.name.label("estate"),
            left_on().label("left_on"),
        )
        .join(Dossier, and_(Dossier.subject_kind == SUBJECT, Dossier.subject_id == Customer.id))
        .join(Estate, Estate.id == Customer.estate_id)
        .where(Customer.id.in_(ended), ~has_one, Dossier.state == DossierState.open)
        .where(in_chosen_estate(Customer.estate_id), Customer.merged_into_id.is_(None))
    )


def of_dossiers(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Customers' dossiers with every file that is the customer's, own or merged, as `File`: for what hangs on one."""
    whose = and_(Dossier.subject_kind == SUBJECT, in_one_file(File, Dossier.subject_id))
    return select(*columns).select_from(Dossier).join(File, whose)


def labels(day: date) -> Any:
    """Of the units of the customer asked about, on `day`, in one text."""
    labels = (
        select(Unit.label)
        .join(Occupancy, Occupancy.unit_id == Unit.id)
        .where(in_file(Occupancy.customer_id), lasts_on(Occupancy, day))
        .correlate(Customer)
        .distinct()
        .order_by(Unit.label)
        .subquery()
    )
    joined = func.aggregate_strings(labels.c.label, "、")
    return select(joined).select_from(labels).scalar_subquery()


def phone_of(day: date) -> Any:
    """The first telephone of the customer asked about, on `day`: to be masked where it is shown."""
    return _first_phone(day, Phone.digits)


def _first_phone(day: date, column: InstrumentedAttribute[Any]) -> Any:
    numbers = select(column).where(in_file(Phone.customer_id), lasts_on(Phone, day))
    return numbers.order_by(Phone.position, Phone.id).limit(1).correlate(Customer).scalar_subquery()


def first_number_of(customer_id: int, day: date) -> str:
    """The first telephone in the customer's whole file; "" where there is none."""
    held = select(Phone.digits).join(Customer, Customer.id == customer_id)
    mine = held.where(in_file(Phone.customer_id, Customer.kept_id), lasts_on(Phone, day))
    return session().scalar(mine.order_by(Phone.position, Phone.id).limit(1)) or ""


def units_of(customer_id: int, day: date) -> dict[int, str]:
    """The customer's units on `day`: id -> label."""
    held = select(Unit.id, Unit.label).join(Occupancy, Occupancy.unit_id == Unit.id).distinct()
    mine = held.where(in_file(Occupancy.customer_id, customer_id), lasts_on(Occupancy, day), within(Unit.estate_id))
    return {row.id: row.label for row in session().execute(mine.order_by(Unit.label, Unit.id))}


def households_of_building(building_id: int, day: date) -> Sequence[Any]:
    """Who has which unit of the building: (unit label, customer id, name), in the order of the units."""
    listed = (
        select(Unit.label, Customer.id, Customer.name)
        .join(Occupancy, and_(Occupancy.unit_id == Unit.id, lasts_on(Occupancy, day)))
        .join(File, File.id == Occupancy.customer_id)
        .join(Customer, Customer.id == File.kept_id)
        .where(Unit.building_id == building_id, within(Unit.estate_id))
        .order_by(Unit.sort_key, Customer.id)
    )
    return session().execute(listed).all()


def emergency_contacts_of(customer_ids: Sequence[int], day: date) -> dict[int, list[EmergencyContact]]:
    """The live ones of each customer, in the order of calling."""
    owner = files_of(customer_ids)
    found = select(EmergencyContact).where(EmergencyContact.customer_id.in_(owner), lasts_on(EmergencyContact, day))
    contacts: dict[int, list[EmergencyContact]] = {}
    for contact in session().scalars(found.order_by(EmergencyContact.position, EmergencyContact.id)):
        contacts.setdefault(owner[contact.customer_id], []).append(contact)
    return contacts


def others_with_phone(digits: Sequence[str], besides: int, day: date) -> Sequence[Any]:
    """Who else is reached by one of these numbers: (customer id, name, unit labels)."""
    if not digits:
        return []
    shared = select(File.kept_id).join(Phone, Phone.customer_id == File.id)
    shared = shared.where(Phone.digits.in_(digits), lasts_on(Phone, day))
    listed = select(Customer.id, Customer.name, labels(day).label("units"))
    found = listed.where(Customer.id.in_(shared), Customer.id != besides, within(Customer.estate_id))
    return session().execute(found.order_by(Customer.name).limit(10)).all()


def similar_customers(estate_id: int, name: str, phone: str, numbers: Mapping[str, str]) -> Sequence[Any]:
    """Files of the estate that may be the same customer: name and phone agree, or an ID number or credit code does.

    `numbers` holds `id_index` and `credit_code`, as far as they are known.
    """
    alike = [getattr(File, column) == value for column, value in numbers.items() if value]
    if phone:
        reached = select(Phone.customer_id).where(Phone.digits == phone, Phone.ends.is_(None))
        alike.append((File.name == name) & File.id.in_(reached))
    if not alike:
        return []
    known = select(File.kept_id).where(File.estate_id == estate_id, or_(*alike))
    listed = select(Customer.id, Customer.name, Customer.registered_on)
    found = listed.where(Customer.id.in_(known), within(Customer.estate_id))
    return session().execute(found.order_by(Customer.id).limit(10)).all()


def parking_of(customer_ids: Sequence[int], day: date) -> Sequence[Any]:
    """The parking spaces these customers have on `day`: (id, label, customer's name)."""
    if not customer_ids:
        return []
    held = (
        select(Unit.id, Unit.label, Customer.name)
        .join(Occupancy, Occupancy.unit_id == Unit.id)
        .join(File, File.id == Occupancy.customer_id)
        .join(Customer, Customer.id == File.kept_id)
        .where(Customer.id.in_(customer_ids), lasts_on(Occupancy, day), Unit.use == UnitUse.parking)
        .distinct()
        .order_by(Unit.label, Customer.name)
    )
    return session().execute(held).all()


def documents(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the search index knows of each customer: a handful of queries for any number of customers.

    A merged file is found as the customer it was merged into; of itself nothing is known.
    """
    owner = files_of(ids)
    found: dict[int, dict[str, Any]] = {}
    own = select(
        Customer.id, Customer.estate_id, Customer.name, Customer.id_index, Customer.source_number, Customer.credit_code
    )
    rows = session().execute(own.where(Customer.id.in_(owner)).order_by(Customer.merged_into_id.is_not(None)))
    for key, estate_id, name, *numbers in rows:
        known = found.setdefault(
            owner[key],
            {"estate_id": estate_id, "names": [], "ids": [], "phones": [], "plates": [], "units": [], "codes": []},
        )
        for place, value in zip(("names", "ids", "codes", "codes"), (name, *numbers), strict=True):
            known[place] += [value] if value else []
    for place, customer_id, value in _parts_found_by(owner):
        found[owner[customer_id]][place].append(value)
    return found


def _parts_found_by(file_ids: Collection[int]) -> Iterator[tuple[str, int, str]]:
    """Where it belongs in a document, the file it stands in, and the text."""
    for part, texts in (
        (Phone, {"phones": Phone.digits}),
        (Member, {"names": Member.name, "phones": Member.phone, "ids": Member.id_index}),
        (EmergencyContact, {"names": EmergencyContact.name, "phones": EmergencyContact.phone}),
        (Vehicle, {"plates": Vehicle.plate}),
    ):
        written = select(part.customer_id, *texts.values())
        live = written.where(part.customer_id.in_(file_ids), part.ends.is_(None))
        rows: Sequence[Any] = session().execute(live).all()
        for key, *values in rows:
            yield from ((place, key, value) for place, value in zip(texts, values, strict=True) if value)
    lived_in = select(Occupancy.customer_id, Unit.label).join(Unit, Unit.id == Occupancy.unit_id)
    now = lived_in.where(Occupancy.customer_id.in_(file_ids), Occupancy.ends.is_(None))
    yield from (("units", key, label) for key, label in session().execute(now).all())
