"""The three at work: a project of 王磊 and 赵倩 with its dossier, and everybody acting under the own name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.credit import queries as credit
from crm.archive.credit import service as projects
from crm.archive.credit.models import EndBasis, Project, ProjectState
from crm.archive.credit.service import papers
from crm.archive.dossiers.models import Appointment
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.models.template import Form
from crm.archive.dossiers.service import ItemFacts
from crm.archive.handover.content import line_hash
from crm.archive.handover.models import Handover, HandoverState, LineKind, Party
from crm.archive.handover.queries.standing import get_handover, get_line, slots_of, standing_of, supplement_lines
from crm.archive.handover.service import auditing, lists, opening, preparing, receiving, steps, supplements
from crm.archive.handover.service.auditing import Tick
from crm.archive.handover.service.lists import Signing
from crm.archive.handover.service.supplements import Wanted
from crm.archive.handover.standing import Standing
from crm.auth.actor import Actor, permissions_of
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day, utc_now
from crm.demo.cast import CAST
from crm.files.models import Upload
from tests import factories as make

A, B, ARCHIVIST, DEPUTY, MANAGER = "wanglei", "zhaoqian", "fengxue", "shentao", "hanbing"
Work = Callable[..., AbstractContextManager[Session]]


def actor_called(username: str) -> Actor:
    """Somebody of the cast, with what their roles allow."""
    member = next(member for member in CAST if member.username == username)
    roles = tuple(RoleName(role) for role in member.roles)
    user = make.user_called(username)
    return Actor(name=member.full_name, permissions=permissions_of(roles), user_id=user.id, roles=roles)


def actor_of(user: User, *roles: RoleName) -> Actor:
    return Actor(name=user.full_name, permissions=permissions_of(roles), user_id=user.id, roles=roles)


class Desk:
    """One hand-over and the verbs of everybody about it; each call is a unit of work of that person."""

    def __init__(self, work: Work, handover_id: int, project_id: int) -> None:
        self.work, self.handover_id, self.project_id = work, handover_id, project_id

    @contextmanager
    def at(self, who: str | Actor) -> Iterator[Standing]:
        with self.work(actor_called(who) if isinstance(who, str) else who):
            yield standing_of(get_handover(self.handover_id))

    def do(self, who: str | Actor, act: Callable[[Standing], Any]) -> Any:
        with self.at(who) as standing:
            return act(standing)

    @property
    def state(self) -> HandoverState:
        with self.at(A) as standing:
            return standing.state

    def today(self) -> date:
        with self.at(A):
            return business_day()

    def enter(self, slots: Sequence[str] | None = None, *, pages: int = 2) -> None:
        """One document for each named or required document of the checklist."""
        with self.at(A) as standing:
            for slot in slots_of(standing.handover.dossier):
                if slot.code in slots if slots is not None else slot.required:
                    form = Form.copy if slot.form is Form.copy or slot.is_title else Form.original
                    facts = ItemFacts(
                        section_id=slot.section_id, slot_id=slot.id, title=slot.title, pages=pages, sheets=1, form=form
                    )
                    preparing.add_item(standing, facts)

    def signing(self, standing: Standing) -> Signing:
        return Signing(seen=standing.version.hash if standing.version else "", address="10.0.0.8")

    def issue(self) -> None:
        self.do(A, lists.issue)

    def sign(self, party: Party, who: str | Actor = "") -> None:
        person = who or {Party.a: A, Party.b: B}[party]
        self.do(person, lambda standing: lists.sign_as(standing, party, self.signing(standing)))

    def hand_to_b(self) -> None:
        self.do(A, preparing.hand_to_b)

    def tick(self, party: Party, *, matches: bool = True, signed: bool = True, only: int | None = None) -> None:
        person = {Party.b: B, Party.archivist: ARCHIVIST}[party]
        with self.at(person) as standing:
            chosen = standing.lines if only is None else standing.lines[:only]
            ticks = {line["item_id"]: Tick(read=line_hash(line), matches=matches, signed=signed) for line in chosen}
            auditing.check(standing, party, ticks)

    def ask(self, wanted: str = "董事签字", kind: LineKind = LineKind.missing_signature) -> None:
        self.do(B, lambda standing: supplements.ask(standing, [Wanted(kind=kind, wanted=wanted)]))

    def line(self, who: str | Actor, act: Callable[..., Any], *arguments: Any) -> Any:
        """The newest line of the supplement lists, under `act`."""
        with self.at(who) as standing:
            newest = supplement_lines(self.handover_id)[-1]
            return act(standing, get_line(standing.handover, newest.id), *arguments)

    def code(self) -> None:
        self.do(B, lambda standing: auditing.code(standing, {}))

    def step(self, who: str | Actor, action: str, reason: str = "") -> None:
        self.do(who, lambda standing: steps.take(standing, action, reason))

    def receive(self, who: str | Actor = ARCHIVIST, day: date | None = None) -> Any:
        with self.at(who) as standing:
            return receiving.receive(standing, self.signing(standing), day or business_day())

    def bring_to(self, state: HandoverState) -> Desk:
        """Along the straight path up to that state."""
        self.enter()
        if state is HandoverState.preparing:
            return self
        self.issue()
        self.sign(Party.a)
        self.hand_to_b()
        if state is HandoverState.supplementing:
            self.ask()
        if state in (HandoverState.with_b, HandoverState.supplementing):
            return self
        self.tick(Party.b)
        self.code()
        if state is HandoverState.coded:
            return self
        self.sign(Party.b)
        self.step(B, "submit")
        if state is HandoverState.checking:
            return self
        self.tick(Party.archivist)
        self.receive()
        return self


def appoint(db: Session, username: str = ARCHIVIST) -> None:
    """As a row, where nobody has the role yet."""
    user = make.user_called(username)
    held = select(Appointment.id).filter_by(user_id=user.id, role=CustodianRole.archivist, ends=None)
    if db.scalar(held) is None:
        make.make_appointment(user)


def open_desk(work: Work, *, ends_on: date | None = None, end: bool = True) -> Desk:
    """A project with its dossier and hand-over, ended yesterday unless a day is given."""
    made = make.make_project(ProjectState.approved, approved_on=date(2026, 1, 5), applied_on=date(2026, 1, 4))
    with work(actor_called(A)) as db:
        project = db.get_one(Project, made.id)
        papers.open_dossier(project)
        handover = opening.open_handover(project.id, project.dossier_id or 0)
        handover_id = handover.id
    if end:
        end_project(work, made.id, ends_on)
    return Desk(work, handover_id, made.id)


def end_project(work: Work, project_id: int, ends_on: date | None = None) -> None:
    paper = make.make_upload(None, "credit")
    with work(actor_called(A)) as db:
        project = credit.get_project(project_id)
        day = ends_on or utc_now().date() - timedelta(days=1)
        projects.end_project(project, day, EndBasis.disbursement, db.get_one(Upload, paper.id))


def handover_row(db: Session, desk: Desk) -> Handover:
    db.expire_all()
    return db.get_one(Handover, desk.handover_id)
