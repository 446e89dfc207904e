"""Notices with their households, as they stand in the database; and many who live in an estate."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.correspondence.audience.chosen import Audience
from crm.correspondence.letters.models import (
    Direction,
    FileRole,
    Letter,
    LetterBatch,
    LetterDelivery,
    LetterFile,
    LetterState,
    LetterStep,
)
from crm.correspondence.notices.models import (
    Notice,
    NoticeDelivery,
    NoticeHousehold,
    NoticeState,
    NoticeStep,
    Reach,
)
from crm.correspondence.notices.service import Draft
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.wordings.models import Wording, WordingKind
from crm.db import open_session
from crm.properties.models import Estate, Unit, sort_key
from crm.tenants.models import Customer
from tests import factories as make
from tests.repairs.making import kept, user_called

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
BODY = "尊敬的{name}：\n\n{begins}起，{unit}因{reason}停水。{estate}客户服务中心 {phone}"
FACTS = {"begins": "11月28日9时", "reason": "水泵检修"}
serials = count(1)


def drafted(estate: Estate, **given: Any) -> Draft:
    """As somebody types it: to everybody of the estate."""
    facts: dict[str, Any] = {
        "audience": Audience(estate_id=estate.id),
        "kind": "outage",
        "subject": "停水通知",
        "body": BODY,
        "facts": FACTS,
    }
    return Draft(**(facts | given))


def make_notice(estate: Estate, state: NoticeState = NoticeState.issued, **given: Any) -> Notice:
    """About the water; with the one step of its draft, no household yet."""
    issued: dict[str, Any] = {}
    if state not in (NoticeState.draft, NoticeState.dropped):
        number = make.make_number("通知", f"通{next(serials):05d}-")
        issued = {"number_id": number.id, "number": number.text, "issued_at": NOW, "issued_by": "周慧"}
        issued |= {"issued_by_id": user_called("zhouhui").id}
    facts = {
        "kind": "outage",
        "subject": "停水通知",
        "body": BODY,
        "facts": FACTS,
        "audience": Audience(estate_id=estate.id).plain(),
        "drafted_by_id": user_called("limin").id,
        "drafted_by": "李敏",
        "drafted_at": NOW,
    }
    notice = kept(Notice(estate_id=estate.id, state=state, **(facts | issued | given)))
    kept(NoticeStep(notice_id=notice.id, action="draft", to_state=notice.state, taken_by="李敏", taken_at=NOW))
    return notice


def make_household(notice: Notice, customer: Customer | None = None, unit: Unit | None = None, **given: Any) -> Any:
    with open_session() as db:
        estate = db.get_one(Estate, notice.estate_id)
        last = len(db.scalars(select(NoticeHousehold.id).filter_by(notice_id=notice.id)).all())
    unit = unit or make.make_unit(estate)
    customer = customer or make.make_customer(estate, unit=unit)
    facts = {
        "position": last + 1,
        "unit_id": unit.id,
        "customer_id": customer.id,
        "name": customer.name,
        "label": unit.label,
        "subject": "停水通知",
        "body": f"尊敬的{customer.name}：\n\n11月28日9时起停水。",
    }
    with open_session() as db:
        db.get_one(Notice, notice.id).households = last + 1
        db.commit()
    return kept(NoticeHousehold(notice_id=notice.id, **(facts | given)))


def make_delivery(household: NoticeHousehold, reach: Reach = Reach.mailbox, **given: Any) -> NoticeDelivery:
    facts = {"reach": reach, "worked": True, "noted_by": "李敏", "noted_at": NOW}
    return kept(NoticeDelivery(notice_household_id=household.id, **(facts | given)))


def make_told(estate: Estate) -> Notice:
    """Issued to one household that is unreached."""
    notice = make_notice(estate, reach_by=date(2026, 11, 28))
    make_household(notice)
    return notice


def make_wording(kind: WordingKind = WordingKind.notice, **given: Any) -> Wording:
    facts = {"name": f"停水{next(serials)}", "subject": "停水通知", "body": BODY}
    return kept(Wording(kind=kind, **(facts | given)))


def make_letter(estate: Estate, **given: Any) -> Letter:
    number = make.make_number("发文", f"发{next(serials):05d}-")
    facts = {
        "number_id": number.id,
        "number": number.text,
        "direction": Direction.outgoing,
        "kind": "other",
        "party": "街道办事处",
        "dated_on": date(2026, 11, 24),
        "subject": "关于装修管理的函",
        "state": LetterState.registered,
        "registered_by": "李敏",
        "registered_at": NOW,
    }
    return kept(Letter(estate_id=estate.id, **(facts | given)))


def make_batch(estate: Estate) -> LetterBatch:
    """Of one letter."""
    facts = {"title": "关于装修管理的函", "letters": 1, "made_by": "李敏", "made_at": NOW}
    audience = Audience(estate_id=estate.id).plain()
    batch = kept(LetterBatch(estate_id=estate.id, audience=audience, **facts))
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    said = {"number": "发〔2026〕0001号", "subject": batch.title, "body": "请遵守装修时间。", "day": "2026-11-24"}
    said |= {"day_in_words": "2026年11月24日", "to": customer.name, "customer_code": customer.code, "unit": unit.label}
    said |= {
        "address": unit.label,
        "estate": estate.name,
        "company": "和安物业服务有限公司",
        "phone": "",
        "answers": "",
    }
    make_letter(estate, batch_id=batch.id, customer_id=customer.id, unit_id=unit.id, content=said, party="")
    return batch


def inhabited(estate: Estate, units: int, building: str = "3", **given: Any) -> list[Unit]:
    """So many units of a building, each with an owner who has an e-mail address."""
    found = []
    for number in range(units):
        unit = make.make_unit(estate, f"{building}-{1 + number % 2}-{101 + number}")
        made = {"email": f"owner{number}@example.com"} | given
        make.make_customer(estate, f"住户{building}{number:03d}", unit, **made)
        found.append(unit)
    return found


def crowd(db: Any, estate: Estate, units: int) -> None:
    """A large estate at once: each unit with its owner, in 20 buildings."""
    buildings = [make.make_building(estate, f"C{number:02d}").id for number in range(20)]
    labels = [f"C{number % 20:02d}-1-{number // 20:04d}" for number in range(units)]
    place = {"estate_id": estate.id, "use": "home", "status": "occupied", "version": 1, "zone": "", "layout": ""}
    rows = [
        {**place, "building_id": buildings[number % 20], "number": label, "label": label, "sort_key": sort_key(label)}
        for number, label in enumerate(labels)
    ]
    db.execute(Unit.__table__.insert(), [{**row, "remark": ""} for row in rows])
    ids = list(db.scalars(select(Unit.id).where(Unit.label.in_(labels)).order_by(Unit.id)))
    people = [
        Customer(estate_id=estate.id, name=f"住户{n:04d}", kind="person", registered_on=date(2024, 3, 1)) for n in ids
    ]
    db.add_all(people)
    db.flush()
    lived = {"estate_id": estate.id, "role": "owner", "source": "counter", "recorded_at": NOW}
    occupancy = make.Occupancy.__table__
    pairs = zip(ids, people, strict=True)
    db.execute(occupancy.insert(), [{**lived, "unit_id": key, "customer_id": each.id} for key, each in pairs])


def ids_of_notices(estate: Estate) -> dict[str, object]:
    """One of each thing that an address of the notices' pages names."""
    household = make_household(make_notice(estate))
    photo = make.make_upload(estate, "notice_delivery")
    return {
        "household_notice_id": household.notice_id,
        "household_id": household.id,
        "notice_delivery_id": make_delivery(household, Reach.door, upload_id=photo.id).id,
        "reach": "hand",
        "paper_size": "a4",
        "letter_batch_id": make_batch(estate).id,
    }


def leave_notices(estate: Estate) -> None:
    """One row of each append-only table."""
    ids_of_notices(estate)
    letter = make_letter(estate)
    kept(LetterStep(letter_id=letter.id, action="register", to_state=letter.state, taken_by="李敏", taken_at=NOW))
    upload = make.make_upload(estate, "letter")
    kept(LetterFile(letter_id=letter.id, upload_id=upload.id, role=FileRole.scan, added_by="李敏", added_at=NOW))
    served = {"channel": Channel.by_hand, "arrival": Arrival.delivered, "delivered_on": date(2026, 11, 24)}
    kept(LetterDelivery(letter_id=letter.id, **served, person="王", recorded_by="李敏", recorded_at=NOW))
