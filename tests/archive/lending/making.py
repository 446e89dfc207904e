"""Slips as the tests need them: a filed loan, whoever borrows it, and everybody who has a part in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Appointment, Dossier, Item
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.lending import queries, service
from crm.archive.lending.models import (
    ExtensionState,
    IncidentOutcome,
    LendingIncident,
    LendingIncidentKind,
    LendingSlip,
    SlipCheck,
    SlipExtension,
    SlipForm,
    SlipKind,
    SlipLine,
    SlipReminder,
    SlipReturn,
    SlipState,
    SlipStep,
)
from crm.archive.lending.service import Found, Said, Wish
from crm.auth.actor import Actor
from crm.auth.models import Supervision
from crm.auth.permissions import ROLES, Permission, RoleName
from crm.dates import business_day, utc_now
from crm.db import open_session, session
from crm.demo.cast import CAST
from crm.numbering import Number, NumberSeries, NumberState
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_

CLERK, WORKER, ARCHIVIST, DEPUTY, MANAGER, CHAIRMAN = "limin", "zhangjg", "fengxue", "shentao", "hanbing", "tangfeng"
NOT_YET = Number
Work = Callable[..., AbstractContextManager[Session]]


def filed_loan(pages: int = 10, documents: int = 2) -> Dossier:
    """Of the company, in the room; `pages` each."""
    dossier = make.make_company_dossier()
    for place in range(documents):
        page = place * pages + 1
        make.make_item(
            dossier, ("application", "loan_contract")[place], pages=pages, page_from=page, page_to=page + pages - 1
        )
    return dossier


def appointed() -> None:
    user = make.user_called(ARCHIVIST)
    with open_session() as db:
        held = db.query(Appointment).filter_by(user_id=user.id, role=CustodianRole.archivist, ends=None).count()
    if not held:
        make.make_appointment(user)


class Counter:
    """One slip and the verbs of everybody about it; each call is a unit of work of that person."""

    def __init__(self, work: Work, dossier: Dossier, borrower: str = CLERK, **given: Any) -> None:
        self.work, self.dossier_id, self.borrower = work, dossier.id, borrower
        with self.acting(borrower):
            wish: dict[str, Any] = {"form": SlipForm.paper, "purpose": "audit", "reason": "核对合同", "due_on": None}
            wish |= {"due_on": business_day() + timedelta(days=7)} | given
            slip = service.make(Wish(**wish))
            service.put_dossier_on(slip, session().get_one(Dossier, dossier.id))
            self.id = slip.id

    @contextmanager
    def acting(self, who: str | Actor) -> Iterator[Session]:
        with self.work() as _system:
            actor = as_(who) if isinstance(who, str) else who
        with self.work(actor) as db:
            yield db

    def do(self, who: str | Actor, act: Callable[[LendingSlip], Any]) -> Any:
        with self.acting(who):
            return act(queries.get_slip(self.id))

    @property
    def slip(self) -> LendingSlip:
        with self.work():
            return queries.get_slip(self.id)

    @property
    def state(self) -> SlipState:
        return self.slip.state

    @property
    def lines(self) -> list[SlipLine]:
        with self.work():
            return list(queries.lines_of(self.id))

    def submit(self) -> None:
        self.do(self.borrower, service.hand_in)

    def approve(self, who: str = MANAGER) -> None:
        self.do(who, service.approve)

    def issue(self, who: str = ARCHIVIST) -> None:
        self.do(who, lambda slip: service.issue(slip, {line.id for line in queries.lines_of(slip.id)}))

    def back(self, *pages: int, who: str = ARCHIVIST) -> None:
        """So many of each line, in their order; of none, all."""

        def take(slip: LendingSlip) -> None:
            lines = queries.lines_of(slip.id)
            came = pages or [line.issued_pages - line.returned_pages for line in lines]
            service.take_back(slip, {line.id: count for line, count in zip(lines, came, strict=False)})

        self.do(who, take)

    def check(self, found: Mapping[int, Found] | None = None, who: str = ARCHIVIST) -> None:
        """As they came back, unless `found` says else of the line at a place."""

        def gone_through(slip: LendingSlip) -> None:
            lines = queries.lines_of(slip.id)
            seen = {line.id: Found(pages=line.returned_pages, whole=True, note="少页") for line in lines}
            seen |= {lines[place].id: each for place, each in (found or {}).items()}
            service.check(slip, seen)

        self.do(who, gone_through)

    def reshelve(self, who: str = ARCHIVIST) -> None:
        self.do(who, service.reshelve)

    def report(self, place: int, pages: int, kind: LendingIncidentKind = LendingIncidentKind.shortage) -> None:
        loss = service.Loss(kind=kind, pages=pages, description="第 3 页不在")
        self.do(ARCHIVIST, lambda slip: service.report(slip, queries.lines_of(slip.id)[place], loss))

    def close_incident(
        self, who: str = MANAGER, result: str = "处理完毕", outcome: IncidentOutcome = IncidentOutcome.lost
    ) -> None:
        """The oldest open one."""

        def close(slip: LendingSlip) -> None:
            incident = next(each for each in queries.incidents_of(slip.id) if each.closed_at is None)
            of_pages = incident.kind is LendingIncidentKind.shortage
            service.close_incident(incident.id, result, incident.version, outcome if of_pages else None)

        self.do(who, close)

    def recall(self, who: str = ARCHIVIST) -> None:
        self.do(who, lambda slip: service.recall(slip, Said(reason="检查组要看")))

    def bring_to(self, state: SlipState) -> Counter:
        """Along the straight path."""
        path = {
            SlipState.submitted: self.submit,
            SlipState.approved: self.approve,
            SlipState.issued: self.issue,
            SlipState.partly_returned: lambda: self.back(3),
            SlipState.returned: self.back,
            SlipState.verified: self.check,
            SlipState.closed: self.reshelve,
        }
        if state is SlipState.rejected:
            self.submit()
            self.do(MANAGER, lambda slip: service.reject(slip, Said(reason="不需要原件")))
        elif state is SlipState.cancelled:
            self.do(self.borrower, lambda slip: service.cancel(slip, Said(reason="不用了")))
        else:
            for each, act in path.items():
                if self.state is not state and list(SlipState).index(each) <= list(SlipState).index(state):
                    act()
        return self


def supervises(deputy: str, department_id: int | None) -> None:
    with open_session() as db:
        user_id = make.user_called(deputy).id
        if department_id is not None and not db.get(Supervision, (user_id, department_id)):
            db.add(Supervision(user_id=user_id, department_id=department_id))
            db.commit()


# Rows without the verbs


def make_slip(
    borrower: str = CHAIRMAN, dossier: Dossier | None = None, slot_code: str = "identity", **given: Any
) -> LendingSlip:
    """Issued yesterday by 冯雪, with one line that is out, unless another state is given."""
    number = make_number("出借单", "借2026-{:04d}")
    item = make.make_item(dossier, slot_code) if dossier else make.make_item(make.make_company_dossier(), "application")
    now, user = utc_now(), make.user_called(borrower)
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "kind": SlipKind.direct,
        "form": SlipForm.paper,
        "state": SlipState.issued,
        "borrower_id": user.id,
        "department_id": user.department_id,
        "purpose": "management",
        "reason": "查看合同",
        "due_on": date.fromordinal(now.date().toordinal() + 3),
        "entered_at": now,
        "submitted_at": now,
        "issued_at": now,
        "issued_by_id": make.user_called(ARCHIVIST).id,
    }
    slip = make._kept(LendingSlip(**(facts | given)))
    out = slip.state in (SlipState.issued, SlipState.partly_returned, SlipState.returned, SlipState.verified)
    pages = {"issued_pages": 1, "out": out and slip.form is SlipForm.paper}
    make._kept(SlipLine(slip_id=slip.id, dossier_id=item.dossier_id, item_id=item.id, **pages))
    return slip


def make_number(name: str, pattern: str) -> Number:
    with open_session() as db:
        series = db.query(NumberSeries).filter_by(name=name, year=2026).one_or_none()
        series = series or NumberSeries(name=name, year=2026, last=0)
        series.last += 1
        db.add(series)
        db.flush()
        number = Number(
            series_id=series.id, serial=series.last, text=pattern.format(series.last), state=NumberState.committed
        )
        db.add(number)
        db.commit()
        db.refresh(number)
        return number


def line_of(slip: LendingSlip) -> SlipLine:
    with open_session() as db:
        return db.query(SlipLine).filter_by(slip_id=slip.id).one()


def ids_of_lending(_estate: Estate, owner: RoleName | None = None) -> dict[str, object]:
    """A slip with a row of each kind on it: the chairman's, or of who sees none but the own."""
    slip = make_slip(_borrower(owner))
    line, archivist, now = line_of(slip), make.user_called(ARCHIVIST), utc_now()
    number = make_number("借阅事故", "借事2026-{:04d}")
    by = {"received_by_id": archivist.id, "received_by": "冯雪", "received_at": now}
    make._kept(SlipReturn(line_id=line.id, pages=1, **by))
    make._kept(
        SlipCheck(line_id=line.id, pages=1, whole=True, checked_by_id=archivist.id, checked_by="冯雪", checked_at=now)
    )
    step = {"action": "issue", "taken_by": "冯雪", "taken_at": now}
    make._kept(SlipStep(slip_id=slip.id, from_state=SlipState.approved, to_state=SlipState.issued, **step))
    make._kept(SlipReminder(slip_id=slip.id, user_id=slip.borrower_id, day=now.date(), escalated=False, told_at=now))
    extension = make._kept(
        SlipExtension(
            slip_id=slip.id,
            old_due=slip.due_on,
            new_due=slip.due_on + timedelta(days=7),
            reason="还没看完",
            state=ExtensionState.asked,
            asked_by_id=slip.borrower_id,
            asked_at=now,
            late=False,
        )
    )
    incident = make._kept(
        LendingIncident(
            number_id=number.id,
            number=number.text,
            line_id=line.id,
            kind=LendingIncidentKind.damage,
            pages=1,
            description="封面破损",
            reported_by_id=archivist.id,
            reported_by="冯雪",
            reported_at=now,
        )
    )
    return {
        "lending_slip_id": slip.id,
        "slip_line_id": line.id,
        "slip_extension_id": extension.id,
        "lending_incident_id": incident.id,
    }


def _borrower(owner: RoleName | None) -> str:
    if owner is None or Permission.slip_read in ROLES[owner]:
        return CHAIRMAN
    return next(member.username for member in CAST if owner in member.roles)


def make_lent(estate: Estate) -> LendingSlip:
    """For the lists: a customer's dossier's document is out."""
    return make_slip(dossier=make.make_dossier(estate))


def of(dossier: Dossier) -> list[Item]:
    with open_session() as db:
        return db.query(Item).filter_by(dossier_id=dossier.id).order_by(Item.id).all()
