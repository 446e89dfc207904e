"""The demo company's renovations: one at each desk, on the deposits that were taken for them.

Through the same verbs as everybody's, each at the moment at which it is told to have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import exists, select

from crm.billing.deposits.kinds import RENOVATION
from crm.billing.deposits.models import Deposit, DepositRequest
from crm.dates import Period, business_day
from crm.db import session
from crm.demo.credit import at_work
from crm.demo.deposits import people_of_estate
from crm.demo.place import Ground
from crm.properties.models import Unit
from crm.renovations.cases import queries, service
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service import Agreed, Alteration, File, Permit, Plan, Said, Verdict
from crm.renovations.works.models import RenovationWork
from crm.renovations.works.seeding import seed
from crm.web import pdf

CLERK, HEAD, ENGINEER, DEPUTY = "limin", "zhouhui", "sunhao", "shentao"
FIRM, OTHER_FIRM = "青海宏建装饰工程有限公司", "西宁安居装饰设计有限公司"
SKIPPED = 30  # owners whose deposits are told elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Applied for `days` ago; `deposit`: held in yuan since then, None: none was taken yet. `steps` follow."""

    days: int
    works: tuple[str, ...]
    description: str
    steps: Sequence[tuple[int, str, Callable[[Any], None]]]  # days ago, who, what
    firm: str = FIRM
    lasts: int = 80
    deposit: int | None = None


class Told:
    """One renovation, as it is told."""

    def __init__(self, ground: Ground, site: Site, home: Any, scan: bytes) -> None:
        self.ground, self.site, self.home, self.scan = ground, site, home, scan
        self.id = 0

    @property
    def renovation(self) -> Renovation:
        return queries.get_renovation(self.id)

    def apply(self) -> None:
        site, day = self.site, business_day()
        names = select(RenovationWork.id).where(RenovationWork.name.in_(site.works))
        plan = Plan(
            contact=self.home.name,
            contractor=site.firm,
            contractor_lead="马建国" if site.firm else "",
            contractor_licence="D363012345" if site.firm else "",
            description=site.description,
            starts_on=day + timedelta(days=5),
            ends_on=day + timedelta(days=site.lasts),
            work_ids=session().scalars(names).all(),
        )
        self.id = service.apply(session().get_one(Unit, self.home.unit_id), self.home.customer_id, plan).id

    def papers(self, *, all_of_them: bool = True) -> None:
        wanted = [each for each in queries.papers_of(self.renovation) if each.is_missing]
        for each in wanted if all_of_them else wanted[:2]:
            service.bring(self.renovation, each.kind, [File(self.scan, f"{each.kind.title}.pdf")])
        if all_of_them:
            service.complete(self.renovation, Said())

    def examine(self) -> None:
        service.examine(self.renovation, "卫生间做两遍防水，闭水 48 小时；承重墙不得开槽。", Said())

    def sign(self) -> None:
        made = self.renovation
        agreed = Agreed(on=business_day(), deposit=made.deposit_asked)
        service.sign(made, [File(self.scan, "装修责任书.pdf")], agreed, Said())
        for deposit in self._deposits()[:1]:
            service.tie(self.renovation, deposit)

    def _deposits(self) -> Sequence[Deposit]:
        return session().scalars(_free_deposits().where(Deposit.customer_id == self.home.customer_id)).all()

    def permit(self, lasts: int | None = None) -> None:
        if not self.renovation.deposit_id:
            return
        day = business_day()
        last = service.last_day(day) if lasts is None else day + timedelta(days=lasts)
        service.permit(self.renovation, Permit(valid_from=day, valid_to=last), Said())

    def begin(self) -> None:
        service.begin(self.renovation, business_day(), Said())

    def extend(self) -> None:
        until = (self.renovation.valid_to or business_day()) + timedelta(days=30)
        service.ask_extension(self.renovation, until, Said(reason="定制柜体晚到，收尾还要一个月"))

    def alter(self) -> None:
        wish = Alteration(what="开 90 厘米门洞，拆 12 厘米砖隔墙", place="厨房与餐厅之间的非承重墙")
        service.ask_alteration(self.renovation, wish, [File(self.scan, "拆改图.pdf")])

    def approve(self) -> None:
        for each in queries.undecided_alterations(self.id):
            service.decide_alteration(queries.get_alteration(each.id), Verdict(approved=True, words="按图施工"))

    def stop(self) -> None:
        service.stop(self.renovation, Said(reason="楼下住户反映卫生间顶棚渗水，停工检查防水"))


T = Told
SITES = (
    Site(
        days=80,
        works=("全屋装修",),
        description="全屋装修：水电、防水、地面墙面、吊顶",
        lasts=110,
        deposit=3000,
        steps=(
            (79, CLERK, T.papers),
            (77, ENGINEER, T.examine),
            (75, CLERK, T.sign),
            (74, HEAD, T.permit),
            (72, CLERK, T.begin),
            (1, CLERK, T.extend),
        ),
    ),
    Site(
        days=64,
        works=("非承重墙拆改", "水电改造"),
        description="打通厨房与餐厅，厨房水电重做",
        firm=OTHER_FIRM,
        deposit=3000,
        steps=(
            (63, CLERK, T.alter),
            (63, CLERK, T.papers),
            (62, ENGINEER, T.examine),
            (61, HEAD, T.approve),
            (60, CLERK, T.sign),
            (59, HEAD, partial(T.permit, lasts=62)),
            (58, CLERK, T.begin),
        ),
    ),
    Site(
        days=50,
        works=("厨卫防水", "水电改造"),
        description="厨卫改造，卫生间重做防水",
        deposit=2000,
        steps=(
            (49, CLERK, T.papers),
            (48, ENGINEER, T.examine),
            (47, CLERK, T.sign),
            (46, HEAD, T.permit),
            (44, CLERK, T.begin),
            (2, HEAD, T.stop),
        ),
    ),
    Site(
        days=9,
        works=("地面墙面", "吊顶和隔断"),
        description="客厅和两间卧室地面、墙面，客厅吊顶",
        deposit=1000,
        steps=((8, CLERK, T.papers), (7, ENGINEER, T.examine), (6, CLERK, T.sign)),
    ),
    Site(
        days=4,
        works=("阳台封闭",),
        description="封闭南阳台",
        firm="",
        lasts=30,
        steps=((3, CLERK, T.papers),),
    ),
    Site(
        days=1,
        works=("水电改造", "门窗更换"),
        description="换入户门和两樘窗，插座增加两路",
        steps=((1, CLERK, partial(T.papers, all_of_them=False)),),
    ),
)


def store(ground: Ground, _dice: Random, period: Period) -> None:
    tell(ground, period, SITES, SKIPPED)


def tell(ground: Ground, period: Period, sites: Sequence[Site], skipped: int) -> None:
    """Nothing where so long a past is not told, or where nobody is there for it."""
    today = business_day()
    seed()
    if not ground.estates or period.starts > today - timedelta(days=sites[0].days):
        return
    told = list(_all_told(ground, sites, skipped))
    for day, minutes, who, act in sorted(_acts(told, today), key=lambda each: each[:2]):
        with at_work(ground, who, day, minutes):
            act()
    session().expire_all()


def _all_told(ground: Ground, sites: Sequence[Site], skipped: int) -> Iterator[Told]:
    scan = pdf.press("<html><body><h1>演示用扫描件</h1></body></html>")
    estate_id = next(iter(ground.estates.values()))
    secured = iter(session().scalars(_free_deposits().where(Deposit.estate_id == estate_id)).all())
    others = iter(people_of_estate(estate_id, skipped + len(sites))[skipped:])
    for site in sites:
        home = next(others, None) if site.deposit is None else _home_of(secured, site)
        if home:
            yield Told(ground, site, home, scan)


def _free_deposits() -> Any:
    """Renovation deposits that are held whole, and of which nothing is asked; the earliest first."""
    asked = exists().where(DepositRequest.deposit_id == Deposit.id)
    tied = exists().where(Renovation.deposit_id == Deposit.id)
    held = select(Deposit).where(Deposit.kind == RENOVATION, Deposit.balance == Deposit.amount, ~asked, ~tied)
    return held.where(Deposit.unit_id.is_not(None)).order_by(Deposit.taken_on, Deposit.id)


@dataclass(frozen=True, slots=True)
class Home:
    unit_id: int
    customer_id: int
    name: str


def _home_of(deposits: Iterator[Deposit], site: Site) -> Home | None:
    """Of the next one who paid enough, and early enough for the permit."""
    signed = business_day() - timedelta(days=next((days for days, _who, act in site.steps if act is T.sign), 0))
    for deposit in deposits:
        if deposit.taken_on <= signed and deposit.amount >= (site.deposit or 0):
            return Home(deposit.unit_id or 0, deposit.customer_id, deposit.payer)
    return None


def _acts(told: Sequence[Told], today: date) -> Iterator[tuple[date, int, str, Callable[[], None]]]:
    """(day, minutes after eight, who, what); an hour lies between two of one day."""
    for number, each in enumerate(told):
        yield today - timedelta(days=each.site.days), 20 + number, CLERK, each.apply
        for place, (days, who, act) in enumerate(each.site.steps, start=1):
            yield today - timedelta(days=days), 60 * place + number, who, partial(act, each)
