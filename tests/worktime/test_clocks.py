"""Clocks that may pause, and the ways in which help desks got them wrong; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.errors import DomainError
from crm.worktime.clocks import CLOCK_TITLES, PAUSE_TITLES, ClockState, Pause, PauseReason, ServiceClock
from tests.worktime.test_hours import ALWAYS, OFFICE, at, moments, schedules, spans

HOUR = timedelta(hours=1)
CUSTOMER, MATERIAL = PauseReason.customer, PauseReason.material


def clock(begins: str = "2026-05-07 09:00", hours: float = 4, schedule=OFFICE, **given) -> ServiceClock:
    return ServiceClock(begins=at(begins), target=timedelta(hours=hours), schedule=schedule, **given)


def test_it_runs_in_office_hours_only() -> None:
    ticking = clock()
    assert ticking.elapsed(at("2026-05-07 10:00")) == HOUR
    assert ticking.remaining(at("2026-05-07 13:00")) == HOUR
    assert ticking.due(at("2026-05-07 09:00")) == at("2026-05-07 15:00")
    assert ticking.state(at("2026-05-07 15:00")) is ClockState.running
    assert ticking.state(at("2026-05-07 15:01")) is ClockState.late
    assert ticking.elapsed(at("2026-05-06 09:00")) == timedelta()


def test_a_pause_holds_it_and_the_due_moment_moves_along() -> None:
    paused = clock().paused(at("2026-05-07 10:00"), CUSTOMER)
    assert paused.state(at("2026-05-07 11:00")) is ClockState.paused
    assert paused.elapsed(at("2026-05-07 11:00")) == HOUR
    assert paused.due(at("2026-05-07 11:00")) == at("2026-05-07 16:00")
    assert paused.due(at("2026-05-07 15:00")) == at("2026-05-08 09:00")
    resumed = paused.resumed(at("2026-05-07 11:00"))
    assert resumed.state(at("2026-05-07 12:00")) is ClockState.running
    assert resumed.due(at("2026-05-07 17:00")) == at("2026-05-07 16:00")


def test_another_promise_is_reckoned_from_intake_and_forgets_no_pause() -> None:
    """Raising the priority must not take the customer's own waiting off the desk's account."""
    waited = clock(hours=8).paused(at("2026-05-07 09:30"), CUSTOMER).resumed(at("2026-05-07 11:30"))
    urgent = waited.retargeted(timedelta(hours=2))
    assert urgent.begins == waited.begins
    assert urgent.pauses == waited.pauses
    assert urgent.due(at("2026-05-07 11:30")) == at("2026-05-07 15:00")
    assert urgent.state(at("2026-05-07 12:00")) is ClockState.running
    assert urgent.retargeted(timedelta(hours=8)) == waited
    still = clock(hours=8).paused(at("2026-05-07 09:30"), CUSTOMER).retargeted(HOUR)
    assert still.state(at("2026-05-08 16:00")) is ClockState.paused


def test_another_promise_may_bring_another_schedule() -> None:
    emergency = clock().retargeted(HOUR, ALWAYS)
    assert emergency.due(at("2026-05-07 09:00")) == at("2026-05-07 10:00")


def test_a_pause_outside_office_hours_moves_nothing() -> None:
    evening = clock(hours=8).paused(at("2026-05-07 17:30"), CUSTOMER).resumed(at("2026-05-08 08:30"))
    assert evening.due(at("2026-05-08 09:00")) == clock(hours=8).due(at("2026-05-08 09:00"))


def test_a_pause_ended_at_night_is_due_in_office_hours() -> None:
    waited = clock().paused(at("2026-05-07 16:30"), MATERIAL).resumed(at("2026-05-07 22:00"))
    assert waited.retargeted(timedelta(hours=7)).due(at("2026-05-08 00:00")) == at("2026-05-08 10:00")


def test_what_is_late_stays_late_whatever_pause_comes_after() -> None:
    late = clock(hours=1)
    paused = late.paused(at("2026-05-07 11:00"), CUSTOMER)
    assert paused.due(at("2026-05-08 11:00")) == at("2026-05-07 10:00")
    assert paused.state(at("2026-05-08 11:00")) is ClockState.late
    assert paused.remaining(at("2026-05-08 11:00")) == -HOUR


def test_the_clock_counts_for_itself_not_for_the_moment_it_was_last_saved() -> None:
    paused = clock().paused(at("2026-05-07 10:00"), CUSTOMER)
    assert paused.elapsed(at("2026-05-07 10:00")) == paused.elapsed(at("2026-05-20 10:00")) == HOUR


def test_a_cap_bounds_how_long_a_pause_holds() -> None:
    capped = clock().paused(at("2026-05-07 10:00"), CUSTOMER, cap=HOUR)
    assert capped.state(at("2026-05-07 10:59")) is ClockState.paused
    assert capped.state(at("2026-05-07 11:00")) is ClockState.running
    assert capped.due(at("2026-05-08 09:00")) == at("2026-05-07 16:00")
    assert capped.state(at("2026-05-07 16:01")) is ClockState.late
    assert capped.resumed(at("2026-05-07 10:30")).due(at("2026-05-07 12:00")) == at("2026-05-07 15:30")
    again = capped.paused(at("2026-05-07 11:30"), MATERIAL).resumed(at("2026-05-07 12:00"))
    assert again.due(at("2026-05-07 12:00")) == at("2026-05-07 16:30")


def test_pauses_that_overlap_hold_once() -> None:
    pauses = (
        Pause(begins=at("2026-05-07 10:00"), ends=at("2026-05-07 11:30"), reason=CUSTOMER),
        Pause(begins=at("2026-05-07 09:30"), ends=at("2026-05-07 11:00"), reason=MATERIAL),
        Pause(begins=at("2026-05-07 10:15"), ends=at("2026-05-07 10:30"), reason=PauseReason.weather),
    )
    assert clock(pauses=pauses).elapsed(at("2026-05-07 12:00")) == HOUR
    assert clock(pauses=pauses[::-1]).due(at("2026-05-07 12:00")) == at("2026-05-07 17:00")


def test_done_at_the_last_moment_is_in_time() -> None:
    done = clock().finished(at("2026-05-07 15:00"))
    assert done.state(at("2026-06-01 09:00")) is ClockState.met
    assert done.elapsed(at("2026-06-01 09:00")) == timedelta(hours=4)
    assert clock().finished(at("2026-05-07 15:01")).state(at("2026-06-01 09:00")) is ClockState.missed
    assert done.state(at("2026-05-07 14:00")) is ClockState.running


def test_finished_while_paused_is_in_time() -> None:
    waited = clock().paused(at("2026-05-07 10:00"), CUSTOMER).finished(at("2026-05-12 10:00"))
    assert waited.state(at("2026-05-13 10:00")) is ClockState.met
    assert waited.elapsed(at("2026-05-13 10:00")) == HOUR


def test_opened_again_it_runs_on_with_what_was_left() -> None:
    again = clock().finished(at("2026-05-07 10:00")).reopened(at("2026-05-11 09:00"))
    assert again.remaining(at("2026-05-11 09:00")) == timedelta(hours=3)
    assert again.due(at("2026-05-11 09:00")) == at("2026-05-11 12:00")
    late = clock(hours=1).finished(at("2026-05-07 11:00")).reopened(at("2026-05-11 09:00"))
    assert late.state(at("2026-05-11 09:00")) is ClockState.late


def test_let_go_it_is_neither_kept_nor_late() -> None:
    running, moment = clock(), at("2026-06-01 09:00")
    assert running.let_go(at("2026-05-07 15:00")).state(moment) is ClockState.dropped
    assert running.let_go(at("2026-05-07 15:01")).state(moment) is ClockState.missed
    kept = running.finished(at("2026-05-07 10:00"))
    assert kept.let_go(at("2026-05-07 11:00")) == kept


def test_what_cannot_be_done_is_refused_with_a_sentence() -> None:
    running, moment = clock(), at("2026-05-07 10:00")
    paused = running.paused(moment, CUSTOMER)
    for refused in (
        lambda: paused.paused(moment + HOUR, MATERIAL),
        lambda: running.paused(at("2026-05-06 10:00"), CUSTOMER),
        lambda: running.finished(moment).paused(moment, CUSTOMER),
        lambda: running.resumed(moment),
        lambda: paused.resumed(at("2026-05-07 09:30")),
        lambda: running.finished(moment).finished(moment),
        lambda: running.reopened(moment),
    ):
        with pytest.raises(DomainError):
            refused()


def test_every_reason_and_state_has_a_title() -> None:
    assert set(PAUSE_TITLES) == set(PauseReason)
    assert set(CLOCK_TITLES) == set(ClockState)


pauses = some.lists(
    some.builds(
        lambda begins, held, cap, reason: Pause(
            begins=begins, ends=begins + held if held else None, cap=cap, reason=reason
        ),
        moments, some.none() | spans, some.none() | spans, some.sampled_from(PauseReason),
    ),
    max_size=4,
).map(tuple)  # fmt: skip
clocks = some.builds(ServiceClock, begins=moments, target=spans, schedule=schedules, pauses=pauses)


@given(clocks, moments)
def test_a_pause_never_shortens(ticking: ServiceClock, now: datetime) -> None:
    bare = ServiceClock(begins=ticking.begins, target=ticking.target, schedule=ticking.schedule)
    assert ticking.elapsed(now) <= bare.elapsed(now)
    assert ticking.due(now) >= bare.due(now)


@given(clocks, moments, moments)
def test_time_used_up_never_comes_back(ticking: ServiceClock, one: datetime, two: datetime) -> None:
    earlier, later = sorted((one, two))
    assert ticking.elapsed(earlier) <= ticking.elapsed(later)
    assert ticking.due(earlier) <= ticking.due(later)
    if ticking.state(earlier) is ClockState.late:
        assert ticking.state(later) is ClockState.late
        assert ticking.due(earlier) == ticking.due(later)


@given(clocks, moments)
def test_the_rest_runs_from_now_to_the_due_moment(ticking: ServiceClock, now: datetime) -> None:
    due = ticking.due(now)
    if now >= max(ticking.begins, due):
        assert ticking.remaining(now) <= timedelta()
    elif now >= ticking.begins:
        assert ticking.schedule.worked(now, due) == ticking.remaining(now)


@given(clocks, moments, spans)
def test_a_longer_promise_is_never_due_earlier(ticking: ServiceClock, now: datetime, more: timedelta) -> None:
    assert ticking.retargeted(ticking.target + more).due(now) >= ticking.due(now)
    assert ticking.due(now).tzinfo is UTC
