"""The demo company's cases: a past that agrees with its steps, and a desk with something in every state today."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest
from flask import g
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.auth.actor import system_actor
from crm.auth.models import User, UserEstate
from crm.complaints.cases.invariants import faults, faults_of
from crm.complaints.cases.models import (
    ENDED,
    ActionState,
    Compensation,
    CompensationState,
    Complaint,
    ComplaintCallback,
    ComplaintCaller,
    ComplaintLink,
    ComplaintState,
    ComplaintStep,
    CorrectiveAction,
    LinkKind,
)
from crm.complaints.cases.models import WORKFLOW as COMPLAINING
from crm.complaints.cases.service import concerned
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.correspondence.letters.models import WORKFLOW as WRITING
from crm.correspondence.letters.models import Direction, Letter, LetterState, LetterStep
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold, NoticeState
from crm.dates import Period, business_day, utc_now
from crm.db import unit_of_work
from crm.demo import storing
from crm.demo.cases import storing as cases
from crm.demo.cases import words
from crm.demo.company import company
from crm.demo.credit import acting
from crm.demo.place import Ground
from crm.numbering import Number, NumberSeries, NumberState
from crm.properties.models import Estate, Unit
from crm.violations.cases.models import WORKFLOW as ENFORCING
from crm.violations.cases.models import Settlement, Violation, ViolationState, ViolationStep
from tests.conftest import thrown_away

pytestmark = pytest.mark.told

MONTHS = timedelta(days=300)
KINDS: dict[str, tuple[Any, Any, str, Any]] = {
    "complaint": (Complaint, ComplaintStep, "complaint_id", COMPLAINING),
    "violation": (Violation, ViolationStep, "violation_id", ENFORCING),
    "letter": (Letter, LetterStep, "letter_id", WRITING),
}
C = ComplaintState


def tell(db: Session) -> None:
    """Two estates of three buildings, with nothing but cases besides."""
    first = db.scalars(select(Estate).where(Estate.name == "阳光花园")).one()
    second = Estate(name="锦绣江南", company="和安物业服务有限公司")
    db.add(second)
    db.commit()
    limin = db.scalars(select(User).filter_by(username="limin")).one()
    db.add(UserEstate(user_id=limin.id, estate_id=second.id))
    db.commit()
    ground = Ground({"YG": first.id, "JX": second.id}, {user.username: user.id for user in db.scalars(select(User))})
    g.actor = system_actor("tests")
    with unit_of_work():
        day = business_day()
        parts = [part for part in company(units=300, today=day).parts() if part.estate.code in ground.estates]
        told = [part for part in parts if part.building is None or part.building.number in "123"]
        storing.store_parts(told, ground, 1, Period(day - MONTHS, day + timedelta(days=1)), company=(cases.store,))


def told(db: Session) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for model, text in ((Complaint, "words"), (Violation, "found"), (Letter, "subject"), (Notice, "subject")):
        found += db.execute(select(model.number, model.state, getattr(model, text)).order_by(model.id))
    return [tuple(row) for row in found]


@pytest.fixture(scope="module")
def told_before(app: Any, engine: Engine) -> list[tuple[Any, ...]]:
    """What the same seed told another time."""
    with thrown_away(engine) as db:
        with app.app_context():
            tell(db)
        return told(db)


@pytest.fixture(scope="module")
def desk(app: Any, engine: Engine, told_before: object) -> Iterator[Session]:
    """Once for all tests of this module, which only read it."""
    with thrown_away(engine) as db:
        with app.app_context():
            tell(db)
        yield db


@pytest.fixture
def asking(app: Any, desk: Session) -> Iterator[None]:
    with app.app_context():
        g.actor, g.session = system_actor("tests"), desk
        yield
        g.pop("session")


@pytest.fixture(scope="module")
def complaints(desk: Session) -> Sequence[Complaint]:
    return desk.scalars(select(Complaint).order_by(Complaint.id)).all()


def steps_of(desk: Session, kind: str) -> dict[int, list[Any]]:
    _model, row, owner, _workflow = KINDS[kind]
    found: dict[int, list[Any]] = defaultdict(list)
    for step in desk.scalars(select(row).order_by(row.id)):
        found[getattr(step, owner)].append(step)
    return found


def test_every_state_is_there(desk: Session) -> None:
    for model, states in (
        (Complaint, ComplaintState),
        (Violation, ViolationState),
        (Letter, LetterState),
        (Notice, NoticeState),
    ):
        there = set(desk.scalars(select(model.state)))  # type: ignore[attr-defined]
        assert there == set(states), set(states) - there


@pytest.mark.parametrize("kind", KINDS)
def test_the_steps_follow_the_workflow(app: Any, desk: Session, kind: str) -> None:
    model, _row, _owner, workflow = KINDS[kind]
    steps = steps_of(desk, kind)
    with app.app_context():
        now = utc_now()
    for thing in desk.scalars(select(model)):
        first, *rest = steps[thing.id]
        assert first.from_state is None
        assert thing.state is steps[thing.id][-1].to_state
        for before, step in pairwise((first, *rest)):
            assert step.from_state is before.to_state
            if step.action not in workflow:  # what another package's page brought about moves nothing
                assert step.from_state is step.to_state
                continue
            assert step.from_state in workflow[step.action].sources
            assert step.to_state == (workflow[step.action].target or step.from_state)
            assert before.taken_at <= step.taken_at <= now


@pytest.mark.parametrize("name", ["投诉", "违规", "收文", "发文", "通知"])
def test_numbers_are_gapless_and_follow_the_days(desk: Session, name: str) -> None:
    model, began = {
        "投诉": (Complaint, Complaint.received_at),
        "违规": (Violation, Violation.noted_at),
        "通知": (Notice, Notice.issued_at),
    }.get(name, (Letter, Letter.registered_at))
    rows = desk.execute(
        select(NumberSeries.year, NumberSeries.last, Number.serial, Number.state, began.label("at"))
        .join(Number, Number.series_id == NumberSeries.id)
        .outerjoin(model, model.number_id == Number.id)
        .where(NumberSeries.name == name)
        .order_by(NumberSeries.year, Number.serial)
    ).all()
    assert rows
    for _year, group in groupby(rows, key=lambda row: row.year):
        of_series = list(group)
        assert [row.serial for row in of_series] == list(range(1, of_series[-1].last + 1))
        assert all(row.state is NumberState.committed for row in of_series)
        assert [row.at for row in of_series] == sorted(row.at for row in of_series)


def test_the_complaints_are_what_their_steps_say(asking: None, desk: Session, complaints: Sequence[Complaint]) -> None:
    assert faults() == []
    steps = steps_of(desk, "complaint")
    assert [fault.told() for case in complaints for fault in faults_of(case, steps[case.id])] == []


def test_the_log_tells_of_each_and_holds(desk: Session, complaints: Sequence[Complaint]) -> None:
    assert verify(desk).sound
    kinds = Counter(desk.scalars(select(LogEntry.kind)))
    assert kinds["ComplaintReceived"] == len(complaints)
    for kind, model in (("ViolationNoted", Violation), ("LetterRegistered", Letter)):
        assert kinds[kind] <= desk.scalar(select(func.count(model.id)))  # type: ignore[attr-defined]
    assert kinds["NoticeIssued"] == desk.scalar(select(func.count(Notice.id)).where(Notice.number.is_not(None)))


def test_the_known_caller_has_no_complaint(desk: Session) -> None:
    home = select(Unit.id).where(Unit.label.in_(("3-1-502", "3-1-503"))).join(Estate).where(Estate.name == "阳光花园")
    assert desk.scalar(select(func.count(Complaint.id)).where(Complaint.unit_id.in_(home))) == 0


def test_categories_have_the_departments_of_the_cast(desk: Session) -> None:
    departments = {row.name: row.department_id for row in desk.scalars(select(ComplaintCategory))}
    assert departments["维修质量"] == departments["工程维修"] is not None
    assert departments["邻里"] is None


def test_every_grievance_is_in_the_shipped_tree(desk: Session) -> None:
    names = set(desk.scalars(select(ComplaintCategory.name)))
    assert {each.name for each in words.GRIEVANCES} <= names


def test_nobody_judges_what_they_handled(desk: Session, complaints: Sequence[Complaint]) -> None:
    people = {user.id: user for user in desk.scalars(select(User))}
    steps = steps_of(desk, "complaint")
    for case in complaints:
        replied = {step.taken_by_id for step in steps[case.id] if step.action == "reply"}
        for step in steps[case.id]:
            if step.action in ("content", "discontent", "unreached"):
                assert step.taken_by_id not in replied
            if step.action in ("content", "close") and case.about_department_id:
                assert people[step.taken_by_id].department_id != case.about_department_id


def test_justified_cases_have_what_was_changed(desk: Session, complaints: Sequence[Complaint]) -> None:
    verified = {action.complaint_id for action in desk.scalars(select(CorrectiveAction)) if action.verified_at}
    closed = [case for case in complaints if case.outcome in ("justified", "partly")]
    assert closed
    assert {case.id for case in closed} <= verified


def test_what_the_desk_has_to_do_today(asking: None, desk: Session, complaints: Sequence[Complaint]) -> None:
    now, today = utc_now(), business_day()
    limin = desk.scalars(select(User).filter_by(username="limin")).one()
    hotline = next(case for case in complaints if case.channel == "hotline" and case.state is C.received)
    assert hotline.severity is Severity.urgent
    assert now < hotline.answer_due_at <= now + timedelta(hours=2)
    to_call = [case for case in complaints if case.state is C.replied and case.callback_due_on == today]
    assert any(case.handler_id != limin.id for case in to_call)
    assert any(case.state is C.reopened and case.level == 1 for case in complaints)
    assert any(case.customer_id is None and case.state not in ENDED for case in complaints)
    callers = Counter(desk.scalars(select(ComplaintCaller.complaint_id)))
    led = desk.scalars(select(ComplaintLink).filter_by(kind=LinkKind.violation)).one()
    assert callers[led.complaint_id] == 2
    assert desk.get(Violation, led.thing_id).about_id == led.complaint_id
    open_actions = [each for each in desk.scalars(select(CorrectiveAction)) if each.state is ActionState.open]
    assert {each.due_on < today for each in open_actions} == {True, False}
    assert desk.scalar(select(func.count()).where(Compensation.state == CompensationState.asked)) == 1


def test_the_clerk_sees_why_she_may_not_close(asking: None, desk: Session, complaints: Sequence[Complaint]) -> None:
    ground = Ground({}, {user.username: user.id for user in desk.scalars(select(User))})
    with acting("limin", ground):
        hers = [case for case in complaints if case.state is C.called_back and concerned(case)]
    assert len(hers) == 1


def test_violations_to_look_at_again(asking: None, desk: Session) -> None:
    today = business_day()
    due = [each.due_on for each in desk.scalars(select(Violation)) if each.state in ("notice_served", "not_rectified")]
    assert due.count(today) >= 2
    assert any(day < today for day in due)
    for settled in desk.scalars(select(Violation).where(Violation.settlement == Settlement.rectified)):
        assert settled.rectified_at <= settled.settled_at


def test_nothing_is_filed_whose_papers_lie_nowhere(desk: Session) -> None:
    """What customers did is still to be filed, and that is a few."""
    filed = desk.scalars(select(Violation).where(Violation.state == ViolationState.filed)).all()
    assert filed
    assert all(each.customer_id is None and each.person for each in filed)
    waiting = desk.scalars(select(Violation).where(Violation.state == ViolationState.settled)).all()
    assert 0 < len(waiting) < len(filed)


def test_letters_due(asking: None, desk: Session) -> None:
    today = business_day()
    waiting = Letter.state.in_((LetterState.registered, LetterState.passed_on)), Letter.direction == Direction.incoming
    due = [each.reply_due_on for each in desk.scalars(select(Letter).where(*waiting)) if each.reply_due_on]
    assert due.count(today) == 2
    assert any(day < today for day in due)
    answers = desk.scalars(select(Letter).where(Letter.reply_to_id.is_not(None))).all()
    assert answers
    assert all(each.content["answers"] for each in answers)


def test_every_letter_of_ours_says_what_the_register_shows(desk: Session) -> None:
    """Those of violations too."""
    for letter in desk.scalars(select(Letter).filter_by(direction=Direction.outgoing)):
        assert letter.content["number"] == letter.number
        assert letter.content["subject"] == letter.subject
        assert letter.content["company"]
        assert letter.content["day_in_words"]


def test_the_notices_of_the_past_say_what_todays_say(desk: Session) -> None:
    letters = desk.scalars(select(Letter).filter_by(kind="violation", about_kind="violation")).all()
    notices = [each.content for each in letters if each.content["form"] == "notice"]
    assert {frozenset(each) for each in notices} == {frozenset(notices[0])}
    for each in notices:
        parts = each["body"].split("\n\n")
        assert (len(parts), parts[1]) == (4, each["wording"])


def test_a_notice_is_half_delivered_and_the_board_is_filled(asking: None, desk: Session) -> None:
    today = business_day()
    running = desk.scalars(select(Notice).where(Notice.state == NoticeState.issued)).all()
    assert sum(each.board_from <= today <= each.board_until for each in running) >= 3
    shares = []
    for notice in running:
        every = desk.scalars(select(NoticeHousehold).filter_by(notice_id=notice.id)).all()
        assert len(every) == notice.households
        shares.append(sum(each.reached_at is not None for each in every) / len(every))
    assert any(0.4 < share < 0.9 for share in shares)
    assert desk.scalar(select(func.count()).where(NoticeDelivery.worked.is_(False))) == 2


def test_call_backs_are_of_the_callers(desk: Session, complaints: Sequence[Complaint]) -> None:
    made = desk.scalars(select(ComplaintCallback)).all()
    assert {each.satisfied for each in made} == {True, False, None}
    anonymous = {case.id for case in complaints if not case.wants_callback}
    assert not anonymous & {each.complaint_id for each in made}


def test_the_same_seed_tells_the_same(told_before: list[tuple[Any, ...]], desk: Session) -> None:
    assert told_before == told(desk)
