"""The clocks: the table of due dates, who is charged, notices, corrections, postponements, reminders (L-16 to L-18)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm.archive.credit import queries as credit
from crm.archive.credit import service as projects
from crm.archive.handover import reports
from crm.archive.handover.clocks import Delay, Dues, Passed, delay, due, holds
from crm.archive.handover.jobs import remind
from crm.archive.handover.models import (
    AskState,
    Cause,
    Clock,
    Deadline,
    HandoverState,
    HandoverStep,
    Party,
    Postponement,
)
from crm.archive.handover.queries.deadlines import deadlines, get_postponement, newest
from crm.archive.handover.queries.standing import get_handover
from crm.archive.handover.reckoning import reckoned
from crm.archive.handover.service import deadlines as service
from crm.archive.handover.service import postponing
from crm.auth.actor import system_actor
from crm.auth.permissions import RoleName
from crm.dates import business_day, utc_now
from crm.errors import DomainError
from crm.files.models import Upload
from crm.notifications.models import Notification
from crm.worktime.calendar import Calendar, Due, Override
from crm.worktime.queries import calendar
from crm.worktime.queries import latest_of as latest_notice
from crm.worktime.service import enter_notice
from tests import factories as make
from tests.archive.handover.desk import ARCHIVIST, DEPUTY, MANAGER, A, B, Desk, actor_called, actor_of, handover_row

S = HandoverState


@pytest.mark.parametrize(
    ("end", "a", "b", "total"),
    [
        ("2026-02-13", "2026-02-25", "2026-02-27", "2026-02-27"),  # 春节
        ("2026-09-30", "2026-10-10", "2026-10-13", "2026-10-13"),  # 国庆, Saturday 10-10 makes up
        ("2026-05-07", "2026-05-11", "2026-05-13", "2026-05-13"),  # Saturday 05-09 makes up
    ],
)
def test_the_table_of_due_dates(work, end: str, a: str, b: str, total: str) -> None:
    """B's clock begins at the receipt, here on A's last day."""
    with work():
        days = calendar()
        first = due(days, date.fromisoformat(end), 3)
        second = due(days, first.day, 2)
        whole = due(days, date.fromisoformat(end), 5)
    assert [each.day.isoformat() for each in (first, second, whole)] == [a, b, total]
    assert not any(each.provisional for each in (first, second, whole))
    assert first.version > 0


def test_beyond_the_last_notice_a_due_date_is_provisional(work) -> None:
    with work():
        found = due(calendar(), date(2026, 12, 28), 3)
    assert found.provisional


PLAIN = Calendar(years=frozenset({2026, 2027}))  # no holidays
MON, TUE, WED, THU, FRI = (date(2026, 6, day) for day in (1, 2, 3, 4, 5))
NEXT_MON, NEXT_TUE, NEXT_WED = date(2026, 6, 8), date(2026, 6, 9), date(2026, 6, 10)


def to_b(day: date) -> Passed:
    return Passed(day, S.with_b, hands_over=True)


def back(day: date, target: HandoverState) -> Passed:
    return Passed(day, target, hands_over=False)


@pytest.mark.parametrize(
    ("passed", "today", "expected"),
    [
        ([], THU, Delay(0, 0, 0)),  # due on Thursday, still in time
        ([], FRI, Delay(1, 0, 0)),
        ([], NEXT_TUE, Delay(3, 0, 1)),
        ([to_b(FRI)], FRI, Delay(1, 0, 0)),  # a day late, and no more although B goes on
        ([to_b(FRI)], NEXT_TUE, Delay(1, 0, 1)),  # B has two days from Friday: until Tuesday
        ([to_b(FRI)], NEXT_WED, Delay(1, 1, 2)),
        ([to_b(WED), back(FRI, S.checking)], NEXT_WED, Delay(0, 0, 0)),
        ([to_b(WED), back(NEXT_MON, S.checking)], NEXT_WED, Delay(0, 1, 0)),
        # the archivist keeps it from Friday to the next Tuesday and rejects: B is charged the Wednesday alone
        ([to_b(WED), back(FRI, S.checking), back(NEXT_TUE, S.with_b)], NEXT_WED, Delay(0, 1, 2)),
        # returned to A on Thursday, handed over again on the next Monday: A is charged Friday and Monday
        ([to_b(WED), back(THU, S.preparing), to_b(NEXT_MON)], NEXT_WED, Delay(2, 0, 2)),
        ([to_b(WED), back(THU, S.supplementing), back(NEXT_MON, S.with_b)], NEXT_TUE, Delay(0, 2, 1)),
    ],
)
def test_each_delay_is_charged_to_its_owner(passed: list[Passed], today: date, expected: Delay) -> None:
    """Ended on a Monday: A until Thursday, in all until the next Monday."""
    rounds = tuple(PLAIN.add(each.day, 2).day for each in passed if each.hands_over)
    dues = Dues(a=THU, b=rounds, total=NEXT_MON)
    assert delay(PLAIN, holds(MON, passed), dues, today) == expected


@given(
    days=st.lists(st.integers(0, 4), min_size=1, max_size=12),
    moves=st.lists(st.sampled_from(["on", "back", "supplement"]), min_size=1, max_size=12),
)
def test_every_day_belongs_to_one_holder(days: list[int], moves: list[str]) -> None:
    """Holds follow on one another without gap or overlap, and rounds only grow."""
    day, state, passed = MON, S.preparing, []
    for gap, move in zip(days, moves, strict=False):
        day += timedelta(days=gap)
        if state is S.preparing:
            state, passed = S.with_b, [*passed, to_b(day)]
        elif move == "on" and state is S.with_b:
            state, passed = S.checking, [*passed, back(day, S.checking)]
        elif state is S.checking:
            state, passed = S.with_b, [*passed, back(day, S.with_b)]
        elif move == "back":
            state, passed = S.preparing, [*passed, back(day, S.preparing)]
    held = holds(MON, passed)
    assert held[0].since == MON
    assert held[-1].until is None
    assert all(one.until == other.since for one, other in itertools.pairwise(held))
    assert all(one.round <= other.round for one, other in itertools.pairwise(held))
    assert [one.party for one in held].count(Party.archivist) == sum(each.target is S.checking for each in passed)


# On the database


def newest_of(desk: Desk) -> dict[Clock, Deadline]:
    with desk.at(A):
        return newest(deadlines(desk.handover_id))


def test_the_projects_end_starts_two_clocks_and_the_receipt_the_third(desk_at: Callable[[date], Desk]) -> None:
    desk = desk_at(date(2026, 5, 7))
    held = newest_of(desk)
    assert {clock: row.due_on.isoformat() for clock, row in held.items()} == {
        Clock.a: "2026-05-11",
        Clock.total: "2026-05-13",
    }
    assert all(row.calendar_version > 0 and not row.provisional for row in held.values())
    desk.bring_to(S.with_b)
    with desk.at(B):
        row = newest(deadlines(desk.handover_id))[Clock.b]
        assert (row.starts_on, row.due_on) == (business_day(), calendar().add(business_day(), 2).day)


def test_a_supplement_stops_no_clock(desk: Desk) -> None:
    desk.bring_to(S.with_b)
    before = {clock: row.id for clock, row in newest_of(desk).items()}
    desk.ask()
    assert {clock: row.id for clock, row in newest_of(desk).items()} == before


def test_a_corrected_end_reckons_anew_with_trail_and_bell(desk_at: Callable[[date], Desk], work, db) -> None:
    desk, paper = desk_at(date(2026, 5, 7)), make.make_upload(None, "credit")
    with work(actor_called(MANAGER)):
        project = credit.get_project(desk.project_id)
        projects.correct_end(project, date(2026, 4, 30), "放款凭证上是30日", db.get_one(Upload, paper.id))
    held = newest_of(desk)
    assert (held[Clock.a].cause, held[Clock.total].cause) == (Cause.end_correction, Cause.end_correction)
    assert held[Clock.a].starts_on == date(2026, 4, 30)
    rows = db.scalars(select(Deadline).filter_by(handover_id=desk.handover_id)).all()
    assert len(rows) == 4, "the old ones stay"
    told = db.scalars(select(Notification.user_id).where(Notification.url.endswith(f"/handover/{desk.handover_id}")))
    assert {make.user_called(A).id, make.user_called(B).id} <= set(told)


def test_a_notice_makes_provisional_days_firm_and_tells(desk: Desk, work, db) -> None:
    """A project whose clocks run into 2027: 春节 2027 is not announced yet."""
    handover = handover_row(db, desk)
    with work() as session:
        found = calendar().add(date(2026, 12, 30), 3)
        row = Deadline(
            handover_id=handover.id, clock=Clock.a, starts_on=date(2026, 12, 30), days=3, due_on=found.day,
            provisional=found.provisional, calendar_version=found.version, cause=Cause.start, reckoned_at=utc_now(),
        )  # fmt: skip
        session.add(row)
    assert newest_of(desk)[Clock.a].provisional
    before = newest_of(desk)[Clock.total].id
    with work(actor_called(MANAGER)):
        days = {date(2027, 1, day): Override(False, "元旦") for day in (1, 2, 3)}
        enter_notice(2027, "国务院办公厅关于2027年部分节假日安排的通知", days, latest=latest_notice(2027))
    held = newest_of(desk)
    assert (held[Clock.a].cause, held[Clock.a].provisional) == (Cause.notice, False)
    assert held[Clock.a].calendar_version > found.version
    assert held[Clock.total].id == before, "what does not change gets no new row"
    told = db.scalars(select(Notification).where(Notification.url.endswith(f"/handover/{handover.id}"))).all()
    assert {make.user_called(A).id, make.user_called(B).id} <= {each.user_id for each in told}


# Postponements


def ask(desk: Desk, who: str = A, days: int = 20, reason: str = "客户在外地") -> Postponement:
    return desk.do(who, lambda standing: postponing.ask(standing, business_day() + timedelta(days=days), reason))


def decide(desk: Desk, who, asked: Postponement, action: str = "approve", words: str = "") -> None:
    def act(standing) -> None:
        postponing.decide(standing, get_postponement(asked.id), action, words)

    desk.do(who, act)


def test_an_approved_postponement_moves_a_and_the_total(desk: Desk) -> None:
    asked = ask(desk)
    before = newest_of(desk)
    decide(desk, DEPUTY, asked)
    held = newest_of(desk)
    assert (held[Clock.a].due_on, held[Clock.a].cause) == (asked.new_due, Cause.postponement)
    assert held[Clock.a].postponement_id == asked.id
    assert held[Clock.total].due_on > asked.new_due > before[Clock.total].due_on
    assert not asked.after_due


def test_a_refused_one_is_kept_and_moves_nothing(desk: Desk, db) -> None:
    asked, before = ask(desk), newest_of(desk)
    with pytest.raises(DomainError):
        decide(desk, MANAGER, asked, "refuse", " ")
    decide(desk, MANAGER, asked, "refuse", "资料都在手上")
    assert {clock: row.id for clock, row in newest_of(desk).items()} == {clock: row.id for clock, row in before.items()}
    kept = db.get_one(Postponement, asked.id, populate_existing=True)
    assert (kept.state, kept.decision) == (AskState.refused, "资料都在手上")
    with pytest.raises(DomainError):
        decide(desk, DEPUTY, asked)
    assert ask(desk).id != asked.id


def test_asked_after_the_due_date_it_stays_marked(desk_at: Callable[[date], Desk]) -> None:
    desk = desk_at(date(2026, 5, 7))
    asked = ask(desk)
    assert asked.after_due
    decide(desk, MANAGER, asked)
    with desk.at(A):
        assert get_postponement(asked.id).after_due


@pytest.mark.parametrize(
    ("days", "reason"), [(20, " "), (0, "客户在外地"), (-400, "客户在外地")], ids=["no reason", "today", "long ago"]
)
def test_without_reason_or_a_later_day_it_is_refused(desk: Desk, days: int, reason: str) -> None:
    with pytest.raises(DomainError):
        ask(desk, days=days, reason=reason)


def test_only_the_clocks_owner_asks_and_once(desk: Desk) -> None:
    for who in (B, ARCHIVIST, MANAGER):
        with pytest.raises(DomainError):
            ask(desk, who)
    ask(desk)
    with pytest.raises(DomainError):
        ask(desk)
    desk.bring_to(S.with_b)
    assert ask(desk, B).clock is Clock.b
    with pytest.raises(DomainError):
        ask(desk, A)


def test_neither_asker_nor_the_three_nor_a_strange_deputy_decides(desk: Desk, db) -> None:
    asked = ask(desk)
    stranger = make.make_user(RoleName.deputy_general_manager)
    refused_ones = [A, B, ARCHIVIST, "xujing", "caoning", actor_of(stranger, RoleName.deputy_general_manager)]
    for who in refused_ones:
        with pytest.raises(DomainError) as refusal:
            decide(desk, who, asked)
        assert len(str(refusal.value)) > 15
    both = make.user_called(ARCHIVIST)
    with pytest.raises(DomainError):
        decide(desk, actor_of(both, RoleName.archivist, RoleName.general_manager), asked)
    decide(desk, "tangfeng", asked)
    assert db.get_one(Postponement, asked.id, populate_existing=True).decided_by_id == make.user_called("tangfeng").id


def test_who_decides_is_told_and_so_is_the_asker(desk: Desk, db) -> None:
    asked = ask(desk)
    page = f"/archive/handover/postponements/{asked.id}"
    told = set(db.scalars(select(Notification.user_id).filter_by(url=page)))
    assert told == {make.user_called(who).id for who in (DEPUTY, MANAGER, "tangfeng")}
    decide(desk, DEPUTY, asked)
    assert make.user_called(A).id in set(db.scalars(select(Notification.user_id).filter_by(url=page)))


@pytest.mark.parametrize("day", [date(9998, 12, 31), date(2028, 12, 31)])
def test_more_than_a_year_is_not_asked_for_at_once(desk: Desk, sign_in, day: date) -> None:
    answer = sign_in(A).post(
        f"/archive/handover/{desk.handover_id}/postpone", data={"new_due": day.isoformat(), "reason": "客户在外地"}
    )
    assert answer.status_code == 422
    assert str((newest_of(desk)[Clock.a].due_on + timedelta(days=366)).isoformat()) in answer.text


def test_the_total_after_as_postponement_is_as_firm_as_bs_days_are(work) -> None:
    """A until a day that is settled, B's two days after it in a year without a notice (I12)."""
    only_2026 = Calendar(years=frozenset({2026}), version=3)
    approved = {Clock.a: date(2026, 12, 30)}
    with work():
        assert not reckoned(only_2026, Clock.a, MON, 3, approved).provisional
        total = reckoned(only_2026, Clock.total, MON, 5, approved)
    assert (total.day, total.provisional, total.version) == (date(2027, 1, 1), True, 3)


def test_a_rejection_leaves_as_day_where_it_was(desk: Desk, db) -> None:
    """A's clock ended with A's handing over, not with what came back to B from the archivist."""
    desk.bring_to(S.checking)
    desk.step(ARCHIVIST, "reject", "第4项页数不符")
    steps = [
        HandoverStep(action="hand_to_b", target=S.with_b, taken_at=datetime(2026, 5, 11, 2, tzinfo=UTC)),
        HandoverStep(action="submit", target=S.checking, taken_at=datetime(2026, 5, 12, 2, tzinfo=UTC)),
        HandoverStep(action="reject", target=S.with_b, taken_at=datetime(2026, 5, 14, 2, tzinfo=UTC)),
    ]
    with desk.at(A) as standing:
        standing.handover.project.ends_on = date(2026, 5, 7)
        faces = reports.faces(standing, deadlines(desk.handover_id), steps, calendar(), date(2026, 5, 15))
        assert (faces.a.ended_on, faces.b.ended_on, faces.total.ended_on) == (date(2026, 5, 11), None, None)


def test_a_notice_costs_as_many_queries_for_ten_hand_overs_as_for_one(desk: Desk, work, queries) -> None:
    counts = []
    for _round in range(2):
        with work(), queries() as asked:
            service.reckon_all_anew()
        counts.append(len(asked))
        for _more in range(9):
            handover = make.make_handover(S.preparing)
            make._kept(
                Deadline(
                    handover_id=handover.id, clock=Clock.a, starts_on=date(2026, 5, 7), days=3,
                    due_on=date(2026, 5, 11), provisional=False, calendar_version=2, cause=Cause.start,
                    reckoned_at=utc_now(),
                )
            )  # fmt: skip
    assert counts[0] == counts[1]


# Reminders


def rung(app) -> int:
    with app.app_context():
        g.actor = system_actor("hand-overs due")
        return remind()


def test_the_bell_rings_once_before_and_once_after(desk: Desk, app, db) -> None:
    """Ended yesterday it is not near; reckoned to today it is due, and rings A alone."""
    rung(app)
    page = f"/archive/handover/{desk.handover_id}"
    before = len(db.scalars(select(Notification).filter_by(url=page)).all())
    with desk.work():
        handover = get_handover(desk.handover_id)
        present = newest(deadlines(handover.id))[Clock.a]
        service._store(handover, present, Due(business_day(), False, 1), Cause.notice)
    assert rung(app) == 1
    assert rung(app) == 0
    told = db.scalars(select(Notification).filter_by(url=page).order_by(Notification.id)).all()
    assert len(told) == before + 1
    assert told[-1].user_id == make.user_called(A).id


def test_what_is_late_rings_its_owner_and_nobody_else(desk_at: Callable[[date], Desk], app, db) -> None:
    desk = desk_at(date(2026, 5, 7))
    assert rung(app) == 1
    assert rung(app) == 0
    desk.bring_to(S.with_b)
    assert rung(app) == 0, "A's clock is over, B's has only begun"
