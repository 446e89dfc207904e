"""The demo company's archive room, its custodians, and what lies in the customers' dossiers so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

from flask import g
from sqlalchemy import select

from crm.archive.dossiers import service
from crm.archive.dossiers.arranging import code
from crm.archive.dossiers.models import Dossier, Item, TemplateSection, TemplateSlot
from crm.archive.dossiers.models.custody import CustodianRole, LocationKind
from crm.archive.dossiers.models.dossier import Stage
from crm.archive.dossiers.models.template import DossierKind, Form
from crm.archive.dossiers.service.opening import room, template_in_force
from crm.auth.actor import Actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.dates import Period, months_later, telling, utc_now
from crm.db import session
from crm.demo.cast import CAST
from crm.demo.place import Place
from crm.tenants.filing import SUBJECT, open_noted

FULL_NAMES = {member.username: member.full_name for member in CAST}
PAPERS = (  # slot, pages, how many of a hundred customers have brought it
    ("registration_form", 2, 88),
    ("convention", 4, 61),
    ("identity", 1, 83),
    ("phone_card", 1, 74),
    ("emergency_contacts", 1, 57),
    ("key_receipt", 1, 42),
)
LEFT = 240, 240, 240, 155  # months for which an identity card that is shown is still valid
APPOINTED = date(2024, 1, 2)
SHELVES = {"A柜": ("第1层", "第2层", "第3层"), "B柜": ("第1层", "第2层")}
SLOTS = "第1格", "第2格", "第3格", "第4格", "第5格", "第6格"


def store_room(users: Mapping[str, int]) -> None:
    """Cabinets and a safe; the archivist and the title custodian, named by the general manager."""
    first = room()
    for name, shelves in SHELVES.items():
        cabinet = service.add_location(LocationKind.cabinet, name, first)
        for shelf in shelves:
            service.add_location(LocationKind.shelf, shelf, cabinet)
    safe = service.add_location(LocationKind.safe, "1号保险柜", first, "只放权证")
    for slot in SLOTS:
        service.add_location(LocationKind.slot, slot, safe)
    system = g.actor
    g.actor = Actor(name=FULL_NAMES["hanbing"], permissions=frozenset(Permission), user_id=users["hanbing"])
    with telling(_since(APPOINTED)):
        for username, role in (("fengxue", CustodianRole.archivist), ("xujing", CustodianRole.title_custodian)):
            service.appoint(role, session().get_one(User, users[username]), APPOINTED)
    g.actor = system


def store(place: Place, dice: Random, _period: Period) -> None:
    """The customers' dossiers, with papers of the day they moved in."""
    open_noted(session(), _since)
    dossiers = _dossiers(place)
    slots = _slots()
    rows = [
        row
        for customer in place.part.customers
        if (found := dossiers.get(place.estate.customers[customer.key]))
        for row in _papers(found, slots, customer.name, dice)
    ]
    place.add(Item, rows)


def _dossiers(place: Place) -> dict[int, Any]:
    ids = [place.estate.customers[customer.key] for customer in place.part.customers]
    query = select(Dossier.id, Dossier.subject_id, Dossier.opened_on).where(Dossier.subject_kind == SUBJECT)
    return {row.subject_id: row for row in session().execute(query.where(Dossier.subject_id.in_(ids)))}


def _slots() -> dict[str, Any]:
    columns = TemplateSlot.id, TemplateSlot.code, TemplateSlot.title, TemplateSection.position
    joined = select(*columns, TemplateSection.id.label("section_id")).join(
        TemplateSection, TemplateSection.id == TemplateSlot.section_id
    )
    template = template_in_force(DossierKind.property)
    return {row.code: row for row in session().execute(joined.where(TemplateSection.template_id == template.id))}


def _papers(dossier: Any, slots: Mapping[str, Any], name: str, dice: Random) -> Iterator[dict[str, Any]]:
    page, places, filed_at = 0, dict[int, int](), _since(dossier.opened_on)
    for slot_code, pages, chance in PAPERS:
        if dice.random() * 100 >= chance:
            continue
        slot = slots[slot_code]
        place = places[slot.position] = places.get(slot.position, 0) + 1
        yield {
            "dossier_id": dossier.id,
            "section_id": slot.section_id,
            "slot_id": slot.id,
            "position": place,
            "code": code(slot.position, place),
            "title": slot.title,
            "responsible": name,
            "doc_no": "",
            "note": "",
            "original_no": "",
            "doc_date": dossier.opened_on,
            "pages": pages,
            "valid_until": _valid_until(dossier) if slot_code == "identity" else None,
            "sheets": -(-pages // 2),
            "page_from": page + 1,
            "page_to": page + pages,
            "form": Form.copy if slot_code == "identity" else Form.original,
            "stage": Stage.filed,
            "supplement": False,
            "added_by": FULL_NAMES["limin"],
            "added_at": filed_at,
            "filed_at": filed_at,
            "filed_by": FULL_NAMES["limin"],
            "version": 1,
        }
        page += pages


def _valid_until(dossier: Any) -> date:
    return months_later(dossier.opened_on, LEFT[dossier.id % len(LEFT)])


def _since(day: date) -> datetime:
    """10 o'clock in China, or now where that is still to come."""
    return min(datetime.combine(day, time(2), UTC), utc_now())
