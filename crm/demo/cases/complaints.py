"""A year of complaints: received, answered, looked into, called back; some late, some opened again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.auth.models import Department
from crm.bulk import Ids
from crm.complaints.cases.clocks import clocks
from crm.complaints.cases.events import ComplaintEscalated
from crm.complaints.cases.figures import CALLBACK_DAYS, Promise
from crm.complaints.cases.models import (
    UNREPLIED,
    Channel,
    Compensation,
    CompensationKind,
    CompensationState,
    Complaint,
    ComplaintCallback,
    ComplaintState,
    ComplaintStep,
    CorrectiveAction,
    Outcome,
)
from crm.complaints.cases.rules import HIGHEST
from crm.complaints.cases.service.registering import PATTERN, SERIES
from crm.complaints.cases.terms import terms_of
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.dates import business_day_of
from crm.db import session
from crm.demo.cases import receipts, words
from crm.demo.cases.receipts import Home
from crm.demo.cases.tales import CLOCK, NAMES, NotYet, Tables, Tale, number, pour_tales
from crm.demo.place import Ground
from crm.demo.repairs.crew import DISPATCHER, desk_of
from crm.numbering import Taken, take_all
from crm.steps.taking import NOW

HEAD, DEPUTY, MANAGER = "zhouhui", "shentao", "hanbing"
LEADING = (HEAD, DEPUTY, MANAGER)  # who handles a case of the level, or one above it
DESK, ENGINEERS = "客户服务部", "工程维修部"
OUTCOMES = (Outcome.justified, Outcome.partly, Outcome.unjustified, Outcome.unproven)
WITH_GROUND = OUTCOMES[:2]
REPEATED = timedelta(days=60)  # within the days of a repeat


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
        self.office = self.terms[Severity.ordinary].schedule
        self.last: dict[tuple[str, int | None, int], Tale] = {}  # of a customer's or unit's kind of complaint
        self.over: list[tuple[Tale, Home, words.Grievance]] = []

    def pour(self, tales: Sequence[Tale]) -> None:
        """In the order of their receipt."""
        if not tales:
            return
        ids = Ids()
        number(tales, tables(), ids)
        for tale in tales:
            self._reckon(tale)
            tale.row["repeat_of_id"] = tale.after.row["id"] if tale.after else None
        pour_tales(tales, tables(), ids)
        ids.settle()

    def _reckon(self, tale: Tale) -> None:
        running = clocks([receipts.Read(step) for step in tale.steps], self.terms[tale.row["severity"]])
        for promise in Promise:
            tale.row[f"{promise}_due_at"] = running[promise].due(self.until)

    def tell(self, home: Home, at: datetime) -> Tale | None:
        """None where the tree has no such category, or the same is under way."""
        home, grievance = self._again(home, at) or (home, self._grievance())
        category = self.categories.get((grievance.group, grievance.name))
        if category is None:
            return None
        places = ("customer", home.customer_id, category.id), ("unit", home.unit_id, category.id)
        before = [self.last[place] for place in places if place in self.last]
        if any(other.row["closed_at"] is None or other.row["closed_at"] >= at for other in before):
            return None
        channel = self.dice.choices(receipts.CHANNELS, (62, 16, 12, 5, 5))[0]
        if Severity.urgent in (category.severity, *([Severity.urgent] if channel is Channel.hotline else [])):
            at = self.office.opening(at)
        if at >= self.until:
            return None
        told = receipts.Receipt(self.ground, desk_of(self.codes[home.estate_id]), home, channel, grievance, category)
        repeated = max(before, key=lambda other: other.row["closed_at"], default=None)
        if repeated and at - repeated.row["closed_at"] > timedelta(days=89):
            repeated = None
        tale = told.tale(self.dice, at, self.until, repeated)
        self._reckon(tale)
        with suppress(NotYet):
            self._go(tale, grievance, category)
        self._watch(tale, self.until)
        self.last |= dict.fromkeys(places, tale)
        if tale.row["closed_at"] and tale.row["customer_id"]:
            self.over.append((tale, home, grievance))
        return tale

    def _grievance(self) -> words.Grievance:
        return self.dice.choices(words.GRIEVANCES, [each.weight for each in words.GRIEVANCES])[0]

    def _again(self, home: Home, at: datetime) -> tuple[Home, words.Grievance] | None:
        """Now and then the same customer complains of the same."""
        if self.dice.random() > 0.05:
            return None
        for tale, before, grievance in reversed(self.over):
            if tale.after is None and timedelta(days=5) < at - tale.row["closed_at"] < REPEATED:
                return (before, grievance) if before.estate_id == home.estate_id else None
        return None

    # From the first answer to the end

    def _go(self, tale: Tale, grievance: words.Grievance, category: ComplaintCategory) -> None:
        desk = desk_of(self.codes[tale.row["estate_id"]])
        urgent, late = tale.row["severity"] is Severity.urgent, self.dice.random() < 0.08
        span = (130, 300) if urgent and late else (5, 50) if urgent else (700, 1500) if late else (5, 90)
        said = self.dice.choice(words.ANSWERED)
        self._take(tale, "acknowledge", desk, span, {"acknowledged_at": NOW}, note=said)
        concerned = category.department_id == self.departments.get(DESK) and category.department_id is not None
        judge = DISPATCHER if concerned else desk
        if self.dice.random() < 0.04:
            self._withdraw(tale, judge)
            return
        self._classify(tale, judge, desk, grievance)
        self._handle(tale, grievance)
        if self._is_called_back(tale, grievance, desk):
            self._handle(tale, grievance)
            self._is_called_back(tale, grievance, desk, again=True)
        if tale.row["state"] is ComplaintState.called_back or not tale.row["wants_callback"]:
            self._close(tale, grievance, desk)

    def _withdraw(self, tale: Tale, by: str) -> None:
        reason = self.dice.choice(words.WITHDRAWN)
        at = self._take(tale, "withdraw", by, (60, 300), reason=reason)
        tale.told.append((by, at, lambda row: receipts.ended(row, "withdrawn")))

    def _classify(self, tale: Tale, judge: str, desk: str, grievance: words.Grievance) -> None:
        handler = HEAD if grievance.department == DESK or tale.row["level"] else desk
        if grievance.department == ENGINEERS and not tale.row["level"] and self.dice.random() < 0.4:
            handler = DISPATCHER
        department, before = self.departments.get(grievance.department), tale.row["about_department_id"]
        given = {
            "handler_id": self.ground.users[handler],
            "about_department_id": department,
            "contractor": grievance.contractor,
        }
        at = self._take(tale, "classify", judge, (10, 120), given)
        changes: dict[str, list[Any]] = {"contractor": ["", grievance.contractor]} if grievance.contractor else {}
        if department != before:
            names = {key: name for name, key in self.departments.items()}
            changes["about_department_id"] = [names.get(before or 0, ""), names.get(department or 0, "")]
        if changes:
            tale.told.append((judge, at, lambda row: receipts.classified(row, changes)))

    def _handle(self, tale: Tale, grievance: words.Grievance) -> None:
        urgent = tale.row["severity"] is Severity.urgent
        if tale.row["handler_id"] is None:
            tale.row["handler_id"] = self.ground.users[LEADING[max(tale.row["level"] - 1, 0)]]
        self._take(tale, "investigate", self._handler(tale), (5, 60) if urgent else (30, 400))
        planned = urgent or tale.row["level"] > 0 or self.dice.random() < 0.3
        if planned:
            self._plan(tale, grievance, urgent=urgent)
        bound = (urgent or tale.row["level"] > 0) and tale.row["state"] is not ComplaintState.plan_approved
        if not bound and (planned or self.dice.random() < 0.7):
            self._take(tale, "act", self._handler(tale), (5, 60) if urgent else (20, 300))
        late = self.dice.random() < 0.09
        span = (1500, 2000) if urgent and late else (60, 600) if urgent else (6000, 9000) if late else (120, 2400)
        reply = self.dice.choice(grievance.replies)
        given = {"reply": reply, "replied_at": NOW, "satisfied": None}
        at = self._take(tale, "reply", "", span, given, note=reply)
        due = business_day_of(at) + timedelta(days=CALLBACK_DAYS.default)
        tale.row["callback_due_on"] = due if tale.row["wants_callback"] else None

    def _plan(self, tale: Tale, grievance: words.Grievance, *, urgent: bool) -> None:
        by = self._handler(tale)
        given = {"plan": grievance.plan, "planned_by_id": self.ground.users[by]}
        self._take(tale, "plan", by, (5, 30), given, note=grievance.plan)
        higher = LEADING[LEADING.index(by) + 1] if by in LEADING[:2] else HEAD
        approver = max(higher, LEADING[max(tale.row["level"] - 1, 0)], key=LEADING.index)
        if grievance.department == DESK:
            approver = max(approver, DEPUTY, key=LEADING.index)
        self._take(tale, "approve_plan", approver, (5, 60) if urgent else (20, 200))

    def _handler(self, tale: Tale) -> str:
        """Who has the case; gone up, whoever decides there."""
        found = next((name for name in NAMES if self.ground.users[name] == tale.row["handler_id"]), HEAD)
        least = max(tale.row["level"] - 1, 0)
        if not tale.row["level"] or (found in LEADING and LEADING.index(found) >= least):
            return found
        return LEADING[least]

    def _asking(self, tale: Tale, grievance: words.Grievance, desk: str) -> str:
        """Neither handled nor replied, nor is it about them."""
        close = {step["taken_by_id"] for step in tale.steps if step["action"] == "reply"} | {tale.row["handler_id"]}
        names = (DEPUTY, MANAGER) if grievance.department == DESK else (desk, *LEADING)
        return next(name for name in names if self.ground.users[name] not in close)

    def _is_called_back(self, tale: Tale, grievance: words.Grievance, desk: str, *, again: bool = False) -> bool:
        """Whether it is opened again."""
        if not tale.row["wants_callback"]:
            return False
        by = self._asking(tale, grievance, desk)
        if self.dice.random() < 0.12:
            self._take(tale, "unreached", by, (300, 1400), note="无人接听")
            self._asked(tale, by, None, None, "无人接听")
        unhappy = not again and self.dice.random() < 0.09
        score = self.dice.choice((1, 2)) if unhappy else self.dice.choices((3, 4, 5), (15, 35, 50))[0]
        heard = words.DISCONTENT if unhappy else words.MIDDLING if score == 3 else words.CONTENT
        said = self.dice.choice(heard)
        changes: dict[str, Any] = {"satisfied": not unhappy}
        if unhappy:
            anew = dict.fromkeys(("handler_id", "replied_at", "callback_due_on", "planned_by_id", "result_warned_at"))
            changes |= anew | {"plan": "", "level": min(tale.row["level"] + 1, HIGHEST), "reopened": 1}
        self._take(tale, "discontent" if unhappy else "content", by, (300, 2500), changes, note=said)
        self._asked(tale, by, not unhappy, score, said)
        if unhappy:
            self._reckon(tale)
        return unhappy

    def _asked(self, tale: Tale, by: str, satisfied: bool | None, score: int | None, said: str) -> None:
        facts = {"caller_id": None, "satisfied": satisfied, "score": score, "words": said, "key": None}
        tale.hang(ComplaintCallback, **facts, **tale.by("made", by), made_at=tale.at)

    def _close(self, tale: Tale, grievance: words.Grievance, desk: str) -> None:
        by = self._asking(tale, grievance, desk)
        outcome = self.dice.choices(OUTCOMES, (62, 20, 12, 6))[0]
        why = {"cause": grievance.cause, "cause_words": grievance.why, "outcome": outcome}
        settled = self._changed(tale, grievance) if outcome in WITH_GROUND else tale.at
        span = int((settled - tale.at).total_seconds() // 60) + 10
        told = {"reason": grievance.cause, "note": grievance.why}
        at = self._take(tale, "close", by, (span, span + 900), why | {"closed_at": NOW}, **told)
        tale.told.append((by, at, lambda row: receipts.ended(row, "closed")))
        self._take(tale, "file", by, (1, 3), {"filed_at": NOW})

    def _changed(self, tale: Tale, grievance: words.Grievance) -> datetime:
        """What is changed, done by whoever it is about and seen by the management; when that was. Some get something
        for their trouble."""
        owner = DISPATCHER if grievance.department == ENGINEERS else HEAD
        done = tale.at + timedelta(hours=self.dice.randint(2, 70))
        verified = done + timedelta(minutes=30)
        if verified >= self.until:
            raise NotYet
        tale.hang(
            CorrectiveAction,
            what=grievance.change,
            owner_id=self.ground.users[owner],
            due_on=business_day_of(tale.at) + timedelta(days=14),
            key=None,
            added_by=NAMES[HEAD],
            added_at=tale.at,
            done_words="已落实",
            done_by_id=self.ground.users[owner],
            done_at=done,
            verified_words="已抽查，有效",
            verified_by_id=self.ground.users[DEPUTY],
            verified_at=verified,
            version=3,
        )
        if tale.row["customer_id"] and self.dice.random() < 0.06:
            self._compensate(tale, done)
        return verified

    def _compensate(self, tale: Tale, at: datetime) -> None:
        tale.hang(
            Compensation,
            customer_id=tale.row["customer_id"],
            kind=CompensationKind.service,
            amount=Decimal(self.dice.choice((50, 80, 100))),
            reason=words.COMPENSATED,
            state=CompensationState.given,
            key=None,
            **tale.by("asked", HEAD),
            asked_at=tale.at,
            **tale.by("decided", MANAGER),
            decided_at=at - timedelta(minutes=40),
            decision="同意",
            given_on=business_day_of(at),
            given_by=NAMES[HEAD],
            reference=f"赠送单{self.dice.randrange(1000, 9999)}",
            version=3,
        )

    # Steps

    def _take(
        self,
        tale: Tale,
        action: str,
        by: str,
        span: tuple[int, int],
        changes: dict[str, Any] | None = None,
        **said: Any,
    ) -> datetime:
        """So many minutes after the last step, in office hours unless it is urgent. By "": whoever has the case then."""
        at = tale.at + timedelta(minutes=self.dice.randint(*span))
        if tale.row["severity"] is not Severity.urgent:
            at = self.office.opening(at)
        self._watch(tale, min(at, self.until))
        tale.take(action, by or self._handler(tale), at, changes, **said)
        tale.steps[-1]["level"] = tale.row["level"]
        return at

    def _watch(self, tale: Tale, at: datetime) -> None:
        """What the clock did up to then: a promise that ran out put the case one level up."""
        for promise in Promise:
            row, warned = tale.row, f"{promise}_warned_at"
            kept = row["acknowledged_at"] if promise is Promise.answer else row["replied_at"]
            if kept or row[warned] or row["state"] not in UNREPLIED:
                continue
            when = row[f"{promise}_due_at"] + timedelta(minutes=1)
            when = when if row["severity"] is Severity.urgent else self.office.opening(when)
            if when < at and when >= tale.at:
                row[warned] = when
                self._rise(tale, promise, when)

    def _rise(self, tale: Tale, promise: Promise, when: datetime) -> None:
        level = tale.row["level"] + 1
        if level > HIGHEST:
            return
        able = {self.ground.users[name] for name in LEADING[level - 1 :]}
        handler = tale.row["handler_id"] if tale.row["handler_id"] in able else None
        tale.take("escalate", CLOCK, when, {"level": level, "handler_id": handler}, reason=promise.value)
        tale.steps[-1]["level"] = level

        def went_up(row: dict[str, Any]) -> ComplaintEscalated:
            return ComplaintEscalated(level=level, cause=promise.value, **receipts.subjects(row))

        tale.told.append((CLOCK, when, went_up))


def _categories() -> dict[tuple[str, str], ComplaintCategory]:
    whole = select(ComplaintCategory).where(ComplaintCategory.parent_id.is_not(None))
    parts = joinedload(ComplaintCategory.parent), joinedload(ComplaintCategory.department)
    rows = session().scalars(whole.options(*parts))
    return {(row.parent.name, row.name): row for row in rows if row.parent}
