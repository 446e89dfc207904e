"""Violations with what hangs on them, as they stand in the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.correspondence.letters.models import (
    Direction,
    FileRole,
    Letter,
    LetterDelivery,
    LetterFile,
    LetterState,
    LetterStep,
)
from crm.correspondence.serving.models import Arrival, Channel
from crm.db import open_session
from crm.properties.models import Estate, Unit
from crm.violations.cases.models import (
    Settlement,
    Violation,
    ViolationInspection,
    ViolationPhoto,
    ViolationPhotoStage,
    ViolationState,
    ViolationStep,
)
from crm.violations.types.models import ViolationType
from tests import factories as make
from tests.repairs.making import kept, user_called

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
DUE = date(2026, 11, 25)
S = ViolationState
UNTOLD = (S.noted, S.dropped)  # nothing was served
serials = count(1)


def type_called(name: str) -> ViolationType:
    """Of the shipped tree."""
    with open_session() as db:
        return db.scalars(select(ViolationType).filter_by(name=name).where(ViolationType.parent_id.is_not(None))).one()


def make_letter(estate: Estate, form: str = "notice", **given: Any) -> Letter:
    number = make.make_number("发文", f"发〔2026〕{next(serials):05d}号-")
    content = {
        "number": number.text,
        "form": form,
        "subject": "违规通知单",
        "body": "请立即清理。",
        "wording": "请立即清理。",
        "clause": "管理规约第十八条",
        "due_on": DUE.isoformat(),
        "place": "小区东门",
        "found": "楼道堆放纸箱",
        "found_at": "2026-11-24 09:00",
        "type": "公共秩序 · 楼道堆物",
        "to": "欧阳娜娜",
        "customer_code": "",
        "unit": "",
        "address": "",
        "estate": estate.name,
        "company": "和安物业服务有限公司",
        "phone": "",
        "answers": "",
        "day": "2026-11-24",
        "day_in_words": "2026年11月24日",
    }
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "direction": Direction.outgoing,
        "kind": "violation",
        "party": "欧阳娜娜",
        "dated_on": date(2026, 11, 24),
        "subject": "违规通知单",
        "content": content,
        "about_kind": "violation",
        "state": LetterState.registered,
        "registered_by": "李敏",
        "registered_at": NOW,
    }
    return kept(Letter(estate_id=estate.id, **(facts | given)))


def make_delivery(letter: Letter, estate: Estate, **given: Any) -> LetterDelivery:
    facts: dict[str, Any] = {
        "channel": Channel.posted_at_door,
        "arrival": Arrival.delivered,
        "delivered_on": date(2026, 11, 24),
        "upload_id": make.make_upload(estate, "violation").id,
        "recorded_by": "李敏",
        "recorded_at": NOW,
    }
    return kept(LetterDelivery(letter_id=letter.id, **(facts | given)))


def make_violation(
    estate: Estate, state: ViolationState = S.noted, unit: Unit | None = None, **given: Any
) -> Violation:
    """Boxes on the staircase, with its notice where one was served; with the one step of its noting."""
    number = make.make_number("违规", f"G26{next(serials):05d}-")
    told = state not in UNTOLD
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "building_id": unit.building_id if unit else None,
        "unit_id": unit.id if unit else None,
        "spot": "" if unit else "小区东门",
        "person": "穿红衣服的人",
        "found": "楼道堆放纸箱",
        "wording": "请把物品搬走。",
        "clause": "管理规约第十八条",
        "found_at": NOW,
        "found_by": "李敏",
        "noted_by_id": user_called("limin").id,
        "noted_by": "李敏",
        "noted_at": NOW,
        "due_on": DUE if told else None,
        "rectified_at": NOW if state is S.rectified else None,
    }
    if "type_id" not in given:
        facts["type_id"] = type_called("楼道堆物").id
    if told:
        customer_id = given.get("customer_id")
        letter = make_letter(estate, customer_id=customer_id, unit_id=facts["unit_id"])
        facts |= {"letter_id": letter.id, "served_at": NOW}
    if state in (S.settled, S.filed):
        facts |= {"settlement": Settlement.compensated, "settled_at": NOW}
    made: Violation = kept(
        Violation(estate_id=estate.id, state=S.noted if state in (S.filed, S.dropped) else state, **(facts | given))
    )
    if made.letter_id:
        _about(made)
    kept(ViolationStep(violation_id=made.id, action="note", to_state=made.state, taken_by="李敏", taken_at=NOW))
    return _ended(made, state) if made.state is not state else made


def _about(violation: Violation) -> None:
    with open_session() as db:
        db.get_one(Letter, violation.letter_id).about_id = violation.id
        db.commit()


def _ended(violation: Violation, state: ViolationState) -> Violation:
    """From then on the database lets nobody touch it."""
    with open_session() as db:
        again = db.get_one(Violation, violation.id)
        again.state = state
        db.commit()
        db.refresh(again)
        db.expunge(again)
    return again


def make_inspection(violation: Violation, *, passed: bool = False) -> ViolationInspection:
    facts: dict[str, Any] = {"words": "已经搬走" if passed else "还在", "next_on": None if passed else DUE}
    facts |= {"inspected_by": "李敏", "inspected_at": NOW}
    return kept(ViolationInspection(violation_id=violation.id, passed=passed, **facts))


def make_photo(violation: Violation, estate: Estate, stage: ViolationPhotoStage = ViolationPhotoStage.found) -> Any:
    upload = make.make_upload(estate, "violation")
    facts = {"stage": stage, "taken_by": "李敏", "taken_at": NOW}
    return kept(ViolationPhoto(violation_id=violation.id, upload_id=upload.id, **facts))


def make_deducted(estate: Estate, amount: str = "200.00") -> Violation:
    """Put right; so much was deducted for it."""
    return make_violation(estate, S.rectified, deducted=Decimal(amount))


def ids_of_violations(estate: Estate) -> dict[str, object]:
    """A violation whose notice was left at the door, of a customer in a unit, with a row in each table beside it."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    violation = make_violation(estate, S.notice_served, unit, customer_id=customer.id, person="")
    with open_session() as db:
        letter = db.get_one(Letter, violation.letter_id)
        db.expunge(letter)
    make_inspection(violation)
    kept(LetterStep(letter_id=letter.id, action="register", to_state=letter.state, taken_by="李敏", taken_at=NOW))
    file = {"role": FileRole.scan, "added_by": "李敏", "added_at": NOW}
    kept(LetterFile(letter_id=letter.id, upload_id=make.make_upload(estate, "letter").id, **file))
    make_delivery(letter, estate)
    return {
        "violation_id": violation.id,
        "violation_photo_id": make_photo(violation, estate).id,
        "violation_type_id": type_called("楼道堆物").id,
    }
