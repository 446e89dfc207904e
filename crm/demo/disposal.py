"""What the demo company no longer has to keep: applications turned down long ago, on a list that waits for approval.

Through the same verbs as everybody's, each at the moment at which it is told to have happened.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from random import Random

from sqlalchemy import select

from crm.archive.credit import service
from crm.archive.credit.models import ClientKind, Project, ProjectKind
from crm.archive.credit.terms import Terms
from crm.archive.disposal import queries
from crm.archive.disposal.group import Said as Word
from crm.archive.disposal.models import Outcome, Seat
from crm.archive.disposal.service import holds, listing
from crm.archive.dossiers.models import Dossier
from crm.archive.handover.models import Handover
from crm.dates import Period
from crm.db import session
from crm.demo import firms
from crm.demo.credit import SERIALS, paper
from crm.demo.days import Days
from crm.demo.handover import Way
from crm.demo.place import Ground
from crm.files.models import Upload

KEEPER, DEPUTY, MANAGER, AUDITOR = "fengxue", "shentao", "hanbing", "caoning"
FIRST = 1000  # of the old clients' serials
OLD = (  # days ago it was turned down, ten thousands of yuan, why
    (4310, 80, "经营场所为租赁，无有效抵押"),
    (4120, 150, "对外担保过多，代偿风险大"),
    (3980, 60, "征信有逾期记录"),
    (3890, 300, "抵押物已被查封"),
    (3800, 120, "申请材料不完整，逾期未补"),
)
HELD = "监管部门调阅历史拒贷项目，调阅结束前不得处置"
PROPOSED, SEATS = 12, ((Seat.archive, KEEPER), (Seat.business, DEPUTY), (Seat.audit, AUDITOR))


def store(ground: Ground, dice: Random, _period: Period) -> None:
    Disposal(ground, dice).tell()


class Disposal(Days):
    def tell(self) -> None:
        with_paper = paper("评审会决议")
        found = [self._turned_down(place, *old, with_paper) for place, old in enumerate(OLD)]
        held = session().get_one(Dossier, found[-1])
        self.begin(self.ago(PROPOSED + 30))
        self.do(KEEPER, lambda: holds.place(held, HELD))
        self.begin(self.ago(PROPOSED))
        proposed = self.do(KEEPER, lambda: listing.propose(None, found[:-1], "已满十年的拒贷项目").id)
        for days, (seat, who) in enumerate(SEATS):
            self.begin(self.ago(PROPOSED - 2 - days))
            self.do(who, partial(_opine, proposed, seat))

    def _turned_down(self, place: int, ago: int, wan: int, reason: str, evidence: Upload) -> int:
        """The dossier of an application of that time, with what was collected for it."""
        decided = self.ago(ago)
        self.begin(self.ago(ago + 20))
        project = self.do("wanglei", lambda: self._applied(place, wan))
        handover = session().scalars(select(Handover.id).where(Handover.dossier_id == project.dossier_id)).one()
        Way(self.ground, self.dice, handover, scans={}).collect()
        self.begin(decided)
        self.do(MANAGER, lambda: service.refuse(project, self._resolution(decided, reason, evidence)))
        return project.dossier_id or 0

    def _applied(self, place: int, wan: int) -> Project:
        firm = firms.company(self.dice, SERIALS + FIRST + place, shop=False)
        facts = service.ClientFacts(kind=ClientKind.company, name=firm.name, credit_code=firm.credit_code)
        terms = Terms(amount=Decimal(wan * 10_000), term_months=12, rate=Decimal(18))
        asked = service.Application(kind=ProjectKind.loan, terms=terms, applied_on=self.day, purpose="补充流动资金")
        users = self.ground.users
        return service.add_project(service.register_client(facts), asked, users["wanglei"], users["zhaoqian"])

    def _resolution(self, decided: date, reason: str, evidence: Upload) -> service.Resolution:
        approver, number = self.ground.users[MANAGER], f"评审〔{decided.year}〕{decided.timetuple().tm_yday:03d}号"
        return service.Resolution(
            decided_on=decided, evidence=evidence, number=number, reason=reason, approver_id=approver
        )


def _opine(list_id: int, seat: Seat) -> None:
    found = queries.get_list(list_id)
    words = "保管期满，无继续保存价值" if seat is not Seat.business else "已无业务往来，同意销毁"
    listing.give_opinions(found, seat, {line.id: (Word(Outcome.destroy), words) for line in found.lines})
