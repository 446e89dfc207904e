"""The demo company's vault: title documents from A's hands over the list into the safe, outside, back, to their end.

One diary of all projects, day by day: what moved on a day is sealed on its evening by two. Through the same verbs as
everybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.archive.credit.models import Project, ProjectState
from crm.archive.credit.service import check_settlement, repay, settle
from crm.archive.dossiers.models import Location
from crm.archive.dossiers.models.custody import LocationKind
from crm.archive.handover.service.lists import Signing
from crm.archive.vault.counts import service as counts
from crm.archive.vault.counts.comparing import Found
from crm.archive.vault.counts.queries import get_count, kept_in
from crm.archive.vault.counts.standing import Standing as Counting
from crm.archive.vault.documents.service import TitleFacts, change, enter
from crm.archive.vault.incidents import service as incidents
from crm.archive.vault.incidents.queries import get_incident
from crm.archive.vault.models import CountKind, Purpose, TitleDocument, TitleSignature, TitleState, TitleVoucher
from crm.archive.vault.transfers import service as transfers
from crm.archive.vault.transfers.queries import standing_of
from crm.archive.vault.transfers.service import Compared
from crm.archive.vault.vouchers import service as vouchers
from crm.archive.vault.vouchers.queries import get_voucher
from crm.archive.vault.vouchers.service import Asked, Prepared
from crm.archive.vault.vouchers.standing import Standing
from crm.auth.models import User
from crm.dates import Period, utc_now
from crm.db import session
from crm.demo import people
from crm.demo.credit import SERIALS, paper
from crm.demo.days import ADDRESS, EVENING, Days
from crm.demo.place import Ground
from crm.demo.titles import APPLIED, APPROVED, ENDED, Fate, papers_of

S = TitleState
KEEPER, SECOND, MANAGER = "xujing", "fengxue", "hanbing"
COUNTS = ((96, CountKind.scheduled), (64, CountKind.surprise), (33, CountKind.scheduled))  # days ago
MISPLACED, MISSING = 1, 2  # what the second and the third of them find
AGREES = Compared(name=True, certificate_no=True, quantity=True)
SETTLED, RELEASED = 25, 22  # days ago
WHY = {
    Purpose.registration: ("办理抵押物变更登记", "不动产登记中心受理通知书"),
    Purpose.court: ("法院调取抵押权证原件核对", "西宁市城西区人民法院协助调查函"),
    Purpose.extension: ("借款展期，办理抵押顺延登记", "展期协议"),
}


def store(ground: Ground, dice: Random, _period: Period) -> None:
    Vault(ground, dice).tell()


class Vault(Days):
    """`documents`: of each project, by id. Nothing is told before its day has come in the diary."""

    def __init__(self, ground: Ground, dice: Random) -> None:
        super().__init__(ground, dice)
        self.diary: defaultdict[date, list[Callable[[], object]]] = defaultdict(list)
        self.projects: dict[int, Project] = {}
        self.documents: dict[int, list[int]] = {}
        self.moved = False
        self.scan = paper("权证出入库凭单")
        self.safe, *self.slots = _places()

    def tell(self) -> None:
        for place, (ago, kind) in enumerate(COUNTS):
            self._on(self.ago(ago), partial(self._count, kind, place))
        for state, fates in (
            (ProjectState.ended, ENDED),
            (ProjectState.approved, APPROVED),
            (ProjectState.applied, APPLIED),
        ):
            for project, fate in zip(_projects(state), fates, strict=False):
                self._plan(project, fate)
        self._on(self.ago(1), partial(self._order, CountKind.scheduled))
        for day in sorted(self.diary):
            self._day(day)

    def _on(self, day: date, act: Callable[[], object]) -> None:
        self.diary[day].append(act)

    def _day(self, day: date) -> None:
        self.begin(day)
        self.moved = False
        for act in self.diary[day]:
            act()
        if self.moved and day < self.today:
            self.minute = max(self.minute, EVENING - 20)
            for who in (KEEPER, SECOND):
                self.do(who, self._seal)

    def _seal(self) -> None:
        day = counts.day_of(self.day, lock=True)
        counts.seal(day, day.closing, "", ADDRESS)

    # What becomes of a project's documents

    def _plan(self, project: Project, fate: Fate) -> None:
        self.projects[project.id] = project
        obtained = self.working(project.ends_on or self.today) if fate.ago is None else self.ago(fate.ago)
        self._on(obtained, partial(self._come, project.id, fate))
        if fate.outside is not None:
            self._on(self.ago(fate.gone), partial(self._go, project.id, fate.outside, self.ago(fate.due)))
        if fate.back is not None:
            self._on(self.ago(fate.back), partial(self._return, project.id))
        if fate.state is S.lost:
            self._on(self.ago(COUNTS[MISSING][0] - 3), partial(self._write_off, project.id))
        if fate.state is S.released:
            self._on(self.ago(SETTLED), partial(self._settle, project.id))
            self._on(self.ago(RELEASED), partial(self._release, project.id))
        if fate.waits:
            self._on(self.today, partial(self._wait, project.id, fate.waits))

    def _parties(self, project_id: int) -> tuple[str, str]:
        project = self.projects[project_id]
        return self.names[project.a_id], self.names[project.b_id]

    def _come(self, project_id: int, fate: Fate) -> None:
        a, _b = self._parties(project_id)
        facts = papers_of(self.projects[project_id], self.dice, self.day)
        expected = fate.state is S.expected
        if expected:
            facts = [replace(each, certificate_no="") for each in facts]
        if fate.reissued:
            facts = [*facts[:-1], replace(facts[-1], quantity=2)]
        project, entered = self.projects[project_id], self.documents.setdefault(project_id, [])

        def note(each: TitleFacts) -> None:
            entered.append(enter(project, each, None if expected else utc_now()).id)

        self.do(a, *(partial(note, each) for each in facts))
        if fate.state in (S.expected, S.with_a):
            return
        if fate.reissued:
            self._take_off(project_id, entered)
        self._hand_over(project_id, entered, fate)

    def _take_off(self, project_id: int, ids: Sequence[int]) -> None:
        """B finds one piece where the list says two."""
        a, b = self._parties(project_id)
        listed = self.do(a, lambda: transfers.issue(self.projects[project_id], ids).id)
        wrong = Compared(name=True, certificate_no=True, quantity=False, note="实际一本，清单写两本")
        self.do(b, lambda: self._compare(listed, {ids[-1]: wrong}))
        self.do(a, lambda: transfers.withdraw(standing_of(listed), "数量录入有误，改正后重新出具"))
        document = session().get_one(TitleDocument, ids[-1])
        facts = papers_of(self.projects[project_id], Random(0), self.day)[-1]
        right = replace(facts, certificate_no=document.certificate_no, quantity=1)
        self.do(a, lambda: change(self.projects[project_id], document, right))

    def _compare(self, transfer_id: int, wrong: dict[int, Compared] | None = None) -> None:
        standing = standing_of(transfer_id)
        transfers.compare(standing, {each.id: (wrong or {}).get(each.document_id, AGREES) for each in standing.lines})

    def _hand_over(self, project_id: int, ids: Sequence[int], fate: Fate) -> None:
        """Compared by three, signed by three, laid into the safe by two."""
        a, b = self._parties(project_id)
        listed = self.do(a, lambda: transfers.issue(self.projects[project_id], ids).id)
        for who in (b, a):
            self.do(who, lambda: self._compare(listed))
        if fate.state is S.verifying:
            return
        self.do(KEEPER, lambda: self._compare(listed))
        for who in (a, b):
            self.do(who, lambda: self._sign(listed, transfers.sign))
        voucher = self.do(KEEPER, lambda: self._sign(listed, transfers.receive))
        if fate.state is not S.received:
            self._carry(voucher, self._slot(project_id))

    def _sign(self, transfer_id: int, verb: Callable[..., TitleSignature | TitleVoucher]) -> int:
        standing = standing_of(transfer_id)
        return verb(standing, Signing(seen=standing.transfer.hash, address=ADDRESS)).id

    def _slot(self, project_id: int) -> Location:
        return self.slots[project_id % len(self.slots)]

    # Vouchers

    def _ask(self, who: str, project_id: int, ids: Sequence[int], asked: Asked) -> int:
        made: int = self.do(who, lambda: vouchers.ask(self.projects[project_id], ids, asked).id)
        return made

    def _approve(self, voucher_id: int) -> None:
        self.do(MANAGER, lambda: vouchers.approve(get_voucher(voucher_id, lock=True), "同意"))

    def _carry(self, voucher_id: int, place: Location | None = None, number: str = "") -> None:
        """Two at the safe; the sheet they signed is scanned. `number`: of the certificate issued anew."""
        if place is not None:
            self.do(KEEPER, lambda: self._lay(voucher_id, place, number))
        self.do(SECOND, lambda: self._confirm(voucher_id))
        self.do(KEEPER, lambda: vouchers.attach_scan(self._confirm(voucher_id), self.scan))
        self.moved = True

    def _lay(self, voucher_id: int, place: Location, number: str) -> None:
        standing = get_voucher(voucher_id, lock=True)
        ids = [line.id for line in standing.lines]
        prepared = Prepared(places=dict.fromkeys(ids, place.id), numbers=dict.fromkeys(ids, number))
        vouchers.prepare(standing, prepared)

    def _confirm(self, voucher_id: int) -> Standing:
        standing = get_voucher(voucher_id, lock=True)
        vouchers.confirm(standing, standing.hash, ADDRESS)
        return standing

    def _go(self, project_id: int, purpose: Purpose, back_on: date) -> None:
        self._carry(self._asked_out(project_id, purpose, back_on))

    def _asked_out(self, project_id: int, purpose: Purpose, back_on: date, *, approved: bool = True) -> int:
        """The first of its documents, by A, who takes it."""
        a, _b = self._parties(project_id)
        reason, authority = WHY[purpose]
        name = self.projects[project_id].a.full_name
        asked = Asked(purpose=purpose, reason=reason, authority=authority, back_on=back_on, receiver=name)
        voucher = self._ask(a, project_id, self.documents[project_id][:1], asked)
        if approved:
            self._approve(voucher)
        return voucher

    def _return(self, project_id: int) -> None:
        asked = Asked(purpose=Purpose.back, reason="登记办结，原件交回", authority="不动产登记中心领证回执")
        ids = self.documents[project_id][:1]
        voucher, old = self._ask(KEEPER, project_id, ids, asked), session().get_one(TitleDocument, ids[0])
        self._carry(voucher, self._slot(project_id), old.certificate_no.removesuffix("号") + "-1号")
        new = session().scalars(select(TitleDocument).filter_by(replaces_id=old.id)).one()
        self.documents[project_id][0] = new.id

    def _wait(self, project_id: int, what: str) -> None:
        purpose = Purpose.extension if what == "approval" else Purpose.registration
        back_on = self.today + timedelta(days=10)
        voucher = self._asked_out(project_id, purpose, back_on, approved=what != "approval")
        if what == "second":
            self.do_now(KEEPER, lambda: self._confirm(voucher))

    # The end

    def _settle(self, project_id: int) -> None:
        """What was overdue is paid."""
        a, _b = self._parties(project_id)
        proof = paper("结清证明")

        def paid() -> None:
            project = self.projects[project_id]
            repay(project, self.day, project.outstanding, note="一次结清")
            settle(project, self.day, proof)

        self.do(a, paid)
        self.do(MANAGER, lambda: check_settlement(self.projects[project_id]))

    def _release(self, project_id: int) -> None:
        a, _b = self._parties(project_id)
        client = self.projects[project_id].client
        receiver, number = client.legal_representative or client.name, people.id_number(SERIALS + 900, "male", 1975)
        asked = Asked(purpose=Purpose.release, reason="借款结清，退还权证", authority="结清证明", receiver=receiver)
        voucher = self._ask(a, project_id, self.documents[project_id], asked)
        power = Prepared(power=paper("领取权证授权委托书"))
        self.do(KEEPER, lambda: vouchers.prepare(get_voucher(voucher, lock=True), power))
        self._approve(voucher)
        shown = Prepared(id_number=number, receipt=paper("权证领取收条"))
        self.do(KEEPER, lambda: vouchers.prepare(get_voucher(voucher, lock=True), shown))
        self._carry(voucher)

    def _write_off(self, project_id: int) -> None:
        """What the count missed: out of the books by a voucher, its incident stays open."""
        asked = Asked(purpose=Purpose.loss, reason="盘点未见，查找三日无果", authority="盘点表及异常登记")
        voucher = self._ask(KEEPER, project_id, self.documents[project_id][-1:], asked)
        self._approve(voucher)
        self._carry(voucher)

    # Counts

    def _order(self, kind: CountKind) -> int:
        made: int = self.do(MANAGER, lambda: counts.order(self.safe, kind).id)
        return made

    def _count(self, kind: CountKind, place: int) -> None:
        count = self._order(kind)
        begins = MANAGER if kind is CountKind.surprise else SECOND
        self.do(begins, lambda: counts.begin(get_count(count, lock=True), self._counters()))
        self.do(SECOND, lambda: self._hand_in(count, place))
        incident = self.do(KEEPER, lambda: self._explain(count))
        for who in (SECOND, KEEPER):
            self.do(who, lambda: self._sign_count(count))
        if incident is not None:
            for words in ("已调阅库房监控，并询问当日在场人员", "已向登记机构申请挂失，并书面告知客户"):
                self.do(SECOND, partial(_note, incident, words))

    def _counters(self) -> list[User]:
        return list(session().scalars(select(User).where(User.username.in_((KEEPER, SECOND))).order_by(User.id)))

    def _hand_in(self, count_id: int, place: int) -> None:
        """As it lies there: what is told to lie elsewhere, or nowhere, aside."""
        standing = get_count(count_id, lock=True)
        counts.hand_in(standing, self._sheet(standing, place))

    def _sheet(self, standing: Counting, place: int) -> list[Found]:
        kept = kept_in(list(standing.places))
        lost = self._lost() if place == MISSING else 0
        found = [
            Found(location_id=each.location_id or 0, certificate_no=each.certificate_no, pieces=each.pieces)
            for each in kept
            if each.document_id != lost
        ]
        if place == MISPLACED and found:
            other = next(each for each in self.slots if each.id != found[0].location_id)
            found[0] = replace(found[0], location_id=other.id)
        return found

    def _lost(self) -> int:
        """The last document of the project that is told to lose one."""
        fates = zip(self.documents.values(), ENDED, strict=False)
        return next((ids[-1] for ids, fate in fates if fate.state is S.lost), 0)

    def _explain(self, count_id: int) -> int | None:
        """The incident that it opens, if any."""
        standing, opened = get_count(count_id, lock=True), None
        for each in standing.variances:
            words = "放错格位，已当场归位说明" if each.found else "格内未见，出入库登记齐全，正在查找"
            counts.explain(standing, each, words)
            opened = each.incident_id or opened
        return opened

    def _sign_count(self, count_id: int) -> None:
        standing = get_count(count_id, lock=True)
        counts.sign(standing, standing.hash)


def _note(incident_id: int, words: str) -> None:
    incidents.note(get_incident(incident_id, lock=True), words)


def _projects(state: ProjectState) -> Sequence[Project]:
    """Of which no title document was told yet."""
    untold = ~select(TitleDocument.id).where(TitleDocument.dossier_id == Project.dossier_id).exists()
    people = joinedload(Project.client), joinedload(Project.a), joinedload(Project.b)
    found = select(Project).where(Project.state == state, untold).options(*people)
    return session().scalars(found.order_by(Project.ends_on, Project.id)).all()


def _places() -> list[Location]:
    """The company's first safe, then its slots."""
    found = select(Location).where(Location.in_use).order_by(Location.id)
    safe = session().scalars(found.where(Location.kind == LocationKind.safe).limit(1)).one()
    return [safe, *session().scalars(found.where(Location.parent_id == safe.id))]
