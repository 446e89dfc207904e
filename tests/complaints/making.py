"""Complaints with what hangs on them, as they stand in the database; and through the product's own verbs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.auth.models import Department
from crm.complaints.cases.models import (
    About,
    Channel,
    Complaint,
    ComplaintCallback,
    ComplaintCaller,
    ComplaintState,
    ComplaintStep,
    Outcome,
    SeverityReason,
)
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Caller, Complained, receive
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.db import open_session
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer
from tests import factories as make
from tests.repairs.making import kept, user_called

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
DIGITS = "13786420011"
REPLIED = ("replied", "called_back", "closed", "filed")
CLOSED = ("closed", "filed")
ASKED = ("called_back", *CLOSED)
serials = count(1)


def category_called(name: str) -> ComplaintCategory:
    """Of the shipped tree."""
    with open_session() as db:
        found = select(ComplaintCategory).filter_by(name=name).where(ComplaintCategory.parent_id.is_not(None))
        return db.scalars(found).one()


def department_called(name: str) -> int:
    with open_session() as db:
        return db.scalars(select(Department.id).filter_by(name=name)).one()


def make_case(
    estate: Estate, state: ComplaintState = ComplaintState.received, unit: Unit | None = None, **given: Any
) -> Complaint:
    """Mended too late, by the engineers; 孙浩 has it unless it is new or open again. With the one step of its receipt
    and no caller."""
    number = make.make_number("投诉", f"T27{next(serials):05d}-")
    at: datetime = given.get("received_at", NOW)
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "building_id": unit.building_id if unit else None,
        "unit_id": unit.id if unit else None,
        "spot": "" if unit else "小区东门",
        "channel": Channel.phone,
        "about": About.service,
        "words": "报修三天没人来",
        "severity": Severity.ordinary,
        "severity_reason": SeverityReason.category,
        "level": 0,
        "received_by": "李敏",
        "received_at": at,
        "answer_due_at": at + timedelta(hours=8),
        "result_due_at": at + timedelta(days=3),
    }
    if "category_id" not in given:
        facts["category_id"] = category_called("维修不及时").id
    if "about_department_id" not in given:
        facts["about_department_id"] = department_called("工程维修部")
    facts |= _by_state(state, at)
    case = kept(Complaint(estate_id=estate.id, state=state, **(facts | given)))
    make_step(case, "receive")
    return case


def _by_state(state: ComplaintState, at: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if state not in ("received", "joined"):
        facts |= {"acknowledged_at": at + timedelta(hours=1)}
    if state not in ("received", "acknowledged", "reopened", "joined"):
        facts |= {"handler_id": user_called("sunhao").id}
    if state in REPLIED:
        replied = {"reply": "已修好并道歉", "replied_at": at + timedelta(hours=5)}
        facts |= {**replied, "callback_due_on": date(2026, 11, 27)}
    if state in CLOSED:
        facts |= {"cause": "response", "cause_words": "班次排少了", "outcome": Outcome.justified}
        facts |= {"closed_at": at + timedelta(hours=7)}
    return facts


def make_step(case: Complaint, action: str, **given: Any) -> ComplaintStep:
    facts: dict[str, Any] = {"to_state": case.state, "level": case.level, "taken_by": "李敏"}
    facts |= {"taken_at": case.received_at}
    return kept(ComplaintStep(complaint_id=case.id, action=action, **(facts | given)))


def make_caller(case: Complaint, customer: Customer | None = None, **given: Any) -> ComplaintCaller:
    digits = given.get("digits", "" if customer else DIGITS)
    facts: dict[str, Any] = {"name": "" if customer else "欧阳娜娜", "digits": digits, "tail": digits[-4:]}
    facts |= {"customer_id": customer.id if customer else None, "channel": Channel.phone}
    facts |= {"noted_by": "李敏", "noted_at": NOW}
    return kept(ComplaintCaller(complaint_id=case.id, **(facts | given)))


def make_complained(
    estate: Estate, state: ComplaintState = ComplaintState.received, unit: Unit | None = None, **given: Any
) -> Complaint:
    """With a caller who has a file, and a telephone in it; who was asked, where the case has come that far."""
    unit = unit or make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    make.make_phone(customer, DIGITS)
    case = make_case(estate, state, unit, **({"customer_id": customer.id} | given))
    caller = make_caller(case, customer)
    if state in ASKED and case.replied_at:
        make_callback(case, satisfied=True, caller_id=caller.id, made_at=case.replied_at + timedelta(hours=1))
    return case


def make_to_call(estate: Estate, **given: Any) -> Complaint:
    return make_complained(estate, ComplaintState.replied, **given)


def make_callback(case: Complaint, **given: Any) -> ComplaintCallback:
    facts: dict[str, Any] = {"satisfied": None, "made_by": "李敏", "made_at": NOW + timedelta(hours=6)}
    return kept(ComplaintCallback(complaint_id=case.id, **(facts | given)))


def received(estate: Estate, category: str = "维修不及时", **given: Any) -> Complaint:
    """Through the verb, inside a unit of work; `given` of `Complained` and `Caller`."""
    callers = {name: given.pop(name) for name in list(given) if name in Caller.__dataclass_fields__ and name != "words"}
    words = given.pop("words", "报修三天没人来")
    caller = Caller(**({"digits": DIGITS, "name": "欧阳娜娜"} | callers))
    case = receive(estate.id, Complained(category=category_called(category), words=words, **given), caller)
    return get_case(case.id)


def ids_of_complaints(estate: Estate) -> dict[str, object]:
    """A case that waits for its call-back, by a caller with a telephone."""
    case = make_to_call(estate)
    make_callback(case)
    return {
        "complaint_id": case.id,
        "complaint_caller_id": make_caller(case).id,
        "complaint_category_id": case.category_id,
    }
