"""Two years of complaints, letters, violations and notices, as they stand in the database; made by the dice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from flask import g
from sqlalchemy import select

from crm.auth.actor import system_actor
from crm.auth.models import Department, User
from crm.bulk import Ids, look_anew, pour
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
from crm.complaints.categories import seeding as categories
from crm.complaints.categories.models import CAUSES, CONTRACTORS, ComplaintCategory, Severity
from crm.correspondence.letters.models import Direction, Letter, LetterState, LetterStep, Way
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold, NoticeState, Reach
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.numbering import Number, NumberSeries, NumberState
from crm.properties.models import Unit
from crm.tenants.models import Customer, Occupancy
from crm.violations.cases.models import ENDED as SETTLED
from crm.violations.cases.models import Settlement, Violation, ViolationInspection, ViolationState, ViolationStep
from crm.violations.types import seeding as types
from crm.violations.types.models import ViolationType
from tests.bench.installation import Installation, settle

COMPLAINTS, OPEN, LETTERS, VIOLATIONS, HOUSEHOLDS = 200_000, 400, 200_000, 60_000, 200_000
PER_NOTICE, UNREACHED, DAYS, PIECE = 2_000, 300, 730, 20_000
C, V, L = ComplaintState, ViolationState, LetterState
SERIES = "投诉量"
PATH = "receive acknowledge classify investigate act reply content close file".split()
STATES = (C.received, C.acknowledged, C.classified, C.investigating, C.acting, C.replied, C.called_back, C.closed)
FAULTS = (V.noted, V.notice_served, V.notice_served, V.not_rectified, V.escalated, V.rectified)
WORDS = (
    "报修三天没人来|楼上半夜装修太吵|电梯又停了，等了两个小时|垃圾房气味很大，没人清理|地库灯坏了好几盏|保安态度不好"
    "|收费单上的面积不对|外墙渗水，卧室墙都湿了|有人把电动车推进楼里充电|绿化带被占用停车|门禁坏了，谁都能进来"
)
FOUND = "楼道堆放杂物|未经批准开工装修|阳台搭建雨棚|电动车推进楼道充电|消防通道停车|高空抛物|占用绿化带种菜"
SUBJECTS = (
    "关于物业服务费的复函|关于屋面渗漏维修的申请|消防检查整改通知|装修管理协议|关于停车位的咨询|关于噪声投诉的答复"
)
BODY = (
    "尊敬的{}：\n\n11月28日9时至17时因水泵检修停水，请提前储水。给您带来不便，敬请谅解。\n\n客户服务中心 0931-8888888"
)


def fill(bench: Installation) -> None:
    """Once for each installation."""
    with bench.reading() as db:
        if db.scalar(select(NumberSeries.id).where(NumberSeries.name == SERIES)) is not None:
            return
    with bench.app.app_context():
        g.actor = system_actor("bench")
        with unit_of_work() as db:
            categories.seed()
            types.seed()
            _store(Random(bench.seed))
            look_anew()
            db.info.clear()
    settle()


def _store(dice: Random) -> None:
    drawn = _Drawn(dice)
    for begins in range(0, COMPLAINTS, PIECE):
        drawn.complaints(range(begins, begins + PIECE))
    for begins in range(0, LETTERS, PIECE):
        drawn.letters(range(begins, begins + PIECE))
    for begins in range(0, VIOLATIONS, PIECE):
        drawn.violations(range(begins, begins + PIECE))
    for place in range(HOUSEHOLDS // PER_NOTICE):
        drawn.notice(place, HOUSEHOLDS // PER_NOTICE)
    drawn.ids.settle()


def _ids(model: Any, *conditions: Any) -> Sequence[int]:
    return session().scalars(select(model.id).where(*conditions).order_by(model.id)).all()


class _Drawn:
    """Rows as they come from the dice; the last ones are open."""

    def __init__(self, dice: Random) -> None:
        self.dice, self.now, self.ids = dice, utc_now(), Ids()
        homes = select(Unit.id, Unit.estate_id, Unit.building_id, Unit.label, Occupancy.customer_id, Customer.name)
        homes = homes.join(Occupancy, Occupancy.unit_id == Unit.id).join(Customer, Customer.id == Occupancy.customer_id)
        self.homes = session().execute(homes.where(Unit.building_id.is_not(None)).order_by(Unit.id)).all()
        self.kinds = _ids(ComplaintCategory, ComplaintCategory.parent_id.is_not(None))
        self.types = _ids(ViolationType, ViolationType.parent_id.is_not(None))
        self.people, self.departments = _ids(User), _ids(Department)
        self.desk = session().scalars(select(User).where(User.username == "sunhao")).one()
        self.causes = [entry.code for entry in CAUSES.entries()]
        self.firms = ["", "", *(entry.code for entry in CONTRACTORS.entries())]

    def numbers(self, name: str, pattern: str, places: range) -> list[tuple[int, str]]:
        """Ids and texts, one for each place."""
        series = session().scalars(select(NumberSeries).filter_by(name=name, year=0)).one_or_none()
        if series is None:
            series = NumberSeries(name=name, year=0, last=0)
            session().add(series)
        series.last = places[-1] + 1
        session().flush()
        keys = self.ids.take(Number, len(places))
        texts = [pattern.format(place + 1) for place in places]
        told = {"state": NumberState.committed, "series_id": series.id}
        pour(
            Number,
            [
                {"id": key, "serial": place + 1, "text": text, **told}
                for key, place, text in zip(keys, places, texts, strict=True)
            ],
        )
        return list(zip(keys, texts, strict=True))

    def _since(self, place: int, count: int, is_open: bool) -> datetime:
        if is_open:
            return self.now - timedelta(minutes=self.dice.randrange(8_000))
        return self.now - timedelta(days=6) - timedelta(days=DAYS) * (1 - place / count)

    # Complaints

    def complaints(self, places: range) -> None:
        numbers, ids = self.numbers(SERIES, "T26-{:06d}", places), self.ids.take(Complaint, len(places))
        made = [self._complaint(*each) for each in zip(ids, numbers, places, strict=True)]
        pour(Complaint, made)
        pour(ComplaintStep, [step for case in made for step in self._steps(case)])
        callers = [caller for case in made for caller in self._callers(case)]
        pour(ComplaintCaller, callers)
        pour(ComplaintCallback, [self._callback(case) for case in made if case["satisfied"]])

    def _complaint(self, key: int, number: tuple[int, str], place: int) -> dict[str, Any]:
        dice, is_open = self.dice, place >= COMPLAINTS - OPEN
        home, at = dice.choice(self.homes), self._since(place, COMPLAINTS, is_open)
        state = dice.choice(STATES) if is_open else C.withdrawn if dice.random() < 0.03 else C.filed
        return {
            "id": key,
            "number_id": number[0],
            "number": number[1],
            "estate_id": home.estate_id,
            "building_id": home.building_id,
            "unit_id": home.id,
            "customer_id": home.customer_id,
            "channel": dice.choice((Channel.phone, Channel.phone, Channel.counter, Channel.message)),
            "category_id": dice.choice(self.kinds),
            "about": About.service,
            "about_department_id": dice.choice(self.departments),
            "contractor": dice.choice(self.firms),
            "words": dice.choice(WORDS.split("|")),
            "severity": Severity.urgent if dice.random() < 0.1 else Severity.ordinary,
            "severity_reason": SeverityReason.category,
            "state": state,
            "handler_id": dice.choice(self.people) if state is not C.received else None,
            "repeat_of_id": key - dice.randrange(1, 200) if key > 200 and dice.random() < 0.02 else None,
            "received_by": "李敏",
            "received_at": at,
            "answer_due_at": at + timedelta(hours=8),
            "result_due_at": at + timedelta(days=3),
            **self._reached(state, at),
        }

    def _reached(self, state: ComplaintState, at: datetime) -> dict[str, Any]:
        dice = self.dice
        step = len(PATH) - 1 if state is C.filed else STATES.index(state) if state in STATES else 0
        replied = min(at + timedelta(minutes=dice.randrange(60, 6_000)), self.now) if step >= 5 else None
        closed = replied if step >= 7 else None
        return {
            "acknowledged_at": at + timedelta(minutes=dice.randrange(600)) if step else None,
            "replied_at": replied,
            "reply": "已经处理完毕，请您查看。" if replied else "",
            "callback_due_on": replied.date() + timedelta(days=3) if replied else None,
            "satisfied": True if step >= 6 else None,
            "reopened": int(step >= 6 and dice.random() < 0.05),
            "cause": dice.choice(self.causes) if closed else "",
            "outcome": dice.choice([*Outcome]) if closed else None,
            "closed_at": closed,
            "filed_at": closed if state is C.filed else None,
        }

    def _steps(self, case: dict[str, Any]) -> Iterator[dict[str, Any]]:
        reached = 0 if case["state"] is C.withdrawn else [*STATES, C.filed].index(case["state"])
        path = [*zip(PATH, [None, *STATES], [*STATES, C.filed], strict=True)][: reached + 1]
        if case["state"] is C.withdrawn:
            path.append(("withdraw", C.received, C.withdrawn))
        for place, (action, before, after) in enumerate(path):
            yield {
                "complaint_id": case["id"],
                "action": action,
                "from_state": before,
                "to_state": after,
                "level": 0,
                "taken_by": self.desk.full_name,
                "taken_by_id": self.desk.id,
                "taken_at": case["received_at"] + place * timedelta(minutes=30),
            }

    def _callers(self, case: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for others in range(1 + (self.dice.random() < 0.1)):
            hidden, place = self.dice.random() < 0.05, case["number_id"]
            customer_id = self.dice.choice(self.homes).customer_id if others else case["customer_id"]
            yield {
                "complaint_id": case["id"],
                "customer_id": None if hidden else customer_id,
                "unit_id": case["unit_id"],
                "name": "",
                "digits": f"139{place:08d}",
                "tail": f"{place % 10_000:04d}",
                "anonymous": hidden,
                "channel": case["channel"],
                "noted_by": "李敏",
                "noted_at": case["received_at"],
            }

    def _callback(self, case: dict[str, Any]) -> dict[str, Any]:
        told = {"made_by": "李敏", "made_at": case["replied_at"] + timedelta(hours=1)}
        return {"complaint_id": case["id"], "satisfied": True, "score": self.dice.randrange(3, 6), **told}

    # Letters

    def letters(self, places: range) -> None:
        numbers, ids = self.numbers("发文量", "发〔2025〕{:04d}号", places), self.ids.take(Letter, len(places))
        made = [self._letter(*each) for each in zip(ids, numbers, places, strict=True)]
        pour(Letter, made)
        told = {"action": "register", "taken_by": "李敏", "to_state": L.registered}
        pour(LetterStep, [{"letter_id": each["id"], "taken_at": each["registered_at"], **told} for each in made])

    def _letter(self, key: int, number: tuple[int, str], place: int) -> dict[str, Any]:
        dice, is_open, goes_out = self.dice, place >= LETTERS - 2 * OPEN, self.dice.random() < 0.6
        home, at = dice.choice(self.homes), self._since(place, LETTERS, is_open)
        state = L.filed
        if is_open:
            state = dice.choice((L.sent, L.served) if goes_out else (L.registered, L.passed_on, L.answered))
        return {
            "id": key,
            "number_id": number[0],
            "number": number[1],
            "estate_id": home.estate_id,
            "direction": Direction.outgoing if goes_out else Direction.incoming,
            "kind": dice.choice(("application", "enquiry", "authority", "answer")),
            "customer_id": home.customer_id if place % 5 else None,
            "unit_id": home.id,
            "party": "" if place % 5 else "甘肃省住建厅",
            "dated_on": at.date(),
            "way": None if goes_out else Way.post,
            "subject": dice.choice(SUBJECTS.split("|")),
            "reply_due_on": None if goes_out else (at + timedelta(days=7)).date(),
            "state": state,
            "handler_id": dice.choice(self.people),
            "department_id": dice.choice(self.departments),
            "registered_by": "李敏",
            "registered_at": at,
            "sent_at": at + timedelta(hours=1) if goes_out else None,
            "answered_at": at + timedelta(days=2) if not goes_out and not is_open else None,
        }

    # Violations

    def violations(self, places: range) -> None:
        numbers, ids = self.numbers("违规量", "G26-{:06d}", places), self.ids.take(Violation, len(places))
        made = [self._violation(*each) for each in zip(ids, numbers, places, strict=True)]
        pour(Violation, made)
        told = {"action": "note", "taken_by": "李敏", "to_state": V.noted}
        pour(ViolationStep, [{"violation_id": each["id"], "taken_at": each["noted_at"], **told} for each in made])
        seen = {"words": "已清理", "passed": True, "inspected_by": "张建国"}
        over = [each for each in made if each["state"] is V.filed]
        pour(
            ViolationInspection,
            [{"violation_id": each["id"], "inspected_at": each["settled_at"], **seen} for each in over],
        )

    def _violation(self, key: int, number: tuple[int, str], place: int) -> dict[str, Any]:
        dice, is_open = self.dice, place >= VIOLATIONS - OPEN
        home, at = dice.choice(self.homes), self._since(place, VIOLATIONS, is_open)
        state = dice.choice(FAULTS) if is_open else V.filed
        return {
            "id": key,
            "number_id": number[0],
            "number": number[1],
            "estate_id": home.estate_id,
            "building_id": home.building_id,
            "unit_id": home.id,
            "customer_id": home.customer_id,
            "type_id": dice.choice(self.types),
            "found": dice.choice(FOUND.split("|")),
            "wording": "请立即整改。",
            "found_at": at,
            "found_by": "张建国",
            "state": state,
            "due_on": (at + timedelta(days=dice.randrange(14))).date(),
            "noted_by": "李敏",
            "noted_at": at,
            "settlement": Settlement.rectified if state in SETTLED else None,
            "settled_at": at + timedelta(days=3) if state in SETTLED else None,
        }

    # Notices

    def notice(self, place: int, count: int) -> None:
        """The last one runs, with some whom nobody has reached."""
        runs, at = place == count - 1, self._since(place, count, place == count - 1)
        [[number_id, number]] = self.numbers("通知量", "通〔2025〕{:04d}号", range(place, place + 1))
        [key] = self.ids.take(Notice, 1)
        estate_id = self.homes[0].estate_id
        told = {"kind": "outage", "subject": "停水通知", "body": BODY, "drafted_by": "李敏", "issued_by": "周慧"}
        state = NoticeState.issued if runs else NoticeState.over
        moments = {"drafted_at": at, "issued_at": at, "ended_at": None if runs else at + timedelta(days=9)}
        audience = {"audience": {"estate_id": estate_id}, "facts": {}, "households": PER_NOTICE}
        numbered = {"id": key, "number_id": number_id, "number": number, "estate_id": estate_id}
        pour(Notice, [numbered | told | moments | audience | {"state": state}])
        homes = sorted(self.dice.sample(self.homes, min(PER_NOTICE, len(self.homes))))
        ids = self.ids.take(NoticeHousehold, len(homes))
        rows = [self._household(*each, runs) for each in zip(ids, homes, range(len(homes)), strict=True)]
        pour(NoticeHousehold, [each | {"notice_id": key} for each in rows])
        brought = {"reach": Reach.mailbox, "noted_by": "张建国", "noted_at": at}
        pour(
            NoticeDelivery,
            [
                {"notice_household_id": each["id"], "worked": each["reached_at"] is not None, "note": "无人"} | brought
                for each in rows
            ],
        )

    def _household(self, key: int, home: Any, place: int, runs: bool) -> dict[str, Any]:
        reached = not runs or place >= UNREACHED
        return {
            "id": key,
            "position": place + 1,
            "unit_id": home.id,
            "customer_id": home.customer_id,
            "name": home.name,
            "label": home.label,
            "subject": "停水通知",
            "body": BODY.format(home.name),
            "reached_at": self.now if reached else None,
            "reached_by": Reach.mailbox if reached else None,
            "read_at": self.now if place % 3 == 0 and reached else None,
        }
