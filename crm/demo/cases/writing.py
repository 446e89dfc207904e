"""The letters and notices of these days: due, overdue, just come, on their way; half delivered, drafted, on the board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.correspondence.audience.chosen import Audience
from crm.correspondence.letters import service as letters
from crm.correspondence.letters.content import Written
from crm.correspondence.letters.models import Letter, Way
from crm.correspondence.letters.service import Received, Said
from crm.correspondence.notices import service as notices
from crm.correspondence.notices.models import Notice, NoticeHousehold, Reach
from crm.correspondence.notices.service import Draft, Reached
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.serving.served import Served
from crm.dates import business_day
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.receipts import Home
from crm.demo.cases.today import Line, Today
from crm.properties.models import Unit
from crm.tenants.models import Customer

CLERK, HEAD = "limin", "zhouhui"
OUTAGE, WORKS, SAFETY, WEATHER, FEES, FAIR = (words.NOTICES[number] for number in (0, 3, 4, 5, 6, 7))
Text = tuple[str, str, str, bool]  # kind, subject, words, urgent


@dataclass(slots=True)
class Post:
    """A letter in: so many days after its day it is due, from a party or from whoever lives there."""

    kind: str
    subject: str
    due: int | None
    party: str = ""
    doc_no: str = ""
    summary: str = ""


COME = (  # how many days ago, estate, the letter, how far it came
    (5, 0, Post("application", "关于封闭阳台的申请", 5, summary="申请按统一样式封闭北阳台"), "pass_on"),
    (4, 1, Post("enquiry", "关于公摊费用的询问", 4, summary="请说明第三季度公摊电费明细"), "pass_on"),
    (8, 0, Post("authority", "关于开展消防安全检查的通知", 7, "城西区消防救援大队", "消〔2026〕88号"), "pass_on"),
    (0, 0, Post("application", "关于安装充电桩的申请", 7, summary="自有车位安装7千瓦充电桩"), ""),
    (1, 1, Post("other", "关于电梯年检安排的函", None, "西宁华电电梯维保公司", "HD-1126"), "note"),
    (3, 1, Post("enquiry", "关于绿化改造的建议", 5, summary="建议补种单元门前的灌木"), "answer"),
    (2, 0, Post("other", "推销函件", None, "某保洁用品公司"), "void"),
)


class Writing:
    def __init__(self, today: Today) -> None:
        self.today = today

    # Letters

    def plan_letters(self, line: Line) -> None:
        for number, (days, place, told, step) in enumerate(COME):
            if home := self.today.home(place):
                self._plan_one(line, days, 95 + 6 * number, home, told, step)
        for number, arrival in enumerate((None, Arrival.on_its_way, Arrival.returned)):
            if home := self.today.home(number):
                self._plan_ours(line, 3 - number, 20 + 9 * number, home, arrival)

    def _plan_one(self, line: Line, days: int, minutes: int, home: Home, told: Post, step: str) -> None:
        made: list[Letter] = []
        self._add(line, CLERK, days, minutes, lambda: made.append(self._register(home, told)))
        if step:
            act = {"pass_on": self._pass_on, "note": self._note, "answer": self._answer, "void": self._void}[step]
            self._add(line, CLERK, max(days - 1, 0), minutes + 30, lambda: act(made[0]))

    def _register(self, home: Home, told: Post) -> Letter:
        return letters.register(
            home.estate_id,
            Received(
                kind=told.kind,
                subject=told.subject,
                dated_on=business_day(),
                way=Way.post if told.party else Way.by_hand,
                doc_no=told.doc_no,
                summary=told.summary,
                pages=2 if told.party else 1,
                reply_due_on=business_day() + timedelta(days=told.due) if told.due else None,
                **({"party": told.party} if told.party else self._whom(home)),
            ),
        )

    def _whom(self, home: Home) -> dict[str, Any]:
        return {
            "customer": session().get_one(Customer, home.customer_id),
            "unit": session().get_one(Unit, home.unit_id),
        }

    def _pass_on(self, letter: Letter) -> None:
        letters.pass_on(letter, self.today.user(CLERK), None, letter.reply_due_on, Said(note="请按期答复"))

    def _note(self, letter: Letter) -> None:
        letters.note(letter, Said(reason="已阅，转告工程维修部"))

    def _answer(self, letter: Letter) -> None:
        whom: dict[str, Any] = {
            "customer": session().get(Customer, letter.customer_id),
            "unit": session().get(Unit, letter.unit_id),
        }
        subject = f"关于“{letter.subject}”的复函"
        letters.answer(letter, Written(kind="answer", subject=subject, body=words.ANSWERS, **whom))

    def _void(self, letter: Letter) -> None:
        letters.void(letter, Said(reason="广告，不作收文登记"))

    def _plan_ours(self, line: Line, days: int, minutes: int, home: Home, arrival: Arrival | None) -> None:
        made: list[Letter] = []
        subject = "关于配合入户检修供暖管道的函"

        def compose() -> None:
            written = Written(kind="other", subject=subject, body=words.ACCESS, **self._whom(home))
            made.append(letters.compose(home.estate_id, written))

        self._add(line, CLERK, days, minutes, compose)
        if arrival:
            self._add(line, CLERK, days, minutes + 60, lambda: self._brought(made[0], Arrival.on_its_way))
        if arrival is Arrival.returned:
            self._add(line, CLERK, 0, minutes, lambda: self._brought(made[0], arrival))

    def _brought(self, letter: Letter, arrival: Arrival) -> None:
        note = "收件人拒收、电话无人接听" if arrival is Arrival.returned else ""
        told = {"channel": Channel.ems, "arrival": arrival, "tracking": f"EMS0000{letter.id:06d}", "note": note}
        letters.note_delivery(letter, Served(delivered_on=business_day(), **told))  # type: ignore[arg-type]

    # Notices

    def plan_notices(self, line: Line) -> None:
        half: list[Notice] = []
        self._plan_issued(line, 2, 45, 0, WORKS, half)
        self._add(line, CLERK, 1, 80, lambda: self._half(half[0]))
        read: list[Notice] = []
        self._plan_issued(line, 1, 50, 1, OUTAGE, read)
        self._add(line, CLERK, 0, 35, lambda: self._read(read[0]))
        self._plan_issued(line, 0, 15, 0, WEATHER, [])
        self._plan_issued(line, 1, 20, 1, SAFETY, [])
        gone: list[Notice] = []
        self._plan_issued(line, 1, 15, 0, OUTAGE, gone)
        self._add(line, HEAD, 0, 20, lambda: notices.withdraw(gone[0], Said(reason="检修改期，另行通知")))
        self._add(line, CLERK, 0, 40, lambda: self._draft(0, FEES))
        self._add(line, CLERK, 1, 200, lambda: notices.drop(self._draft(1, FAIR), Said(reason="活动改期")))

    def _plan_issued(self, line: Line, days: int, minutes: int, place: int, text: Text, made: list[Notice]) -> None:
        self._add(line, CLERK, days, minutes, lambda: made.append(self._draft(place, text)))
        self._add(line, HEAD, days, minutes + 20, lambda: notices.issue(made[0]))

    def _draft(self, place: int, text: Text) -> Notice:
        """To the second building of the estate, where there are two."""
        place, day = self.today.place(place), business_day()
        kind, subject, body, urgent = text
        audience = Audience(
            estate_id=self.today.estates[place][1], buildings=tuple(self.today.buildings[place][:2][-1:])
        )
        told = Draft(
            audience=audience,
            kind=kind,
            subject=subject,
            body=body,
            facts={},
            urgent=urgent,
            wants_reading=True,
            board_from=day,
            board_until=day + timedelta(days=5),
            reach_by=day + timedelta(days=2),
        )
        return notices.draft(told)

    def _households(self, notice: Notice) -> list[NoticeHousehold]:
        mine = select(NoticeHousehold).where(NoticeHousehold.notice_id == notice.id)
        whole = mine.options(joinedload(NoticeHousehold.notice)).order_by(NoticeHousehold.position)
        return list(session().scalars(whole))

    def _half(self, notice: Notice) -> None:
        """Half of it lies in the letter boxes, some were met; at two doors nobody was in."""
        every = self._households(notice)
        notices.bring_many([each.id for each in every[: len(every) // 2]], Reach.mailbox)
        for each in every[len(every) // 2 :][:3]:
            notices.note(each, Reached(reach=Reach.hand, person=each.name))
        for each in every[-2:]:
            notices.note(each, Reached(reach=Reach.hand, worked=False, note="两次上门无人"))
        session().expire_all()

    def _read(self, notice: Notice) -> None:
        """Some followed the link."""
        before, g.actor = g.actor, None
        try:
            for each in self._households(notice)[1:12:3]:
                notices.note_reading(each)
        finally:
            g.actor = before

    def _add(self, line: Line, who: str, days: int, minutes: int, act: Callable[[], object]) -> None:
        line.add(self.today.moment(days, minutes), partial(self._tell, who, days, minutes, act))

    def _tell(self, who: str, days: int, minutes: int, act: Callable[[], object]) -> None:
        with self.today.at(who, days, minutes):
            act()
