"""Customers whose dossiers are complete, accurate and valid, until something is changed. Wants an app context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Custody, Dossier, DossierTemplate, Item, Location, TemplateSection, TemplateSlot
from crm.archive.dossiers.models.dossier import DossierState, Mode, Stage
from crm.archive.dossiers.models.template import DossierKind, Form
from crm.dates import business_day, utc_now
from crm.db import open_session
from crm.identity import check_character, credit_check_character
from crm.properties.models import Building, Estate, Unit, UnitUse, sort_key
from crm.tenants.facts import columns_of
from crm.tenants.models import (
    Customer,
    CustomerKind,
    EmergencyContact,
    FactField,
    Occupancy,
    OccupancyRole,
    Phone,
    Sex,
    Source,
)

BORN = date(1980, 1, 2)
WANTED = ("identity", "registration_form", "phone_card", "emergency_contacts")
serials = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Ids; 0 for what was left out."""

    dossier: int
    customer: int
    unit: int
    occupancy: int
    phone: int
    contact: int
    items: Mapping[str, int]


def today() -> date:
    return business_day()


def before(days: int) -> date:
    return today() - timedelta(days=days)


def moment(days: int) -> datetime:
    """So many days ago."""
    return utc_now() - timedelta(days=days)


def clean_customer(
    estate: Estate,
    *,
    role: OccupancyRole = OccupancyRole.owner,
    share: Any = None,
    unit: Mapping[str, Any] | int | None = None,
    phone: Mapping[str, Any] | None = None,
    items: Mapping[str, Mapping[str, Any] | None] | None = None,
    dossier: Mapping[str, Any] | None = None,
    **facts: Any,
) -> File:
    """Here for years, in a home of 100 m² of their own unless `unit` is one that stands; the telephone was verified.

    `items`: what is otherwise of a document, None to leave it out.
    """
    with open_session() as db:
        customer = _kept(db, Customer(estate_id=estate.id, **(_person() | facts)))
        unit_id = unit if isinstance(unit, int) else _unit(db, estate, **(unit or {}))
        tie = {"estate_id": estate.id, "unit_id": unit_id, "customer_id": customer.id, "source": Source.counter}
        occupancy = _kept(db, Occupancy(role=role, share=share, recorded_at=utc_now(), **tie))
        number = {"digits": new_mobile(), "verified_on": before(30), "source": Source.counter} | dict(phone or {})
        called = _kept(db, Phone(customer_id=customer.id, recorded_at=utc_now(), **number))
        somebody = {"name": "欧阳志远", "relation": "父亲", "phone": new_mobile()}
        contact = _kept(db, EmergencyContact(customer_id=customer.id, **somebody))
        made = _dossier(db, estate, customer, **(dossier or {}))
        documents = {code: (items or {}).get(code, {}) for code in (*WANTED, *(items or {}))}
        lying = {code: _item(db, made, code, **facts).id for code, facts in documents.items() if facts is not None}
        db.commit()
        kept = {"phone": called.id, "contact": contact.id, "occupancy": occupancy.id}
        return File(dossier=made.id, customer=customer.id, unit=unit_id, items=lying, **kept)


def clean_company(estate: Estate, **given: Any) -> File:
    return clean_customer(estate, **(_company() | {"unit": {"use": UnitUse.office}} | given))


def _person() -> dict[str, Any]:
    number = sound_id()
    sealed = columns_of(FactField.id_number, number)
    sex = Sex.male if int(number[16]) % 2 else Sex.female
    facts = {"name": "欧阳娜娜", "sex": sex, "born": BORN, "registered_on": date(2020, 3, 1)}
    return {"kind": CustomerKind.person, **facts, **sealed}


def _company() -> dict[str, Any]:
    nobody = dict.fromkeys(("sex", "born", "id_number", "id_index"), None)
    facts = {"company_nature": "有限责任公司", "legal_representative": "陈志远", "headcount": 12}
    code = {"credit_code": sound_credit_code(), "id_masked": ""}
    return {"kind": CustomerKind.company, "name": "鑫源商贸有限公司", **nobody, **facts, **code}


def sound_id(born: date = BORN) -> str:
    first17 = f"632126{born:%Y%m%d}{next(serials) % 1000:03d}"
    return first17 + check_character(first17)


def sound_credit_code() -> str:
    first17 = f"91620102MA{next(serials):07d}"
    return first17 + credit_check_character(first17)


def new_mobile() -> str:
    return f"1390731{next(serials) + 2000:04d}"


def _unit(db: Session, estate: Estate, **given: Any) -> int:
    building = db.scalars(select(Building).filter_by(estate_id=estate.id, number="801")).one_or_none()
    building = building or _kept(db, Building(estate_id=estate.id, number="801", floors=18, sort_key=sort_key("801")))
    label = f"801-1-{next(serials):05d}"
    place = {"estate_id": estate.id, "building_id": building.id, "number": label, "label": label, "sort_key": label}
    facts = {"use": UnitUse.home, "built_area": 100, "inner_area": 80}
    unit: Unit = _kept(db, Unit(**(place | facts | given)))
    return unit.id


def new_unit(estate: Estate, **given: Any) -> int:
    with open_session() as db:
        made = _unit(db, estate, **given)
        db.commit()
    return made


def _dossier(db: Session, estate: Estate, customer: Customer, **given: Any) -> Dossier:
    template = db.scalars(select(DossierTemplate).filter_by(kind="property", state="in_force")).one()
    room = db.scalars(select(Location).order_by(Location.id)).first()
    facts = {"kind": DossierKind.property, "mode": Mode.accretive, "state": DossierState.open, "estate_id": estate.id}
    subject = {"subject_kind": "customer", "subject_id": customer.id, "code": f"801/{customer.id}"}
    opened = {"template_id": template.id, "opened_on": date(2020, 3, 1), "opened_by": "冯雪", "title": customer.name}
    made: Dossier = _kept(db, Dossier(**(facts | subject | opened | given)))
    since = {"starts_at": moment(900), "cause": "opened", "caused_by": "冯雪"}
    _kept(db, Custody(dossier_id=made.id, location_id=room.id if room else None, **since))
    return made


def _item(db: Session, dossier: Dossier, slot_code: str, **given: Any) -> Item:
    joined = select(TemplateSlot, TemplateSection.position).join(TemplateSection)
    wanted = joined.where(TemplateSection.template_id == dossier.template_id, TemplateSlot.code == slot_code)
    slot, section = db.execute(wanted).one()
    place = next(serials)
    where = {"section_id": slot.section_id, "slot_id": slot.id, "position": place, "code": f"{section}-{place:05d}"}
    form = Form.copy if slot.form is Form.copy else Form.original
    facts = {"title": slot.title, "pages": 1, "sheets": 1, "page_from": place, "page_to": place, "form": form}
    filed = {"stage": Stage.filed, "added_by": "李敏", "added_at": moment(60), "filed_at": moment(60)}
    made: Item = _kept(db, Item(dossier_id=dossier.id, filed_by="李敏", **(where | facts | filed | given)))
    return made


def file_item(dossier_id: int, slot_code: str, **given: Any) -> int:
    """Another document."""
    with open_session() as db:
        made = _item(db, db.get_one(Dossier, dossier_id), slot_code, **given)
        db.commit()
        return made.id


def _kept(db: Session, thing: Any) -> Any:
    db.add(thing)
    db.flush()
    return thing


def kept(thing: Any) -> Any:
    with open_session() as db:
        db.add(thing)
        db.commit()
        db.refresh(thing)
        db.expunge(thing)
    return thing


def change(table: Any, key: int, **values: Any) -> None:
    with open_session() as db:
        db.execute(update(table).where(table.id == key).values(**values))
        db.commit()


def drop(table: Any, key: int) -> None:
    with open_session() as db:
        db.execute(delete(table).where(table.id == key))
        db.commit()


def tie(customer_id: int, unit_id: int, role: OccupancyRole = OccupancyRole.owner, **given: Any) -> int:
    """Another tie of the customer to a unit."""
    with open_session() as db:
        estate_id = db.get_one(Unit, unit_id).estate_id
    bound = {"estate_id": estate_id, "unit_id": unit_id, "customer_id": customer_id, "role": role}
    made: Occupancy = kept(Occupancy(recorded_at=utc_now(), source=Source.counter, **(bound | given)))
    return made.id


def merge(kept_id: int, merged: File, into: int) -> None:
    """As rows: what hangs on the merged file is the kept customer's, and its dossier goes on in `into`."""
    change(Customer, merged.customer, merged_into_id=kept_id)
    change(Dossier, merged.dossier, state=DossierState.closed, continued_in_id=into)
