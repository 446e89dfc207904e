"""Complaints as they stand in the database, and through the product's own verbs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.complaints.cases.models import (
    About,
    Channel,
    Complaint,
    ComplaintCaller,
    ComplaintState,
    ComplaintStep,
    Outcome,
    SeverityReason,
)
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.correspondence.letters.models import Direction, Letter, LetterState, Way
from crm.db import open_session
from crm.properties.models import Estate, Unit
from tests import factories as make
from tests.repairs.making import kept

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
S = ComplaintState
WARNED = ("replied", "called_back", "closed", "filed")
serials = count(1)


def kind_called(name: str) -> ComplaintCategory:
    """Of the shipped tree."""
    with open_session() as db:
        found = select(ComplaintCategory).filter_by(name=name).where(ComplaintCategory.parent_id.is_not(None))
        return db.scalars(found).one()


def make_case(estate: Estate, state: ComplaintState = S.received, unit: Unit | None = None, **given: Any) -> Complaint:
    """Noise, with nobody at it; with the one step of its receipt and no caller."""
    number = make.make_number("投诉", f"T26{next(serials):05d}-")
    at: datetime = given.get("received_at", NOW)
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "building_id": unit.building_id if unit else None,
        "unit_id": unit.id if unit else None,
        "channel": Channel.phone,
        "about": About.service,
        "words": "楼上半夜很吵",
        "severity": Severity.ordinary,
        "severity_reason": SeverityReason.category,
        "received_by": "李敏",
        "received_at": at,
        "answer_due_at": datetime(2026, 11, 24, 10, tzinfo=UTC),
        "result_due_at": datetime(2026, 11, 27, 10, tzinfo=UTC),
    }
    if "category_id" not in given:
        facts["category_id"] = kind_called("噪声扰民").id
    if state is not S.received:
        facts["acknowledged_at"] = at
    if state in WARNED:
        facts |= {"replied_at": at, "reply": "已上门劝阻", "callback_due_on": date(2026, 11, 27)}
    if state in (S.closed, S.filed):
        facts |= {"closed_at": at, "cause": "neighbour", "outcome": Outcome.justified, "satisfied": True}
    if state is S.joined:
        facts["joined_to_id"] = make_case(estate).id
    case = kept(Complaint(estate_id=estate.id, state=state, **(facts | given)))
    step = {"action": "receive", "to_state": state, "level": case.level, "taken_by": "李敏", "taken_at": at}
    kept(ComplaintStep(complaint_id=case.id, **step))
    return case


def make_caller(case: Complaint, **given: Any) -> ComplaintCaller:
    facts: dict[str, Any] = {"name": "司马相如", "channel": Channel.phone, "noted_by": "李敏", "noted_at": NOW}
    return kept(ComplaintCaller(complaint_id=case.id, **(facts | given)))


def make_letter(estate: Estate, **given: Any) -> Letter:
    number = make.make_number("收文", "收〔2026〕")
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "direction": Direction.incoming,
        "kind": "complaint",
        "party": "司马相如",
        "dated_on": date(2026, 11, 20),
        "way": Way.post,
        "subject": "关于楼上噪声的投诉信",
        "summary": "楼上每天半夜很吵，睡不好。",
        "state": LetterState.registered,
        "registered_by": "李敏",
        "registered_at": NOW,
    }
    return kept(Letter(estate_id=estate.id, **(facts | given)))
