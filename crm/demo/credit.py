"""The demo company's loans and guarantees: 30 projects in every state, the same for every size of the company.

Entered through the register's own verbs by the cast: 王磊 and 赵倩 as A and B, approved by whoever has the rank.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from flask import current_app, g

from crm.archive.credit import service
from crm.archive.credit.models import (
    Client,
    ClientKind,
    CollateralKind,
    EndBasis,
    Project,
    ProjectKind,
    ProjectState,
)
from crm.archive.credit.ranks import rank_needed
from crm.archive.credit.terms import Terms
from crm.audit.log import write_log
from crm.auth.actor import Actor, permissions_of
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import Period, business_day, months_later, telling, utc_now
from crm.db import session
from crm.demo import firms, names, people
from crm.demo.cast import CAST
from crm.demo.place import Ground
from crm.files import store as files
from crm.files.models import Upload
from crm.money import round_to_fen
from crm.web import pdf

SERIALS = 9_000_000  # of clients' numbers: beyond those of any company's residents
LOAN, GUARANTEE = ProjectKind.loan, ProjectKind.guarantee
S = ProjectState
PURPOSES = ("购买原材料", "补充流动资金", "支付工程款", "购置设备", "支付货款", "门店装修", "采购农副产品")
PAPERS = ("评审会决议", "放款凭证", "保函", "结清证明", "撤回申请", "解除担保通知书")
APPROVERS = {
    RoleName.deputy_general_manager: "shentao",
    RoleName.general_manager: "hanbing",
    RoleName.chairman: "tangfeng",
}
REFUSALS = ("经营现金流不足以覆盖还款", "抵押物权属有争议")
WITHDRAWALS = ("已从银行取得贷款", "项目推迟，暂不需要资金")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`ended` days ago it was disbursed, or decided where it never was; `repaid` in tenths of the sum."""

    state: ProjectState
    kind: ProjectKind
    wan: int
    months: int
    rate: str
    ended: int
    repaid: int = 0
    person: bool = False
    swapped: bool = False


def _plan(state: ProjectState, kind: ProjectKind, wan: int, months: int, rate: str, ended: int, **given: int) -> Plan:
    return Plan(state=state, kind=kind, wan=wan, months=months, rate=rate, ended=ended, **given)  # type: ignore[arg-type]


PLANS = (
    _plan(S.settled, LOAN, 100, 6, "15", 610, repaid=10),
    _plan(S.settled, LOAN, 50, 12, "16.8", 590, repaid=10, person=True),
    _plan(S.settled, GUARANTEE, 500, 12, "2", 560, repaid=10),
    _plan(S.settled, LOAN, 200, 6, "14.4", 430, repaid=10, swapped=True),
    _plan(S.settled, GUARANTEE, 300, 6, "2.2", 400, repaid=10, swapped=True),
    _plan(S.settled, LOAN, 30, 3, "18", 330, repaid=10, person=True),
    _plan(S.ended, LOAN, 150, 12, "15", 395, repaid=6),
    _plan(S.ended, LOAN, 80, 6, "16.8", 215, repaid=2, person=True),
    _plan(S.ended, GUARANTEE, 1000, 24, "1.8", 350, repaid=3),
    _plan(S.ended, LOAN, 300, 12, "14.4", 340, repaid=5),
    _plan(S.ended, LOAN, 60, 12, "15.6", 300, repaid=4, person=True, swapped=True),
    _plan(S.ended, GUARANTEE, 800, 12, "2", 260, repaid=2, swapped=True),
    _plan(S.ended, LOAN, 500, 12, "13.2", 225, repaid=3),
    _plan(S.ended, LOAN, 120, 9, "15", 180, repaid=2),
    _plan(S.ended, GUARANTEE, 2500, 36, "1.5", 150),
    _plan(S.ended, LOAN, 40, 6, "18", 120, person=True),
    _plan(S.ended, LOAN, 260, 12, "14.4", 75, repaid=1, swapped=True),
    _plan(S.ended, GUARANTEE, 600, 12, "2", 45),
    _plan(S.ended, LOAN, 90, 6, "16.8", 20),
    _plan(S.ended, LOAN, 180, 12, "15", 6, swapped=True),
    _plan(S.ended, GUARANTEE, 350, 12, "2.2", 2),
    _plan(S.refused, LOAN, 700, 12, "15", 140),
    _plan(S.refused, GUARANTEE, 450, 12, "2", 60, person=True),
    _plan(S.withdrawn, LOAN, 110, 6, "15.6", 95),
    _plan(S.withdrawn, GUARANTEE, 260, 12, "2", 30, swapped=True),
    _plan(S.approved, LOAN, 220, 12, "14.4", 3),
    _plan(S.approved, GUARANTEE, 900, 24, "1.8", 2),
    _plan(S.applied, LOAN, 75, 6, "16.8", 9, person=True),
    _plan(S.applied, LOAN, 400, 12, "15", 5, swapped=True),
    _plan(S.applied, GUARANTEE, 1500, 24, "1.8", 1),
)


def store(ground: Ground, dice: Random, _period: Period) -> None:
    """In the order of the disbursements, so that archive numbers follow the days as they would have."""
    today = business_day()
    with acting("wanglei", ground):
        papers = {title: paper(title) for title in PAPERS}
    clients = _clients(ground, dice)
    for plan in sorted(PLANS, key=lambda plan: -plan.ended):
        Telling(ground, dice, papers, today).tell(plan, next(clients[plan.person]))


@contextmanager
def acting(username: str, ground: Ground) -> Iterator[None]:
    """What is entered meanwhile, this member of the cast has entered."""
    member, before = next(member for member in CAST if member.username == username), g.actor
    roles = tuple(RoleName(role) for role in member.roles)
    user = session().get_one(User, ground.users[username])
    g.actor = Actor(
        name=member.full_name,
        user_id=user.id,
        department_id=user.department_id,
        permissions=permissions_of(roles),
        roles=roles,
    )
    try:
        yield
        write_log(session())
    finally:
        g.actor = before


def at_work(ground: Ground, who: str, day: date, minutes: int) -> ExitStack:
    """Somebody of the cast at work, so many minutes after eight in the morning."""
    stack = ExitStack()
    stack.enter_context(telling(min(datetime.combine(day, time(0), UTC) + timedelta(minutes=minutes), utc_now())))
    stack.enter_context(acting(who, ground))
    return stack


def _morning(day: date) -> datetime:
    """Of a day so far, when the papers came."""
    return min(datetime.combine(day, time(9, 30), current_app.config["SETTINGS"].timezone), utc_now())


def paper(title: str) -> Upload:
    page = f"<html><body><h1>{title}</h1><p>演示用扫描件</p></body></html>"
    return files.keep(pdf.press(page), f"{title}.pdf", purpose="credit", estate_id=None)


def _clients(ground: Ground, dice: Random) -> dict[bool, Iterator[Client]]:
    """Person or company -> clients in turn; some come back with a second project."""
    with acting("wanglei", ground):
        companies = [_company(dice, number) for number in range(15)]
        persons = [_person(dice, number) for number in range(6)]
    return {False: iter(companies + companies), True: iter(persons + persons)}


def _company(dice: Random, number: int) -> Client:
    firm = firms.company(dice, SERIALS + number, shop=False)
    chief = names.full_name(dice, "male", dice.randint(1965, 1985))
    phone = people.mobile(SERIALS + number)
    facts = {"name": firm.name, "credit_code": firm.credit_code, "legal_representative": chief, "phone": phone}
    return service.register_client(service.ClientFacts(kind=ClientKind.company, **facts))


def _person(dice: Random, number: int) -> Client:
    year = dice.randint(1968, 1992)
    facts = {
        "name": names.full_name(dice, "male", year),
        "id_number": people.id_number(SERIALS + number, "male", year),
        "phone": people.mobile(SERIALS + 100 + number),
    }
    return service.register_client(service.ClientFacts(kind=ClientKind.person, **facts))


@dataclass(frozen=True, slots=True)
class Telling:
    """One project from its application to where it stands today."""

    ground: Ground
    dice: Random
    papers: dict[str, Upload]
    today: date

    def tell(self, plan: Plan, client: Client) -> None:
        decided = self.today - timedelta(days=plan.ended)
        a, b = ("zhaoqian", "wanglei") if plan.swapped else ("wanglei", "zhaoqian")
        applied = decided if plan.state is S.applied else decided - timedelta(days=self.dice.randint(18, 32))
        with acting(a, self.ground):
            project = self._apply(plan, client, applied, self.ground.users[a], self.ground.users[b])
            self._secure(project, client)
        self._decide(plan, project, decided, a)
        if plan.state in (S.ended, S.settled):
            with acting(a, self.ground):
                self._run(plan, project, decided)
        session().flush()

    def _apply(self, plan: Plan, client: Client, day: date, a_id: int, b_id: int) -> Project:
        terms = Terms(amount=Decimal(plan.wan * 10_000), term_months=plan.months, rate=Decimal(plan.rate))
        purpose = self.dice.choice(PURPOSES)
        application = service.Application(kind=plan.kind, terms=terms, applied_on=day, purpose=purpose)
        return service.add_project(client, application, a_id, b_id)

    def _surety(self, project: Project, client: Client) -> service.Surety:
        """The company's chief, or the borrower's wife, who is registered with her ID number."""
        if client.legal_representative:
            return service.Surety(ClientKind.person, client.legal_representative)
        name = names.full_name(self.dice, "female", 1980)
        number = people.id_number(SERIALS + 200 + project.id, "female", 1980)
        wife = service.register_client(service.ClientFacts(kind=ClientKind.person, name=name, id_number=number))
        return service.Surety(wife.kind, wife.name, wife.id)

    def _secure(self, project: Project, client: Client) -> None:
        service.add_guarantor(project, self._surety(project, client), note="连带责任保证")
        number, value = self.dice.randint(10_000, 99_999), project.amount * self.dice.choice((13, 15, 18)) / 10
        if project.amount >= 800_000:
            street = self.dice.choice(("五四西路", "昆仑大道", "胜利路", "海湖大道"))
            place, paper = f"{street}{self.dice.randint(3, 180)}号商业用房", f"青（2019）西宁市不动产权第00{number}号"
            kind = CollateralKind.real_estate
            service.add_collateral(project, kind, place, client.name, certificate_no=paper, value=value)
        elif self.dice.random() < 0.5:
            what = f"小型客车 青A{number}"
            service.add_collateral(project, CollateralKind.vehicle, what, client.name, value=value / 2)

    def _decide(self, plan: Plan, project: Project, decided: date, a: str) -> None:
        if plan.state is S.withdrawn:
            paper, reason = self.papers["撤回申请"], self.dice.choice(WITHDRAWALS)
            with acting(a, self.ground):
                service.withdraw(project, service.Resolution(decided_on=decided, evidence=paper, reason=reason))
        elif plan.state is not S.applied:
            self._resolve(plan, project, decided)

    def _resolve(self, plan: Plan, project: Project, decided: date) -> None:
        approver = APPROVERS[rank_needed(project.amount, service.limits_on(self.today))]
        day = max(project.applied_on, decided - timedelta(days=self.dice.randint(3, 8)))
        refused = plan.state is S.refused
        resolution = service.Resolution(
            decided_on=day,
            evidence=self.papers["评审会决议"],
            number=f"评审〔{day.year}〕{project.id:03d}号",
            reason=self.dice.choice(REFUSALS) if refused else "",
            approver_id=self.ground.users[approver],
        )
        with acting(approver, self.ground):
            (service.refuse if refused else service.approve)(project, resolution)

    def _run(self, plan: Plan, project: Project, ended: date) -> None:
        loan = plan.kind is LOAN
        self._sign(project, ended)
        basis = EndBasis.disbursement if loan else EndBasis.guarantee_given
        with telling(_morning(ended)):
            service.end_project(project, ended, basis, self.papers["放款凭证" if loan else "保函"])
        self._repay(plan, project, ended)
        if plan.state is S.settled:
            day = min(months_later(ended, plan.months), self.today)
            service.settle(project, day, self.papers["结清证明" if loan else "解除担保通知书"])

    def _sign(self, project: Project, day: date) -> None:
        title, head = ("借款合同", "JK") if project.kind is LOAN else ("委托担保合同", "WB")
        number = f"{head}{day:%Y%m%d}-{project.id:02d}"
        parties = f"本公司；{project.client.name}"
        service.add_contract(project, title, number, parties=parties, signed_on=day, amount=project.amount)
        service.add_contract(project, "保证合同", f"BZ{day:%Y%m%d}-{project.id:02d}", signed_on=day)

    def _repay(self, plan: Plan, project: Project, ended: date) -> None:
        """In equal parts over the days that have passed; the interest of each part's time on what was outstanding."""
        last = min(months_later(ended, plan.months), self.today)
        parts, before = min(plan.repaid, 4), ended
        for part in range(1, parts + 1):
            share = project.amount * plan.repaid / 10 / parts
            day = ended + (last - ended) * part // (parts + 1 if plan.state is S.ended else parts)
            yearly = project.outstanding * project.rate / 100 if plan.kind is LOAN else Decimal(0)
            service.repay(project, day, share, round_to_fen(yearly * (day - before).days / 360))
            before = day
