"""What the demo company has borrowed from its archive: slips in every state, what came back and what did not.

Through the same verbs as everybody's, each at the moment at which it is told to have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import exists, select

from crm.archive.dossiers.models import Dossier, Item, Rendition
from crm.archive.handover.models import Handover, HandoverState
from crm.archive.lending import queries, service
from crm.archive.lending.models import LendingSlip, SlipExtension, SlipForm, SlipLine, SlipState
from crm.archive.lending.queries import lendable_of
from crm.archive.lending.service import Found, Said, Wish
from crm.archive.lending.service.reading import note
from crm.dates import Period, business_day
from crm.db import session
from crm.demo.days import Days
from crm.demo.place import Ground

S = SlipState
ARCHIVIST, DEPUTY, MANAGER, CHAIRMAN = "fengxue", "shentao", "hanbing", "tangfeng"
PATH = (S.submitted, S.approved, S.issued, S.partly_returned, S.returned, S.verified, S.closed)
GONE = "第3页缺失，借阅人称未见，正在查找"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Made `ago` days ago; `back` days later it came back. `decides` as the authority table has it; `more`: days that
    were asked for, granted or waiting."""

    state: SlipState
    who: str
    ago: int
    reason: str
    purpose: str = "management"
    decides: str = MANAGER
    days: int = 7
    back: int = 4
    digital: bool = False
    whole: bool = False
    short: bool = False
    more: str = ""
    words: str = ""


def _plan(state: SlipState, who: str, ago: int, reason: str, **given: Any) -> Plan:
    return Plan(state=state, who=who, ago=ago, reason=reason, **given)


PLANS = (
    _plan(S.closed, "hefang", 70, "核对借款合同利率与还款计划", purpose="fees"),
    _plan(
        S.closed,
        "zhouhui",
        45,
        "客户咨询担保责任，核对合同条款",
        purpose="answer",
        decides=DEPUTY,
        more="granted",
        back=6,
    ),
    _plan(S.verified, "sunhao", 30, "核对抵押商铺的装修图纸", purpose="works", decides=DEPUTY, short=True),
    _plan(
        S.rejected, "limin", 28, "了解客户贷款情况", purpose="answer", decides=DEPUTY, words="与岗位职责无关，不予借阅"
    ),
    _plan(S.issued, "wudan", 16, "核对放款凭证与银行回单", purpose="fees"),
    _plan(S.cancelled, "qijun", 12, "查看抵押物现场照片", purpose="works", words="已改看电子件，不再需要"),
    _plan(S.verified, "hefang", 9, "欠款客户诉讼材料准备"),
    _plan(S.returned, "zhouhui", 8, "客户要求核对保证合同", purpose="answer", decides=DEPUTY),
    _plan(S.issued, "zhengkai", 6, "年度收费检查", purpose="audit", more="waiting"),
    _plan(S.partly_returned, "sunhao", 5, "核对评估报告面积", purpose="works", decides=DEPUTY, back=3),
    _plan(S.issued, CHAIRMAN, 4, "董事会前查阅项目全卷", days=14, whole=True),
    _plan(S.issued, "caoning", 3, "内部审计抽查评审决议", purpose="audit", days=10, digital=True),
    _plan(S.approved, "limin", 1, "客户来访，核对合同签章", purpose="answer", decides=DEPUTY),
    _plan(S.submitted, "sunhao", 0, "核对抵押厂房平面图", purpose="works"),
    _plan(S.draft, "wanglei", 0, "贷后检查前查阅调查报告"),
)


def store(ground: Ground, dice: Random, _period: Period) -> None:
    """Each of another dossier among those filed first; nothing while none is filed."""
    lending = Lending(ground, dice)
    for dossier, plan in zip(_dossiers(len(PLANS)), PLANS, strict=False):
        lending.tell(dossier, plan)


class Lending(Days):
    """One slip from its draft to where it stands today."""

    dossier_id = slip_id = 0

    def tell(self, dossier: Dossier, plan: Plan) -> None:
        self.dossier_id = dossier.id
        self.begin(self.ago(plan.ago))
        self.slip_id = self.do(plan.who, lambda: self._make(plan))
        if plan.state is S.draft:
            return
        if plan.state is S.cancelled:
            self._take(plan.who, lambda slip: service.cancel(slip, Said(reason=plan.words)))
            return
        for state in PATH:
            if state is S.partly_returned:
                self.begin(self.working(min(self.day + timedelta(days=plan.back), self.today)))
            if (step := self._steps(plan).get(state)) is not None:
                step()
            if state is plan.state or (state is S.submitted and self._is_refused(plan)):
                break
        if plan.more == "waiting":
            self._ask_more(plan)

    def _is_refused(self, plan: Plan) -> bool:
        if plan.state is not S.rejected:
            return False
        self._take(plan.decides, lambda slip: service.reject(slip, Said(reason=plan.words)))
        return True

    def _steps(self, plan: Plan) -> dict[SlipState, Callable[[], Any]]:
        steps: dict[SlipState, Callable[[], Any]] = {
            S.submitted: lambda: self._take(plan.who, service.hand_in),
            S.approved: lambda: self._take(plan.decides, lambda slip: service.approve(slip, Said(note="同意"))),
            S.issued: lambda: self._hand_out(plan),
            S.partly_returned: lambda: self._take(ARCHIVIST, self._part_back),
            S.returned: lambda: self._take(ARCHIVIST, self._all_back),
            S.verified: lambda: self._check(plan),
            S.closed: lambda: self._take(ARCHIVIST, service.reshelve),
        }
        if plan.who == CHAIRMAN:
            del steps[S.approved]
        if plan.state is not S.partly_returned:
            del steps[S.partly_returned]
        return steps

    def _take(self, who: str, act: Callable[[LendingSlip], Any]) -> Any:
        return self.do(who, lambda: act(queries.get_slip(self.slip_id, lock=True)))

    def _make(self, plan: Plan) -> int:
        form = SlipForm.digital if plan.digital else SlipForm.paper
        due = business_day() + timedelta(days=plan.days)
        slip = service.make(Wish(form=form, purpose=plan.purpose, reason=plan.reason, due_on=due))
        items = lendable_of(self.dossier_id)
        service.put_on(slip, items if plan.whole else _some(items, plan))
        return slip.id

    def _hand_out(self, plan: Plan) -> None:
        if plan.digital:
            self._take(plan.who, _read)
            return
        self._take(ARCHIVIST, _issue)
        if plan.more == "granted":
            extension = self._ask_more(plan)
            self._take(plan.decides, lambda slip: service.decide_extension(extension, slip, approve=True, words="同意"))

    def _ask_more(self, plan: Plan) -> SlipExtension:
        """On the day before it is due."""
        self.begin(self.working(min(self.day + timedelta(days=plan.days - 1), self.today)))
        found: SlipExtension = self._take(
            plan.who, lambda slip: service.ask_extension(slip, slip.due_on + timedelta(days=7), "尚未核对完")
        )
        return found

    def _part_back(self, slip: LendingSlip) -> None:
        first = queries.lines_of(slip.id)[0]
        service.take_back(slip, {first.id: first.issued_pages})

    def _all_back(self, slip: LendingSlip) -> None:
        service.take_back(slip, {line.id: line.issued_pages for line in queries.lines_of(slip.id)})

    def _check(self, plan: Plan) -> None:
        """Page by page; where one is missing the slip stays open."""
        self._take(ARCHIVIST, lambda slip: _check(slip, plan))
        if plan.short:
            self._take(ARCHIVIST, service.reshelve)


def _issue(slip: LendingSlip) -> None:
    papers = queries.attachments_in(queries.whole_dossiers(slip.id))
    service.issue(slip, {line.id for line in queries.lines_of(slip.id)}, attachments=papers)


def _check(slip: LendingSlip, plan: Plan) -> None:
    service.check(slip, _found(queries.lines_of(slip.id), plan), attachments=slip.attachments)


def _found(lines: Sequence[SlipLine], plan: Plan) -> dict[int, Found]:
    longest = max(lines, key=lambda line: line.issued_pages)
    return {
        line.id: Found(pages=line.issued_pages - 1, whole=True, note=GONE)
        if plan.short and line is longest
        else Found(pages=line.issued_pages, whole=True)
        for line in lines
    }


def _read(slip: LendingSlip) -> None:
    """The borrower opens the first file."""
    line = queries.lines_of(slip.id)[0]
    note(slip, line, session().scalars(select(Rendition.id).where(Rendition.item_id == line.item_id)).first() or 0)


def _some(items: Sequence[Item], plan: Plan) -> Sequence[Item]:
    """Three of them; of a copy those that are scanned, of what will lack a page the longest."""
    if plan.digital:
        scanned = select(Rendition.item_id).where(Rendition.item_id.in_([item.id for item in items]))
        keys = set(session().scalars(scanned))
        return [item for item in items if item.id in keys][:3]
    return sorted(items, key=lambda item: -item.pages)[:3]


def _dossiers(most: int) -> Sequence[Dossier]:
    """Filed, and nothing of them was ever lent."""
    untold = ~exists().where(SlipLine.dossier_id == Dossier.id)
    filed = select(Dossier).join(Handover, Handover.dossier_id == Dossier.id)
    found = filed.where(Handover.state == HandoverState.filed, untold).order_by(Dossier.filed_at, Dossier.id)
    return session().scalars(found.limit(most)).all()
