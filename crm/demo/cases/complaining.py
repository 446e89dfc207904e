"""The complaints of these days: one in every state, each told through the product's own verbs by the cast."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from flask import g
from sqlalchemy import select

from crm.auth.actor import system_actor
from crm.auth.models import Department
from crm.complaints.actions import service as actions
from crm.complaints.actions.queries import get_action
from crm.complaints.cases import service
from crm.complaints.cases.figures import Promise
from crm.complaints.cases.models import UNREPLIED, About, Channel, CompensationKind, Complaint, Outcome
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Caller, Complained, Found, Heard, Judged, Said
from crm.complaints.cases.terms import terms_of
from crm.complaints.categories.models import ComplaintCategory
from crm.complaints.compensation import service as compensation
from crm.dates import beginning_of, telling, utc_now
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.receipts import Home
from crm.demo.cases.tales import CLOCK
from crm.demo.cases.today import Line, Today
from crm.demo.repairs.crew import DISPATCHER
from crm.properties.models import Unit

CLERK, HEAD, DEPUTY = "limin", "zhouhui", "shentao"
DESK, ENGINEERS, MONEY = "客户服务部", "工程维修部", "财务部"
HOTLINE = timedelta(minutes=105)  # ago: its first answer is due within two hours
Way = Callable[["Told"], None]


@dataclass(slots=True, kw_only=True)
class Told:
    """Received `days` ago, `minutes` after eight; both go on with what is told."""

    today: Today
    days: int
    minutes: int
    place: int
    category: ComplaintCategory
    words: str
    home: Home
    department: str = ""
    contractor: str = ""
    about: About = About.service
    channel: Channel = Channel.phone
    handler: str = CLERK
    anonymous: bool = False
    urgent: bool = False
    reply: str = "已核实处理，并向您致歉"
    id: int = field(init=False)

    @property
    def case(self) -> Complaint:
        return get_case(self.id)

    def at(self, who: str, minutes: int) -> ExitStack:
        """So much later."""
        self.minutes += minutes
        return self.today.at(who, self.days, self.minutes)

    def next_day(self) -> None:
        if self.days:
            self.days, self.minutes = self.days - 1, 50

    def receive(self) -> None:
        unit = session().get_one(Unit, self.home.unit_id)
        complained = Complained(
            category=self.category,
            words=self.words,
            about=self.about,
            urgent=self.urgent,
            unit=unit,
            hotline_number="XN20260117" if self.channel is Channel.hotline else "",
        )
        with self.at(CLERK, 0):
            caller = Caller(anonymous=True) if self.anonymous else self.caller(self.home, self.channel)
            self.id = service.receive(unit.estate_id, complained, caller).id

    def caller(self, home: Home, channel: Channel = Channel.phone) -> Caller:
        who: dict[str, Any] = {"customer_id": home.customer_id, "unit_id": home.unit_id}
        return Caller(name=home.name, digits=home.digits, channel=channel, words=self.words, **who)

    # How far it came

    def left(self) -> None:
        """Nobody has answered yet."""

    def answered(self) -> None:
        with self.at(CLERK, 6):
            service.acknowledge(self.case, Said(note=words.ANSWERED[0]))

    def classified(self) -> None:
        """Not by the department that such complaints are usually about."""
        self.answered()
        usual = self.category.department
        with self.at(DISPATCHER if usual and usual.name == DESK else CLERK, 12):
            case, found = self.case, select(Department.id).where(Department.name == self.department)
            judged = Judged(
                category=self.category,
                severity=case.severity,
                about=self.about,
                about_department_id=session().scalar(found),
                contractor=self.contractor,
            )
            service.classify(case, judged, self.today.user(self.handler))

    def looked_into(self) -> None:
        self.classified()
        with self.at(self.handler, 15):
            service.investigate(self.case)

    def planned(self) -> None:
        self.looked_into()
        with self.at(self.handler, 10):
            service.plan(self.case, "当日现场核实，逐户提醒并张贴提示，三日内复查；客服专人跟进")

    def approved(self) -> None:
        self.planned()
        with self.at(HEAD, 12):
            service.approve_plan(self.case)

    def acting(self) -> None:
        self.looked_into()
        with self.at(self.handler, 25):
            service.act(self.case)

    def lifts(self) -> None:
        """With what is to be changed, today and since yesterday, and something for the trouble that waits for a word."""
        self.acting()
        with self.at(CLERK, 5):
            due, case = self.today.today, self.case
            actions.add(case, "到期部件清单按月核对并签字", self.today.user(DISPATCHER), due)
            actions.add(case, "每日两次查看电梯运行并记录", self.today.user(CLERK), due - timedelta(days=1))
            wish = compensation.Wish(
                kind=CompensationKind.waiver,
                amount=Decimal(120),
                reason="电梯多次停运，老人出行不便，申请减免一个月电梯费",
                customer_id=self.home.customer_id,
            )
            compensation.ask(case, wish)

    def joined(self, main: Told) -> None:
        with self.at(CLERK, 4):
            service.join(self.case, main.case, Said(reason="同一部电梯，同一故障"))

    def of_many(self) -> None:
        """One more complains of the same."""
        self.looked_into()
        if other := self.today.home(self.place):
            with self.at(CLERK, 30):
                service.note_caller(self.case, self.caller(other))

    def replied(self) -> None:
        self.acting()
        self.next_day()
        with self.at(self.handler, 35):
            service.reply(self.case, self.reply)

    def asked(self, who: str, heard: Heard) -> None:
        self.next_day()
        with self.at(who, 20):
            service.call_back(self.case, heard)

    def content(self) -> None:
        self.replied()
        self.asked(HEAD, Heard(satisfied=True, score=5, words=words.CONTENT[0]))

    def of_the_desk(self) -> None:
        """Somebody else asks, and closes: what is changed is done and not verified yet."""
        self.replied()
        self.asked(DEPUTY, Heard(satisfied=True, score=4, words=words.CONTENT[1]))
        with self.at(DEPUTY, 5):
            owner, due = self.today.user(HEAD), self.today.today + timedelta(days=4)
            made = actions.add(self.case, "凡反映必登记，当日给编号", owner, due)
        with self.at(HEAD, 40):
            actions.finish(get_action(made.id), "已向前台全员宣贯，登记表已启用")

    def not_reached(self) -> None:
        self.replied()
        self.asked(HEAD, Heard(satisfied=None, words="无人接听"))

    def discontent(self) -> None:
        self.replied()
        self.asked(HEAD, Heard(satisfied=False, score=2, words=words.DISCONTENT[1]))

    def closed(self) -> None:
        """Its sheet is filed by a job."""
        self.content()
        with self.at(HEAD, 15):
            why = Found(cause="equipment", words="路灯按季节定时，冬令时尚未切换", outcome=Outcome.unjustified)
            service.close(self.case, why)

    def withdrawn(self) -> None:
        self.answered()
        with self.at(CLERK, 50):
            service.withdraw(self.case, Said(reason=words.WITHDRAWN[0]))

    def rise(self) -> None:
        """What the clock did about promises that ran out."""
        now = utc_now()
        for promise in Promise:
            case = self.case
            kept = case.acknowledged_at if promise is Promise.answer else case.replied_at
            due = getattr(case, f"{promise}_due_at")
            if kept or case.state not in UNREPLIED or due is None:
                continue
            when = terms_of(case).schedule.opening(due + timedelta(minutes=1))
            if when >= now or getattr(case, f"{promise}_warned_at"):
                continue
            before, g.actor = g.actor, system_actor(CLOCK)
            try:
                with telling(when):
                    setattr(case, f"{promise}_warned_at", when)
                    service.rise(case, promise)
            finally:
                g.actor = before


@dataclass(frozen=True, slots=True)
class Case:
    days: int
    minutes: int
    place: int
    category: str  # group/name of the tree
    words: str
    way: Way
    given: dict[str, object] = field(default_factory=dict)


NOISE, LIFT = "环境卫生/噪声扰民", "电梯/故障"
CASES = (
    Case(0, 0, 0, "公共设施/公共照明", "地下车库灯坏了一片，老人摔了一跤", Told.left, {"channel": Channel.hotline}),
    Case(0, 20, 1, "环境卫生/垃圾清运", "垃圾桶满了两天没人清", Told.left),
    Case(0, 26, 0, "收费/账单错误", "已经交过的水费又出账了", Told.answered, {"about": About.charge}),
    Case(1, 310, 0, "工程维修/维修质量", "刚修好的水管又漏了", Told.classified, {"department": ENGINEERS}),
    Case(2, 70, 0, NOISE, "楼上半夜还在拖桌子、放音乐", Told.of_many, {"about": About.neighbour}),
    Case(0, 8, 0, "秩序安全/高空抛物", "楼上往下扔烟头砸到车", Told.planned, {"about": About.neighbour}),
    Case(0, 3, 1, "秩序安全/消防", "消防通道停满了电动车", Told.approved, {"contractor": "security"}),
    Case(
        2, 40, 0, LIFT, "电梯一个月坏三次，老人下不了楼", Told.lifts, {"department": ENGINEERS, "contractor": "lifts"}
    ),
    Case(1, 60, 0, LIFT, "电梯又停了，提着菜爬了十一楼", Told.left),
    Case(
        4, 90, 0, "收费/收费不透明", "公摊电费怎么算的没人说得清", Told.replied, {"department": MONEY, "handler": HEAD}
    ),
    Case(
        4,
        30,
        0,
        "客服/答复不及时",
        "上周反映的问题到现在没个回音",
        Told.of_the_desk,
        {"department": DESK, "handler": HEAD},
    ),
    Case(3, 200, 1, "环境卫生/保洁不到位", "楼道一个星期没拖了", Told.content, {"contractor": "cleaning"}),
    Case(5, 120, 1, "工程维修/维修不及时", "报修三天了还没人上门", Told.discontent, {"department": ENGINEERS}),
    Case(
        1,
        150,
        1,
        "邻里/宠物",
        "有人遛大狗不牵绳，吓到孩子",
        Told.classified,
        {"about": About.neighbour, "anonymous": True},
    ),
    Case(3, 45, 1, "公共设施/公共照明", "小区路灯天没黑就亮，浪费电", Told.closed, {"department": ENGINEERS}),
    Case(1, 130, 1, "收费/催费方式", "催费电话一天打三个", Told.withdrawn),
    Case(
        5,
        60,
        1,
        "电梯/维保不及时",
        "电梯年检标志过期了还在用",
        Told.not_reached,
        {"department": ENGINEERS, "handler": DISPATCHER},
    ),
    Case(
        8, 200, 0, "公共设施/道路积水", "单元门口一下雨就积水，反映多次了", Told.classified, {"department": ENGINEERS}
    ),
)


class Complaining:
    """`noise`: of what a violation was made."""

    def __init__(self, today: Today) -> None:
        self.today = today
        self.noise: Told | None = None
        self.lift: Told | None = None

    def plan(self, categories: dict[tuple[str, str], ComplaintCategory]) -> Line:
        """Where the company is small some cases have no place."""
        line = Line()
        for case in CASES:
            group, name = case.category.split("/")
            if home := self.today.home(case.place):
                told = self._told(case, home, categories[group, name])
                line.add(self.today.moment(told.days, told.minutes), partial(self._tell, told, case))
        return line

    def _told(self, case: Case, home: Home, category: ComplaintCategory) -> Told:
        minutes = case.minutes
        if case.given.get("channel") is Channel.hotline:
            began = max(utc_now() - HOTLINE, beginning_of(self.today.today))
            minutes = int((began - beginning_of(self.today.today)).total_seconds() // 60) - 8 * 60
        return Told(
            today=self.today,
            days=case.days,
            minutes=minutes,
            place=case.place,
            category=category,
            words=case.words,
            home=home,
            **case.given,  # type: ignore[arg-type]
        )

    def _tell(self, told: Told, case: Case) -> None:
        told.receive()
        case.way(told)
        if case.way is Told.of_many:
            self.noise = told
        elif case.way is Told.lifts:
            self.lift = told
        elif case.category == LIFT and self.lift:
            told.joined(self.lift)
        told.rise()
