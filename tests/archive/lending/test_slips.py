"""A slip from the wish to its place on the shelf: who may do what, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Attachment, Custody, Dossier, Item
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.service import decide_removal, move_by_hand, release_attachment
from crm.archive.lending import invariants, jobs, ledger, queries, reports, scanning, service
from crm.archive.lending.listings import work
from crm.archive.lending.models import (
    WORKFLOW,
    ExtensionState,
    IncidentOutcome,
    LendingIncidentKind,
    SlipForm,
    SlipKind,
    SlipReminder,
    SlipState,
)
from crm.archive.lending.service import STEPS, Found, Said, Wish
from crm.auth.actor import permissions_of, system_actor
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import beginning_of, business_day, telling, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled
from tests import factories as make
from tests.acting import as_
from tests.archive.lending.making import (
    ARCHIVIST,
    CHAIRMAN,
    CLERK,
    DEPUTY,
    MANAGER,
    WORKER,
    Counter,
    Work,
    appointed,
    filed_loan,
    supervises,
)

S, Came = SlipState, IncidentOutcome
FAULTS = [check for checks in invariants.CHECKS.values() for check in checks]


@pytest.fixture
def counter(work: Work, db: Session) -> Counter:
    """李敏 asks for a whole loan dossier of two documents, ten pages each."""
    appointed()
    return Counter(work, filed_loan())


def holds(counter: Counter) -> None:
    with counter.work():
        assert [fault for check in FAULTS for fault in check()] == []


def custody(counter: Counter) -> Custody:
    with counter.work():
        return session().scalars(select(Custody).filter_by(dossier_id=counter.dossier_id, ends_at=None)).one()


def test_from_the_wish_to_the_shelf(counter: Counter) -> None:
    counter.submit()
    counter.approve()
    assert custody(counter).location_id is not None, "a slip keeps nothing from others before the issue"
    counter.issue()
    assert [(line.issued_pages, line.out) for line in counter.lines] == [(10, True), (10, True)]
    assert (custody(counter).holder_id, custody(counter).cause) == (counter.slip.borrower_id, "lent")
    counter.back(10, 4)
    assert counter.state is S.partly_returned
    counter.back()
    counter.check()
    assert counter.state is S.verified
    counter.reshelve()
    assert counter.state is S.closed
    assert custody(counter).location_id is not None
    assert [(line.out, line.returned_pages) for line in counter.lines] == [(False, 10), (False, 10)]
    holds(counter)


def test_a_missing_page_is_an_incident_and_keeps_the_slip_open(counter: Counter) -> None:
    counter.bring_to(S.issued)
    counter.back(10, 9)
    with pytest.raises(DomainError, match="1"):
        counter.report(1, 2)
    counter.report(1, 1)
    assert counter.state is S.returned, "every page is back or reported"
    counter.check()
    counter.reshelve()
    assert counter.state is S.verified, "the incident is open"
    with counter.acting(ARCHIVIST) as db:
        assert db.execute(queries.slips().where(work("check", business_day()))).all() == [], "it lies in its place"
    with pytest.raises(NotEntitled):
        counter.close_incident(ARCHIVIST)
    counter.back(0, 1)
    assert counter.state is S.returned, "found pages are checked again"
    counter.check()
    counter.reshelve()
    for who, outcome in ((ARCHIVIST, Came.found), (MANAGER, Came.lost)):  # who reported it; what is there is not lost
        with pytest.raises(DomainError):
            counter.close_incident(who, "找到了", outcome)
    counter.close_incident(MANAGER, "找到了", Came.found)
    assert counter.state is S.closed
    holds(counter)


def test_each_missing_page_has_its_incident_and_may_be_found_after_all(counter: Counter) -> None:
    """More at the check than was reported, again after one was closed, and after the slip is."""
    counter.bring_to(S.issued)
    counter.back(10, 8)
    counter.report(1, 2)
    with pytest.raises(DomainError):
        counter.report(1, 1)
    counter.check({1: Found(pages=5, whole=True, note="又少三页")})
    counter.reshelve()
    with pytest.raises(DomainError, match="2"):
        counter.close_incident(MANAGER, "找到了", Came.found)
    counter.close_incident(MANAGER, "补了复印件", Came.replaced)
    assert counter.state is S.verified
    counter.back(0, 3)
    counter.check({1: Found(pages=7, whole=True, note="只找到两页")})
    counter.reshelve()
    counter.close_incident(MANAGER, "找不到", Came.lost)
    assert (counter.state, counter.lines[1].lost_pages, counter.lines[1].replaced_pages) == (S.closed, 3, 2)
    holds(counter)
    dossier = _dossier(counter)
    again = Counter(counter.work, dossier).bring_to(S.issued)
    assert again.lines[1].issued_pages == 9, "one is lost, and a copy is there of two"
    counter.back(0, 3)
    assert (counter.state, counter.lines[1].lost_pages) == (S.returned, 0)
    counter.check()
    counter.reshelve()
    assert counter.state is S.closed
    assert custody(counter).cause == "lent", "the dossier is out on the other slip and stays so"
    holds(again)


def test_what_is_lost_wholly_is_not_lent_again(work: Work, db: Session) -> None:
    appointed()
    dossier = filed_loan(pages=1)
    first = Counter(work, dossier).bring_to(S.issued)
    first.back(1, 0)
    first.report(1, 1)
    first.check()
    first.reshelve()
    first.close_incident()
    other = Counter(work, dossier).bring_to(S.approved)
    with pytest.raises(DomainError, match=other.lines[1].item.title):
        other.issue()
    line = other.lines[0].id
    other.do(ARCHIVIST, lambda slip: service.issue(slip, {line}, Said(note="已丢失")))
    assert custody(other).cause == "lent", "it is all that is left of the dossier"
    holds(other)


def test_a_check_finds_what_the_count_did_not(counter: Counter) -> None:
    counter.bring_to(S.returned)
    with pytest.raises(DomainError):
        counter.check({0: Found(pages=9, whole=True)})
    counter.check({0: Found(pages=9, whole=True, note="第 7 页不在"), 1: Found(pages=10, whole=False, note="撕破")})
    with counter.work():
        kinds = {each.kind: each.pages for each in queries.incidents_of(counter.id)}
    assert kinds == {LendingIncidentKind.shortage: 1, LendingIncidentKind.damage: 10}
    assert [line.returned_pages for line in counter.lines] == [9, 10]
    counter.reshelve()
    counter.close_incident()
    assert counter.state is S.verified
    counter.close_incident()
    assert counter.state is S.closed
    holds(counter)
    again = Counter(counter.work, _dossier(counter)).bring_to(S.issued)
    assert [line.issued_pages for line in again.lines] == [9, 10], "what was lost is not lent again"


def _dossier(counter: Counter) -> Dossier:
    with counter.work():
        return session().get_one(Dossier, counter.dossier_id)


def test_more_than_was_lent_never_comes_back(counter: Counter) -> None:
    counter.bring_to(S.issued)
    for pages in (11, -1):
        with pytest.raises(DomainError):
            counter.back(pages)
    with pytest.raises(DomainError):
        counter.back(0, 0)
    holds(counter)


ROLES = (CLERK, WORKER, ARCHIVIST, DEPUTY, MANAGER, CHAIRMAN)
MAY = {
    "change": {CLERK},
    "submit": {CLERK},
    "cancel": {CLERK},
    "approve": {DEPUTY, MANAGER, CHAIRMAN},
    "reject": {DEPUTY, MANAGER, CHAIRMAN},
    "issue": {ARCHIVIST},
    "part_back": {ARCHIVIST},
    "all_back": {ARCHIVIST},
    "found_back": {ARCHIVIST},
    "check_part": {ARCHIVIST},
    "verify": {ARCHIVIST},
    "reshelve": {ARCHIVIST},
    "recall": {ARCHIVIST, DEPUTY, MANAGER, CHAIRMAN},
}


@pytest.mark.parametrize("state", S)
def test_each_step_in_each_state_for_each_person(counter: Counter, state: SlipState) -> None:
    counter.bring_to(state)
    assert counter.state is state
    for who in ROLES:
        with counter.acting(who):
            slip = queries.find_slip(counter.id)
            assert slip is not None
            for action, step in WORKFLOW.items():
                allowed = state in step.sources and who in MAY.get(action, set())
                allowed &= (action, state) != ("found_back", S.closed)  # nothing of it was given up
                assert bool(STEPS.hindrance(slip, action)) is not allowed, (action, who)


def test_a_deputy_decides_for_the_own_departments_only(counter: Counter) -> None:
    counter.submit()
    department = make.make_department().id
    with counter.work():
        queries.get_slip(counter.id).department_id = department
    with pytest.raises(NotEntitled):
        counter.approve(DEPUTY)
    supervises(DEPUTY, department)
    counter.approve(DEPUTY)
    assert counter.state is S.approved


def test_the_ranks_borrow_directly(work: Work, db: Session) -> None:
    appointed()
    counter = Counter(work, filed_loan(), CHAIRMAN)
    assert counter.slip.kind is SlipKind.direct
    counter.submit()
    assert counter.state is S.approved
    counter.issue()
    assert counter.slip.decided_by_id is None
    with work():
        rows = session().execute(ledger.lent_on(utc_now() + timedelta(seconds=1))).all()
    assert [row.issued_pages for row in rows] == [10, 10]


def test_what_is_out_is_told_with_whoever_has_it(counter: Counter) -> None:
    dossier = _dossier(counter)
    counter.bring_to(S.issued)
    other = Counter(counter.work, dossier, WORKER).bring_to(S.approved)
    with pytest.raises(DomainError, match="李敏"):
        other.issue()
    assert other.state is S.approved
    counter.back()
    counter.check()
    counter.reshelve()
    other.issue()
    holds(other)


def test_what_is_lent_is_not_moved_and_does_not_leave(counter: Counter) -> None:
    counter.bring_to(S.issued)
    item_id = counter.lines[0].item_id
    removal = make.make_removal(_item(counter, item_id), state=AskState.asked)
    with counter.acting(MANAGER) as db, pytest.raises(DomainError):
        decide_removal(db.merge(removal), approve=True, decision="")
    holder, dossier = custody(counter).holder_id, _dossier(counter)
    with counter.acting(ARCHIVIST), pytest.raises(DomainError):
        move_by_hand(dossier, "other", place=None, holder_id=holder, home=False)


def _item(counter: Counter, item_id: int) -> Item:
    with counter.work():
        return session().get_one(Item, item_id)


def test_title_documents_and_unfiled_ones_are_never_lent(work: Work, db: Session) -> None:
    dossier = make.make_company_dossier()
    title = make.make_item(dossier, "title_copy") if _has_slot(db, dossier, "title_copy") else None
    loose = make.make_item(dossier, "iou", stage="collected", filed_at=None, code=None)
    make.make_item(dossier, "application")
    counter = Counter(work, dossier)
    assert len(counter.lines) == 1
    for each in filter(None, (title, loose)):
        with counter.acting(CLERK), pytest.raises(DomainError):
            service.put_on(queries.get_slip(counter.id), [session().get_one(Item, each.id)])


def _has_slot(db: Session, dossier: Dossier, code: str) -> bool:
    from crm.archive.dossiers.models import TemplateSection, TemplateSlot

    found = select(TemplateSlot.is_title).join(TemplateSection, TemplateSection.id == TemplateSlot.section_id)
    return bool(db.scalar(found.where(TemplateSection.template_id == dossier.template_id, TemplateSlot.code == code)))


@pytest.mark.parametrize(("days", "reason"), [(-1, "核对"), (31, "核对"), (7, " ")])
def test_a_wish_without_day_or_reason_is_refused(counter: Counter, days: int, reason: str) -> None:
    with counter.acting(CLERK):
        wish = Wish(form=SlipForm.paper, purpose="audit", reason=reason, due_on=business_day() + timedelta(days=days))
        with pytest.raises(DomainError):
            service.make(wish)


def test_what_is_not_ticked_is_left_off_with_a_word(counter: Counter) -> None:
    counter.bring_to(S.approved)
    first, second = counter.lines

    def issue(note: str) -> Callable[[Any], None]:
        return lambda slip: service.issue(slip, {first.id}, Said(note=note))

    with pytest.raises(DomainError, match=second.item.title):
        counter.do(ARCHIVIST, issue(""))
    counter.do(ARCHIVIST, issue("正在装订"))
    assert [line.id for line in counter.lines] == [first.id]
    assert custody(counter).location_id is not None, "not the whole dossier"


# More days, calling back, reminders


def ask(counter: Counter, days: int) -> None:
    until = counter.slip.due_on + timedelta(days=days)
    counter.do(counter.borrower, lambda slip: service.ask_extension(slip, until, "还没看完"))


def decide(counter: Counter, who: str, *, approve: bool, words: str = "") -> None:
    def act(slip: Any) -> None:
        service.decide_extension(queries.extensions_of(slip.id)[-1], slip, approve=approve, words=words)

    counter.do(who, act)


def test_more_days_are_approved_anew(counter: Counter) -> None:
    counter.bring_to(S.issued)
    due = counter.slip.due_on
    with pytest.raises(DomainError):
        ask(counter, 31)
    ask(counter, 10)
    with pytest.raises(IllegalTransition):
        ask(counter, 5)
    with pytest.raises(NotEntitled):
        decide(counter, CLERK, approve=True)
    with pytest.raises(DomainError):
        decide(counter, MANAGER, approve=False)
    assert counter.slip.due_on == due, "until it is decided the present day holds"
    decide(counter, MANAGER, approve=True)
    assert counter.slip.due_on == due + timedelta(days=10)
    with pytest.raises(IllegalTransition):
        decide(counter, MANAGER, approve=False, words="不行")
    with counter.work():
        row = session().execute(ledger.lent_on(utc_now() - timedelta(seconds=0))).first()
    assert row is not None


def test_asked_for_too_late_is_marked(counter: Counter) -> None:
    counter.bring_to(S.issued)
    with telling(utc_now() + timedelta(days=12)):
        ask(counter, 10)
        decide(counter, MANAGER, approve=True)
    with counter.work():
        [asked] = queries.extensions_of(counter.id)
    assert asked.late


def test_more_days_end_with_the_return(counter: Counter) -> None:
    counter.bring_to(S.issued)
    ask(counter, 3)
    counter.back()
    with counter.work():
        [asked] = queries.extensions_of(counter.id)
    assert asked.state is ExtensionState.lapsed


def test_a_rank_once_held_extends_nothing(work: Work, db: Session) -> None:
    appointed()
    counter = Counter(work, filed_loan(), DEPUTY)
    counter.submit()
    counter.issue()
    until = counter.slip.due_on + timedelta(days=5)
    with work():
        acting = as_(DEPUTY)
    roles = (RoleName.service_desk,)
    plain = replace(acting, roles=roles, permissions=permissions_of(roles))
    counter.do(plain, lambda slip: service.ask_extension(slip, until, "再看看"))
    assert counter.slip.due_on < until
    decide(counter, MANAGER, approve=True)
    assert counter.slip.due_on == until


def test_the_remark_of_a_part_checked_is_kept(counter: Counter) -> None:
    counter.bring_to(S.returned)
    line = counter.lines[0].id
    found = {line: Found(pages=10, whole=True)}
    counter.do(ARCHIVIST, lambda slip: service.check(slip, found, Said(note="封面有水渍", key="k9")))
    assert counter.state is S.returned
    with counter.work():
        assert STEPS.find("k9").note == "封面有水渍"


def test_the_clients_papers_stay_while_the_dossier_is_lent(counter: Counter) -> None:
    attachment = make.make_attachment(_dossier(counter))
    counter.bring_to(S.approved)
    with pytest.raises(DomainError, match="1"):
        counter.issue()
    lines = {line.id: Found(pages=10, whole=True) for line in counter.lines}
    counter.do(ARCHIVIST, lambda slip: service.issue(slip, lines, attachments=1))
    with counter.acting(ARCHIVIST) as db, pytest.raises(DomainError, match=counter.slip.number):
        release_attachment(db.get_one(Attachment, attachment.id), "客户", "收条1")
    counter.back()
    for count, note in ((None, ""), (2, ""), (0, "")):
        with pytest.raises(DomainError):
            counter.do(ARCHIVIST, lambda slip: service.check(slip, lines, Said(note=note), count))  # noqa: B023
    counter.do(ARCHIVIST, lambda slip: service.check(slip, lines, attachments=1))
    assert (counter.state, counter.slip.attachments_back) == (S.verified, 1)


def test_called_back_it_is_due_at_once(counter: Counter) -> None:
    counter.bring_to(S.issued)
    with counter.work():
        before, today = counter.slip.due_on, business_day()
    counter.recall()
    assert (counter.slip.due_on, counter.slip.recalled_from) == (today, before)
    for again in (counter.recall, lambda: ask(counter, 3)):
        with pytest.raises(IllegalTransition):
            again()


def told(counter: Counter) -> set[tuple[str, bool]]:
    with counter.work():
        found = select(User.username, SlipReminder.escalated).join(SlipReminder, SlipReminder.user_id == User.id)
        day = business_day()
        return {(row.username, row.escalated) for row in session().execute(found.where(SlipReminder.day == day))}


def test_the_clock_tells_more_and_more_people(app: Flask, counter: Counter) -> None:
    counter.bring_to(S.issued)
    start = utc_now()
    expected: dict[int, set[tuple[str, bool]]] = {
        5: set(),
        6: {(CLERK, False)},
        7: {(CLERK, False)},
        9: {(CLERK, False)},
        10: {(CLERK, False), (MANAGER, True), (ARCHIVIST, True)},
    }
    for days, who in expected.items():
        with telling(start + timedelta(days=days)):
            for _again in range(2):
                with app.app_context():
                    g.actor, g.request_id = system_actor("clock"), ""
                    jobs.look_after()
            assert told(counter) == who, days


# The ledger, and who answered


def test_the_ledger_of_a_past_day_and_who_answered(counter: Counter) -> None:
    start = utc_now()
    counter.bring_to(S.issued)
    item_id = counter.lines[0].item_id
    with telling(start + timedelta(days=2)):
        counter.back()
        counter.check()
    with telling(start + timedelta(days=3)):
        counter.reshelve()
    with counter.work():
        item, today = session().get_one(Item, item_id), business_day()

        def out(day: Any) -> list[int]:
            return [row.returned for row in session().execute(ledger.lent_on(beginning_of(day + timedelta(days=1))))]

        def answers(days: int) -> str:
            found = reports.answered(item, today + timedelta(days=days))
            assert found is not None
            return found.answers

        assert out(today - timedelta(days=1)) == []
        assert out(today) == out(today + timedelta(days=1)) == [0, 0]
        assert out(today + timedelta(days=2)) == [10, 10]
        assert out(today + timedelta(days=3)) == []
        assert [answers(days) for days in (-1, 0, 1, 2, 3)] == ["冯雪", "李敏", "李敏", "冯雪", "冯雪"]


# What is scanned


def test_a_label_a_list_and_a_number_name_the_dossier(counter: Counter) -> None:
    dossier = _dossier(counter)
    item = counter.lines[0].item
    with counter.acting(CLERK):
        assert scanning.resolve(f"http://localhost/archive/dossiers/{dossier.id}") == scanning.Scanned(dossier.id)
        number = queries.number_of(counter.lines[0].dossier)
        if number:
            assert scanning.resolve(f"{number} {item.code}") == scanning.Scanned(dossier.id, item.id)
        for text in (
            "",
            "没有这个号",
            "http://localhost/archive/dossiers/999999",
            "/verify?h=ab",
            "/verify?h=abcdef012345",
        ):
            assert scanning.resolve(text) is None
