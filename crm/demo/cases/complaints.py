"""A year of complaints: received, answered, looked into, called back; some late, some opened again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.auth.models import Department
from crm.bulk import Ids
from crm.complaints.cases.clocks import clocks
from crm.complaints.cases.events import ComplaintClassified, ComplaintEnded, ComplaintReceived
from crm.complaints.cases.figures import CALLBACK_DAYS, Promise
from crm.complaints.cases.models import (
    WORKFLOW,
    About,
    Channel,
    Complaint,
    ComplaintCallback,
    ComplaintCaller,
    ComplaintState,
    ComplaintStep,
    CorrectiveAction,
    Outcome,
)
from crm.complaints.cases.rules import severity_of
from crm.complaints.cases.service.registering import PATTERN, SERIES
from crm.complaints.cases.terms import terms_of
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.dates import beginning_of, business_day_of
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.tales import NAMES, NotYet, Tables, Tale, number, pour_tales
from crm.demo.place import Ground
from crm.demo.repairs.crew import desk_of
from crm.demo.repairs.reports import HOURS
from crm.numbering import Taken, take_all
from crm.phones import mask_phone

HEAD, OTHERS = "zhouhui", "fengxue"  # who leads the desk, who calls back where it is about the desk
COLUMNS = [column.key for column in Complaint.__mapper__.columns]
CHANNELS = (Channel.phone, Channel.counter, Channel.message, Channel.letter, Channel.hotline)
OUTCOMES = (Outcome.justified, Outcome.partly, Outcome.unjustified, Outcome.unproven)
DEFAULTS: dict[str, Any] = {
    "hotline_number": "",
    "spot": "",
    "contractor": "",
    "wish": "",
    "level": 0,
    "plan": "",
    "reply": "",
    "reopened": 0,
    "cause": "",
    "cause_words": "",
    "wants_callback": True,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where somebody lives who complains, as `repairs.reports.lives` has it."""

    estate_id: int
    building_id: int | None
    unit_id: int
    customer_id: int
    name: str
    digits: str


def tables() -> Tables:
    def numbers(day: date, count: int) -> list[Taken]:
        return take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=count)

    return Tables(model=Complaint, step=ComplaintStep, owner="complaint_id", began="received_at", numbers=numbers)


class Past:
    """Tells one complaint after the other; `until`: nothing is told that was later."""

    def __init__(self, ground: Ground, dice: Random, until: datetime) -> None:
        self.ground, self.dice, self.until = ground, dice, until
        self.codes = {estate_id: code for code, estate_id in ground.estates.items()}
        self.categories = _categories()
        self.departments = {row.name: row.id for row in session().scalars(select(Department))}
        self.terms = {each: terms_of(Complaint(severity=each, received_at=until)) for each in Severity}

    def pour(self, tales: list[Tale], ids: Ids) -> None:
        for tale in tales:
            running = clocks([_Step(step) for step in tale.steps], self.terms[tale.row["severity"]])
            tale.row["answer_due_at"] = running[Promise.answer].due(self.until)
            tale.row["result_due_at"] = running[Promise.result].due(self.until)
        number(tales, tables(), ids)
        pour_tales(tales, tables(), ids)

    def tell(self, home: Home, at: datetime) -> Tale | None:
        """None where the tree has no such category."""
        grievance = self.dice.choices(words.GRIEVANCES, [each.weight for each in words.GRIEVANCES])[0]
        category = self.categories.get((grievance.group, grievance.name))
        if category is None:
            return None
        tale = self._received(home, at, grievance, category)
        with suppress(NotYet):
            self._go(tale, grievance)
        return tale

    def _received(self, home: Home, at: datetime, grievance: words.Grievance, category: ComplaintCategory) -> Tale:
        desk = desk_of(self.codes[home.estate_id])
        channel = self.dice.choices(CHANNELS, (62, 16, 12, 5, 5))[0]
        anonymous = self.dice.random() < 0.05
        severity, why = severity_of(category.severity, channel, urgent=False)
        said = self.dice.choice(grievance.said)
        row = dict.fromkeys(COLUMNS) | DEFAULTS
        row |= {
            "estate_id": home.estate_id,
            "building_id": home.building_id,
            "unit_id": home.unit_id,
            "customer_id": None if anonymous else home.customer_id,
            "channel": channel,
            "hotline_number": f"XN{at:%Y%m%d}{self.dice.randrange(1000, 9999)}" if channel is Channel.hotline else "",
            "category_id": category.id,
            "about": About(grievance.about),
            "about_department_id": self.departments.get(grievance.department),
            "contractor": grievance.contractor,
            "words": said,
            "wish": self.dice.choice(words.WISHES),
            "severity": severity,
            "severity_reason": why,
            "state": ComplaintState.received,
            "received_at": at,
            "wants_callback": not anonymous,
        }
        tale = Tale(row=row, workflow=WORKFLOW, ground=self.ground, until=self.until)
        tale.row |= tale.by("received", desk)
        self._keep(tale, "receive", desk, at, note=said)
        caller = _caller(home, row, anonymous=anonymous, by=NAMES[desk], at=at, said=said)
        tale.hang(ComplaintCaller, **caller)
        masked = mask_phone(home.digits) if home.digits and not anonymous else ""
        tale.told.append((desk, at, lambda row: _was_received(row, category.name, masked)))
        return tale

    def _go(self, tale: Tale, grievance: words.Grievance) -> None:
        desk = desk_of(self.codes[tale.row["estate_id"]])
        urgent, late = tale.row["severity"] is Severity.urgent, self.dice.random() < 0.08
        span = (130, 300) if urgent and late else (5, 50) if urgent else (700, 1500) if late else (5, 90)
        self._take(tale, "acknowledge", desk, span, {"acknowledged_at": NOW}, note=self.dice.choice(words.ANSWERED))
        if self.dice.random() < 0.04:
            self._take(tale, "withdraw", desk, (60, 300), reason=self.dice.choice(words.WITHDRAWN))
            return
        handler = HEAD if grievance.department == "客户服务部" else desk
        given = {"handler_id": self.ground.users[handler]}
        self._take(tale, "classify", "sunhao" if handler == HEAD else desk, (10, 120), given)
        self._handle(tale, grievance, handler)
        if self._is_called_back(tale, grievance, desk):
            self._handle(tale, grievance, HEAD)
            self._is_called_back(tale, grievance, desk, again=True)
        if tale.row["state"] is ComplaintState.called_back or not tale.row["wants_callback"]:
            self._close(tale, grievance, self._caller_back(grievance, desk))

    def _handle(self, tale: Tale, grievance: words.Grievance, handler: str) -> None:
        urgent = tale.row["severity"] is Severity.urgent
        self._take(tale, "investigate", handler, (5, 60) if urgent else (30, 400))
        planned = urgent or tale.row["level"] > 0 or self.dice.random() < 0.3
        if planned:
            by = {"plan": grievance.plan, "planned_by_id": self.ground.users[handler]}
            self._take(tale, "plan", handler, (5, 30), by, note=grievance.plan)
            approver = "shentao" if handler == HEAD else HEAD
            self._take(tale, "approve_plan", approver, (5, 60) if urgent else (20, 200))
        if self.dice.random() < 0.7 or planned:
            self._take(tale, "act", handler, (5, 60) if urgent else (20, 300))
        late = self.dice.random() < 0.09
        span = (1500, 2000) if urgent and late else (60, 600) if urgent else (6000, 9000) if late else (120, 2400)
        reply = self.dice.choice(grievance.replies)
        at = self._take(tale, "reply", handler, span, {"reply": reply, "replied_at": NOW}, note=reply)
        tale.row["callback_due_on"] = business_day_of(at) + timedelta(days=CALLBACK_DAYS.default)

    def _caller_back(self, grievance: words.Grievance, desk: str) -> str:
        return OTHERS if grievance.department == "客户服务部" else HEAD if desk == "limin" else OTHERS

    def _is_called_back(self, tale: Tale, grievance: words.Grievance, desk: str, *, again: bool = False) -> bool:
        """Whether it is opened again."""
        if not tale.row["wants_callback"]:
            return False
        by = self._caller_back(grievance, desk) if not again else OTHERS
        if self.dice.random() < 0.12:
            self._take(tale, "unreached", by, (300, 1400), note="无人接听")
            self._asked(tale, by, None, None, "无人接听")
        unhappy = not again and self.dice.random() < 0.09
        score = self.dice.choice((1, 2)) if unhappy else self.dice.choices((3, 4, 5), (15, 35, 50))[0]
        heard = words.DISCONTENT if unhappy else words.MIDDLING if score == 3 else words.CONTENT
        said = self.dice.choice(heard)
        changes: dict[str, Any] = {"satisfied": not unhappy, "callback_due_on": None}
        if unhappy:
            changes |= {"level": min(tale.row["level"] + 1, 2), "reopened": 1, "handler_id": None, "replied_at": None}
        self._take(tale, "discontent" if unhappy else "content", by, (300, 2500), changes, note=said)
        self._asked(tale, by, not unhappy, score, said)
        return unhappy

    def _asked(self, tale: Tale, by: str, satisfied: bool | None, score: int | None, said: str) -> None:
        facts = {"caller_id": None, "satisfied": satisfied, "score": score, "words": said, "key": None}
        tale.hang(ComplaintCallback, **facts, **tale.by("made", by), made_at=tale.at)

    def _close(self, tale: Tale, grievance: words.Grievance, by: str) -> None:
        outcome = self.dice.choices(OUTCOMES, (62, 20, 12, 6))[0]
        why = {"cause": grievance.cause, "cause_words": grievance.why, "outcome": outcome}
        if outcome in (Outcome.justified, Outcome.partly) and grievance.change:
            self._change(tale, grievance)
        at = self._take(tale, "close", by, (10, 900), why | {"closed_at": NOW})
        self._take(tale, "file", by, (1, 3), {"filed_at": NOW})
        tale.told.append((by, at, lambda row: ComplaintEnded(state="closed", **_subjects(row))))

    def _change(self, tale: Tale, grievance: words.Grievance) -> None:
        """Done by whoever it is about, seen by the head of the desk or by the management."""
        owner = "sunhao" if grievance.department == "工程维修部" else HEAD
        day, done = business_day_of(tale.at), tale.at + timedelta(hours=2)
        if done >= self.until:
            return
        tale.hang(
            CorrectiveAction,
            what=grievance.change,
            owner_id=self.ground.users[owner],
            due_on=day + timedelta(days=14),
            added_by=NAMES[HEAD],
            added_at=tale.at,
            done_words="已落实",
            done_by_id=self.ground.users[owner],
            done_at=done,
            verified_words="已抽查，有效",
            verified_by_id=self.ground.users["shentao"],
            verified_at=done + timedelta(minutes=30),
            dropped_words="",
            dropped_at=None,
            warned_on=None,
            version=3,
        )

    def _take(
        self,
        tale: Tale,
        action: str,
        by: str,
        span: tuple[int, int],
        changes: dict[str, Any] | None = None,
        **said: Any,
    ) -> datetime:
        """So many minutes after the last step, in office hours unless it is urgent."""
        at = tale.at + timedelta(minutes=self.dice.randint(*span))
        if tale.row["severity"] is not Severity.urgent:
            at = self.terms[Severity.ordinary].schedule.opening(at)
        given = {name: at if value is NOW else value for name, value in (changes or {}).items()}
        tale.take(action, by, at, given, **said)
        tale.steps[-1]["level"] = tale.row["level"]
        if action == "classify":
            tale.told.append((by, at, lambda row: ComplaintClassified(changes={}, **_subjects(row))))
        return at

    def _keep(self, tale: Tale, action: str, by: str, at: datetime, **said: Any) -> None:
        tale.begin(action, by, at, **said)
        tale.steps[-1]["level"] = tale.row["level"]


NOW = object()


class _Step:
    """A step as the clocks read it."""

    def __init__(self, step: dict[str, Any]) -> None:
        self.action: str = step["action"]
        self.to_state: ComplaintState = step["to_state"]
        self.taken_at: datetime = step["taken_at"]


def _categories() -> dict[tuple[str, str], ComplaintCategory]:
    whole = select(ComplaintCategory).where(ComplaintCategory.parent_id.is_not(None))
    rows = session().scalars(whole.options(joinedload(ComplaintCategory.parent)))
    return {(row.parent.name, row.name): row for row in rows if row.parent}


def _caller(home: Home, row: dict[str, Any], *, anonymous: bool, by: str, at: datetime, said: str) -> dict[str, Any]:
    known = {"customer_id": home.customer_id, "unit_id": home.unit_id, "name": home.name, "digits": home.digits}
    nobody = {"customer_id": None, "unit_id": None, "name": "", "digits": ""}
    who = nobody if anonymous else known
    return {
        **who,
        "tail": who["digits"][-4:] if isinstance(who["digits"], str) else "",
        "anonymous": anonymous,
        "wants_word": not anonymous,
        "channel": row["channel"],
        "words": said,
        "call_id": None,
        "joined_from_id": None,
        "key": None,
        "noted_by": by,
        "noted_at": at,
    }


def _subjects(row: dict[str, Any]) -> dict[str, Any]:
    ids = [row["customer_id"]] if row["customer_id"] else []
    return {"complaint_id": row["id"], "customer_ids": ids, "unit_id": row["unit_id"], "number": row["number"]}


def _was_received(row: dict[str, Any], category: str, masked: str) -> ComplaintReceived:
    return ComplaintReceived(
        estate_id=row["estate_id"],
        category=category,
        severity=row["severity"].value,
        channel=row["channel"].value,
        masked=masked,
        **_subjects(row),
    )


def moment(dice: Random, day: date) -> datetime:
    hour = 8 + dice.choices(range(len(HOURS)), HOURS)[0]
    return beginning_of(day) + timedelta(hours=hour, minutes=dice.randrange(60))
