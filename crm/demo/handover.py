"""What became of the demo company's loan and guarantee dossiers: filed in time or late, or on their way in every state.

Through the hand-over's own verbs, each at the moment at which it is told to have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import Select, exists, select

from crm.archive.credit.models import Project
from crm.archive.credit.queries import contracts
from crm.archive.dossiers.models import Appointment, Item, TemplateSlot
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.models.template import Form
from crm.archive.dossiers.queries import items_of
from crm.archive.dossiers.service import ItemFacts, add_attachment, appoint
from crm.archive.handover.content import line_hash
from crm.archive.handover.models import Handover, HandoverState, LineKind, LineState, Party
from crm.archive.handover.queries.deadlines import get_postponement
from crm.archive.handover.queries.standing import get_handover, get_line, slots_of, standing_of, supplement_lines
from crm.archive.handover.service import auditing, lists, postponing, preparing, receiving, steps, supplements
from crm.archive.handover.service.auditing import Tick
from crm.archive.handover.service.lists import Signing
from crm.archive.handover.service.supplements import Wanted
from crm.archive.handover.standing import Standing
from crm.audit.log import write_log
from crm.auth.models import User
from crm.dates import Period, business_day, telling
from crm.db import session
from crm.demo.credit import acting
from crm.demo.place import Ground
from crm.files import store as files
from crm.files.models import Upload
from crm.web import pdf
from crm.worktime.queries import calendar

S = HandoverState
ADDRESS = "10.0.0.21"
NEEDLESS = "本项目不涉及"
ARCHIVIST, MANAGER, DEPUTY = "fengxue", "hanbing", "shentao"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How far it came, and what happened on the way; `a` and `b` are the working days they took."""

    state: HandoverState = S.filed
    a: int = 3
    b: int = 2
    supplement: str = ""  # what B missed
    waived: bool = False
    rejected: str = ""
    reissued: bool = False
    postponed: str = ""  # "approved", "refused", "asked", or "late": approved after the due date had passed
    entered_late: bool = False


FATES = (  # of the projects that have ended, the oldest first
    Fate(),
    Fate(supplement="评审会决议缺一名委员签字"),
    Fate(a=5),
    Fate(b=4, rejected="第2部分借据页数与清单不符"),
    Fate(a=2, b=1),
    Fate(postponed="approved", a=6),
    Fate(reissued=True),
    Fate(supplement="法定代表人身份证复印件不清楚", waived=True),
    Fate(a=6, postponed="late"),
    Fate(entered_late=True),
    Fate(a=2),
    Fate(rejected="征信授权书缺被查询人签字", reissued=True),
    Fate(b=3),
    Fate(postponed="refused", a=4),
    Fate(a=1, b=1),
    Fate(supplement="放款凭证缺财务章"),
    Fate(state=S.checking),
    Fate(state=S.with_b, postponed="approved", a=8),
    Fate(state=S.coded, b=3, postponed="asked"),
    Fate(state=S.supplementing, a=2, supplement="审批决议缺董事签字"),
    Fate(state=S.preparing),
)


def store(ground: Ground, dice: Random, _period: Period) -> None:
    """The archivist is appointed, then every project's dossier goes its way, as far as today lets it."""
    _appoint(ground)
    scans = _scans()
    ended = _untold().where(Project.ends_on.is_not(None)).order_by(Project.ends_on, Project.id)
    begun = _untold().where(Project.ends_on.is_(None)).order_by(Project.id)
    ways = [Way(ground, dice, handover_id, scans) for handover_id in session().scalars(ended).all()]
    for way, fate in zip(ways, FATES, strict=False):
        way.go(fate)
    for handover_id in session().scalars(begun).all():
        Way(ground, dice, handover_id, scans).collect()


def _untold() -> Select[int]:
    """Hand-overs of whose dossier nothing was told yet."""
    return (
        select(Handover.id)
        .join(Project, Project.id == Handover.project_id)
        .where(~exists().where(Item.dossier_id == Handover.dossier_id))
    )


def _appoint(ground: Ground) -> None:
    """By the general manager, long before the first dossier, unless somebody is appointed already."""
    if session().scalar(select(Appointment.id).filter_by(role=CustodianRole.archivist, ends=None)) is None:
        with acting(MANAGER, ground), telling(datetime(2024, 1, 1, 2, tzinfo=UTC)):
            appoint(CustodianRole.archivist, session().get_one(User, ground.users[ARCHIVIST]), date(2024, 1, 1))


def _scans() -> dict[int, Upload]:
    """One of each usual length."""
    sheet, turn = "<h1>演示用扫描件</h1>", "<div class='sheet'></div>"
    return {
        pages: files.keep(
            pdf.press(turn.join([sheet] * pages)), f"扫描件{pages}页.pdf", purpose="dossier", estate_id=None
        )
        for pages in (1, 2)
    }


class Way:
    """One dossier on its way. `clock` is the moment at which the next thing happens; it never passes the present."""

    def __init__(self, ground: Ground, dice: Random, handover_id: int, scans: dict[int, Upload]) -> None:
        self.ground, self.dice, self.handover_id, self.scans = ground, dice, handover_id, scans
        project = get_handover(handover_id).project
        names = {key: name for name, key in ground.users.items()}
        self.people = {Party.a: names[project.a_id], Party.b: names[project.b_id], Party.archivist: ARCHIVIST}
        self.timezone = current_app.config["SETTINGS"].timezone
        self.now = datetime.now(self.timezone)
        self.day = project.ends_on or project.applied_on
        self.minute = 9 * 60

    # Moments

    def later(self, working_days: int) -> None:
        """So many working days on, in the morning."""
        if working_days > 0:
            self.day, self.minute = calendar().add(self.day, working_days).day, 9 * 60

    def moment(self) -> datetime:
        self.minute += self.dice.randint(4, 25)
        told = datetime.combine(self.day, time(), self.timezone) + timedelta(minutes=min(self.minute, 17 * 60))
        return min(told, self.now)

    def at(self, who: str) -> ExitStack:
        stack = ExitStack()
        stack.enter_context(telling(self.moment()))
        stack.enter_context(acting(who, self.ground))
        stack.callback(write_log, session())  # while it is this one's doing
        return stack

    def do(self, who: str, act: Callable[[Standing], Any]) -> Any:
        with self.at(who):
            return act(standing_of(get_handover(self.handover_id)))

    # What everybody does

    def go(self, fate: Fate) -> None:
        if fate.postponed and fate.postponed != "asked":
            self._postpone(self.people[Party.a], fate.postponed)
        self._prepare(fate)
        if fate.state is S.preparing:
            return
        if fate.supplement:
            self._supplement(fate)
        if fate.state is S.with_b:
            self._tick(Party.b, share=0.5)
        if fate.state in (S.supplementing, S.with_b):
            return
        self._audit(fate)
        if fate.state is not S.coded:
            self._submit(fate)
        elif fate.postponed == "asked":
            self.later(2)
            self._ask(self.people[Party.b], "客户印鉴在外地，需补盖骑缝章")
        if fate.state is S.filed:
            self._receive(fate)

    def collect(self) -> None:
        """Of a project that has not ended: what there is so far."""
        self.do(
            self.people[Party.a], lambda standing: self._enter(standing, _slots(standing)[: self.dice.randint(1, 4)])
        )

    def _prepare(self, fate: Fate) -> None:
        a, unfinished = self.people[Party.a], fate.state is S.preparing
        self.later(max(fate.a - 1, 0))
        self.do(a, lambda standing: self._enter(standing, _slots(standing)[: 6 if unfinished else None]))
        if unfinished:
            return
        self.do(a, self._mark)
        self.do(a, lists.issue)
        self._sign(Party.a)
        if fate.reissued:
            self.do(a, self._recount)
            self.do(a, lists.issue)
            self._sign(Party.a)
        self.later(1 if fate.a else 0)
        self.do(a, preparing.hand_to_b)

    def _enter(self, standing: Standing, slots: Sequence[TemplateSlot]) -> None:
        for slot in slots:
            facts = self._facts(standing, slot)
            wrong = self.dice.random() < 0.03  # a page was skipped in the scanner
            preparing.add_item(standing, facts, self.scans.get(facts.pages - wrong))
        if len(slots) > 6 and self.dice.random() < 0.4:
            dossier = standing.handover.dossier
            add_attachment(dossier, "客户留存合同副本", standing.handover.project.client.name)

    def _facts(self, standing: Standing, slot: TemplateSlot) -> ItemFacts:
        project, pages = standing.handover.project, self.dice.choice((1, 2, 2, 3, 4, 6, 8, 12))
        client, number = project.client.name, f"HT{project.applied_on:%Y%m%d}-{project.id:02d}"
        signed_under = {each.title: each.original_no for each in contracts(project.id)} if slot.is_contract else {}
        return ItemFacts(
            section_id=slot.section_id,
            slot_id=slot.id,
            title=slot.title,
            pages=pages,
            sheets=max(1, (pages + 1) // 2),
            responsible=client if "客户" in slot.title or slot.is_contract or "证" in slot.title else "本公司业务部",
            doc_no=number if slot.is_contract else "",
            original_no=signed_under.get(slot.title, number) if slot.is_contract else "",
            doc_date=project.applied_on + timedelta(days=self.dice.randint(0, 12)),
            form=Form.copy if slot.form is Form.copy or slot.is_title else Form.original,
        )

    def _mark(self, standing: Standing) -> None:
        """What is required and not there does not apply."""
        missing = set(standing.missing)
        for slot in slots_of(standing.handover.dossier):
            if slot.title in missing:
                preparing.mark_needless(standing, slot, NEEDLESS, needless=True)

    def _recount(self, standing: Standing) -> None:
        item = self.dice.choice(items_of(standing.handover.dossier_id))
        facts = ItemFacts(**{name: getattr(item, name) for name in ItemFacts.__slots__})
        preparing.change_item(standing, item, replace(facts, pages=item.pages + 1))

    def _sign(self, party: Party) -> None:
        self.do(self.people[party], lambda standing: lists.sign_as(standing, party, _signing(standing)))

    def _tick(self, party: Party, share: float = 1, missed: str = "") -> None:
        def act(standing: Standing) -> None:
            lines = standing.lines[: max(1, round(len(standing.lines) * share))]
            unsigned = _unsigned(standing, missed)
            ticks = {
                line["item_id"]: Tick(read=line_hash(line), matches=True, signed=line["item_id"] not in unsigned)
                for line in lines
            }
            auditing.check(standing, party, ticks)

        self.do(self.people[party], act)

    def _supplement(self, fate: Fate) -> None:
        self._tick(Party.b, share=0.7, missed=fate.supplement)
        self.do(self.people[Party.b], lambda standing: supplements.ask(standing, [_wanted(standing, fate.supplement)]))
        if fate.state is S.supplementing:
            return
        if fate.waived:
            self._line(DEPUTY, supplements.waive, "客户已出国，另存书面说明")
            self.do(self.people[Party.a], lists.issue)
            self._sign(Party.a)
        else:
            self._line(self.people[Party.a], supplements.provide, "已补签，原件在卷内")
            self._line(self.people[Party.b], supplements.verify)

    def _line(self, who: str, act: Callable[..., None], *words: str) -> None:
        def on_the_newest(standing: Standing) -> None:
            act(standing, get_line(standing.handover, supplement_lines(self.handover_id)[-1].id), *words)

        self.do(who, on_the_newest)

    def _audit(self, fate: Fate) -> None:
        self.later(fate.b)
        self._tick(Party.b)
        self.do(self.people[Party.b], lambda standing: auditing.code(standing, {}))

    def _submit(self, fate: Fate) -> None:
        self._sign(Party.b)
        self.do(self.people[Party.b], lambda standing: steps.take(standing, "submit"))
        if fate.rejected:
            self.do(ARCHIVIST, lambda standing: steps.take(standing, "reject", fate.rejected))
            self.do(self.people[Party.b], lambda standing: auditing.code(standing, {}))
            self.do(self.people[Party.b], lambda standing: steps.take(standing, "submit"))

    def _receive(self, fate: Fate) -> None:
        self._tick(Party.archivist)
        received = self.day
        if fate.entered_late:
            self.later(2)
        self.do(ARCHIVIST, lambda standing: receiving.receive(standing, _signing(standing), received))

    def _ask(self, who: str, reason: str) -> int:
        def act(standing: Standing) -> int:
            return postponing.ask(standing, calendar().add(business_day(), 8).day, reason).id

        asked: int = self.do(who, act)
        return asked

    def _postpone(self, who: str, outcome: str) -> None:
        self.later(4 if outcome == "late" else 1)
        asked = self._ask(who, "客户尚在办理抵押登记，他项权证未出")
        action, words = ("refuse", "资料已齐，按期移交") if outcome == "refused" else ("approve", "同意，尽快补齐")
        self.do(DEPUTY, lambda standing: postponing.decide(standing, get_postponement(asked), action, words))


SURETY = "surety_contract"  # every project of the demo has one


def _slots(standing: Standing) -> list[TemplateSlot]:
    """What a dossier usually holds: all that is required, the surety's contract, and every other one of the rest."""
    slots = slots_of(standing.handover.dossier)
    return [slot for place, slot in enumerate(slots) if slot.required or slot.code == SURETY or place % 2]


def _wanted(standing: Standing, words: str) -> Wanted:
    """Under the document that the words name, where there is one."""
    return Wanted(kind=LineKind.missing_signature, wanted=words, item_id=_about(standing, words))


def _about(standing: Standing, words: str) -> int | None:
    return next((line["item_id"] for line in standing.lines if line["title"][-4:] in words), None)


def _unsigned(standing: Standing, missed: str) -> set[int | None]:
    """Documents that B misses a signature of, until it was brought: nobody ticks what is not there."""
    asked = (each for each in standing.supplements if each.kind is LineKind.missing_signature)
    return {_about(standing, missed)} | {each.item_id for each in asked if each.state is not LineState.verified}


def _signing(standing: Standing) -> Signing:
    return Signing(seen=standing.version.hash if standing.version else "", address=ADDRESS)
