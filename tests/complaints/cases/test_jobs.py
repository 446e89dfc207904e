"""What the clock does about complaints: up once, told to whom it comes, at night for urgent ones alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.complaints.cases import service
from crm.complaints.cases.invariants import faults
from crm.complaints.cases.jobs import escalate, prove_nightly
from crm.complaints.cases.models import About, Complaint, ComplaintState, ComplaintStep
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Judged
from crm.complaints.categories.models import Severity
from crm.complaints.categories.seeding import seed
from crm.dates import telling
from crm.db import open_session
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.schedule import TASKS
from tests import factories as make
from tests.acting import as_
from tests.complaints.making import make_caller, make_case, make_step, received
from tests.repairs.making import user_called

TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)  # ten in the morning, the office is open
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # eleven in the evening
FAR = TUESDAY + timedelta(days=30)
S = ComplaintState
UNREPLIED = ("received", "acknowledged", "classified", "investigating", "plan_approved", "acting", "reopened")


def tick(app: Flask, moment: datetime = TUESDAY) -> int:
    with telling(moment), app.app_context():
        g.actor = system_actor("tests")
        return escalate()


def due(estate: Estate, state: S = S.received, **given: Any) -> Complaint:
    """Received yesterday; late with nothing, unless told so."""
    yesterday = TUESDAY - timedelta(days=1)
    return make_case(estate, state, **({"received_at": yesterday, "answer_due_at": FAR, "result_due_at": FAR} | given))


def level_of(case: Complaint) -> int:
    with open_session() as db:
        return db.get_one(Complaint, case.id).level


def told() -> dict[str, list[str]]:
    with open_session() as db:
        rows = select(User.username, Notification.text).join(Notification, Notification.user_id == User.id)
        found: dict[str, list[str]] = {}
        for name, text in db.execute(rows.order_by(Notification.id)):
            found.setdefault(name, []).append(text)
        return found


@pytest.mark.parametrize("run", [escalate, prove_nightly])
def test_the_clock_runs_it(run: Callable[[], object]) -> None:
    assert [task.every for task in TASKS if task.run is run] == [
        timedelta(minutes=1) if run is escalate else timedelta(hours=1)
    ]


@pytest.mark.parametrize("state", [state for state in S if state is not S.joined])
def test_no_result_in_time(app: Flask, db: Session, estate: Estate, state: S) -> None:
    case = due(estate, state, result_due_at=TUESDAY - timedelta(minutes=1))
    goes_up = state in UNREPLIED
    assert tick(app) == goes_up
    assert level_of(case) == goes_up
    assert ("zhouhui" in told()) is goes_up
    assert ("sunhao" in told()) is (goes_up and case.handler_id is not None)


@pytest.mark.parametrize("state", [S.received, S.acknowledged, S.classified])
def test_no_answer_in_time(app: Flask, db: Session, estate: Estate, state: S) -> None:
    due(estate, state, answer_due_at=TUESDAY - timedelta(minutes=1))
    assert tick(app) == (state is S.received)


def test_each_promise_goes_up_once(app: Flask, work: Callable[..., Any], db: Session, estate: Estate) -> None:
    with telling(TUESDAY), work(as_("limin")):
        case = received(estate, "困人")
    late = (0, 119, 121, 122, 1439, 1441, 1442, 3000)  # minutes: the first answer in 2 hours, the result in 24
    assert [tick(app, TUESDAY + timedelta(minutes=n)) for n in late] == [0, 0, 1, 0, 0, 1, 0, 0]
    assert level_of(case) == 2
    steps = db.scalars(select(ComplaintStep).filter_by(complaint_id=case.id, action="escalate")).all()
    assert [(step.level, step.reason) for step in steps] == [(1, "answer"), (2, "result")]
    causes = db.scalars(select(LogEntry).filter_by(kind="ComplaintEscalated").order_by(LogEntry.id)).all()
    assert [entry.data["cause"] for entry in causes] == ["answer", "result"]


def test_at_the_top_it_is_said_and_stays(app: Flask, db: Session, estate: Estate) -> None:
    case = due(estate, level=2, result_due_at=TUESDAY - timedelta(hours=1))
    assert [tick(app), tick(app)] == [1, 0]
    assert level_of(case) == 2
    assert set(told()) == {"shentao", "hanbing", "tangfeng"}


@pytest.mark.parametrize("severity", Severity)
def test_nobody_is_woken_but_for_an_urgent_one(app: Flask, db: Session, estate: Estate, severity: Severity) -> None:
    came = NIGHT - timedelta(hours=2, minutes=1)
    due(estate, severity=severity, received_at=came, answer_due_at=NIGHT - timedelta(minutes=1))
    urgent = severity is Severity.urgent
    assert tick(app, NIGHT) == urgent
    assert tick(app, TUESDAY + timedelta(days=1)) == (not urgent), "when the office opens all others are said"


def test_whoever_it_is_about_is_not_told(app: Flask, db: Session, estate: Estate) -> None:
    boss = user_called("zhouhui")
    due(estate, result_due_at=TUESDAY - timedelta(hours=1), about_user_id=boss.id)
    assert tick(app) == 1
    assert "zhouhui" not in told()


def test_whose_estate_it_is(app: Flask, db: Session, estate: Estate, other_estate: Estate) -> None:
    here = make.make_user(RoleName.desk_supervisor, estates=[estate])
    there = make.make_user(RoleName.desk_supervisor, estates=[other_estate], locale="en")
    case = due(other_estate, result_due_at=TUESDAY - timedelta(minutes=1))
    assert tick(app) == 1
    assert here.username not in told()
    assert told()[there.username] == [f"No result in time: {case.number} {case.words}"]


@pytest.mark.parametrize(
    ("at", "category", "rings"), [(NIGHT, "困人", True), (NIGHT, "态度", False), (TUESDAY, "困人", False)]
)
def test_an_urgent_one_out_of_hours_is_told_at_once(
    work: Callable[..., Any], db: Session, estate: Estate, at: datetime, category: str, rings: bool
) -> None:
    with telling(at), work(as_("limin")):
        received(estate, category)
    assert ("zhouhui" in told()) is rings


@pytest.mark.parametrize(
    ("at", "before", "after", "rings"),
    [
        (NIGHT, Severity.ordinary, Severity.urgent, True),
        (TUESDAY, Severity.ordinary, Severity.urgent, False),
        (NIGHT, Severity.urgent, Severity.urgent, False),
        (NIGHT, Severity.urgent, Severity.ordinary, False),
    ],
)
@pytest.mark.parametrize(("state", "verb"), [(S.acknowledged, service.classify), (S.investigating, service.reclassify)])
def test_what_turns_urgent_out_of_hours_is_told_at_once(
    work: Callable[..., Any],
    db: Session,
    estate: Estate,
    at: datetime,
    before: Severity,
    after: Severity,
    state: S,
    verb: Callable[..., Any],
    *,
    rings: bool,
) -> None:
    made = make_case(estate, state, severity=before, received_at=at - timedelta(minutes=20))
    with telling(at), work(as_("limin")):
        case = get_case(made.id)
        judged = Judged(
            category=case.category,
            severity=after,
            about=About.charge,
            about_department_id=case.about_department_id,
        )
        verb(case, judged)
    assert ("zhouhui" in told()) is rings


def test_a_repeat_is_told_to_whom_it_comes(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    customer = make.make_customer(estate)
    with telling(TUESDAY), work(as_("limin")):
        make_caller(make_case(estate, S.closed, closed_at=TUESDAY - timedelta(days=3)), customer)
        case = received(estate, customer_id=customer.id)
        assert case.level == 1
    assert "zhouhui" in told()


@pytest.mark.timeout(120)
def test_two_clocks_put_it_up_once(app: Flask, own_engine: Any, own_work: Callable[..., Any]) -> None:
    with own_work() as db:
        estate = Estate(name="阳光花园")
        db.add(estate)
        db.flush()
        seed()
    make.make_user(RoleName.desk_supervisor)
    make.make_user(username="sunhao")
    cases = [due(estate, answer_due_at=TUESDAY - timedelta(hours=1), about_department_id=None) for _ in range(4)]
    start, counted = Barrier(2), []

    def run() -> None:
        start.wait()
        counted.append(tick(app))

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counted) == len(cases)
    with open_session() as db:
        assert db.scalar(select(func.count()).select_from(ComplaintStep).filter_by(action="escalate")) == len(cases)
        assert set(db.scalars(select(Complaint.level))) == {1}
        assert db.scalar(select(func.sum(Notification.count))) == len(cases)


# The nightly check


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", S.withdrawn),
        ("level", 1),
        ("reopened", 2),
        ("acknowledged_at", TUESDAY),
        ("replied_at", TUESDAY),
        ("answer_due_at", FAR),
    ],
)
def test_the_check_finds_what_the_steps_do_not_say(
    app: Flask, work: Callable[..., Any], db: Session, estate: Estate, column: str, value: Any
) -> None:
    with telling(TUESDAY):
        with work(as_("limin")):
            case = received(estate)
        with work():
            assert faults() == []
        with open_session() as own:
            setattr(own.get_one(Complaint, case.id), column, S.acknowledged if column == "state" else value)
            own.commit()
        with work():
            assert [fault.column for fault in faults()] == [column]
        with app.app_context():
            g.actor = system_actor("tests")
            assert [prove_nightly(), prove_nightly()] == [True, False]
    assert "zhouhui" in told()


def test_a_case_without_steps_is_a_fault(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    case = make_case(estate)
    with work():
        assert "answer_due_at" in {fault.column for fault in faults()}
    make_step(case, "acknowledge", to_state=S.acknowledged)
    with work():
        assert "state" in {fault.column for fault in faults()}
