"""The service clock of an order, held to faults that other help desks had: each with its scenario in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from crm.dates import telling, utc_now
from crm.db import session
from crm.properties.models import Estate
from crm.repairs.categories.models import Priority
from crm.repairs.dispatch.jobs import ring_for_late
from crm.repairs.orders import service
from crm.repairs.orders.clocks import due_at
from crm.repairs.orders.figures import Promise
from crm.repairs.orders.models import Payer, RepairOrder
from crm.repairs.orders.queries import get_order, is_late
from crm.repairs.orders.service import Heard, Reported, Said
from crm.repairs.orders.terms import clocks_of, steps_of
from crm.worktime.clocks import ClockState, PauseReason
from tests import factories as make
from tests.acting import as_
from tests.repairs.making import category_called, user_called

CHINA = ZoneInfo("Asia/Shanghai")
Work = Callable[..., Any]


def at(text: str) -> datetime:
    """`24 09:30` of November 2026: the 24th is a Tuesday; the office is open 8:30–12:00 and 14:00–17:30."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=CHINA)


class Story:
    """One job, by whoever acts, each step at its moment."""

    def __init__(self, work: Work, estate: Estate) -> None:
        self.work, self.estate, self.order_id = work, estate, 0

    @contextmanager
    def by(self, username: str, moment: str) -> Iterator[RepairOrder | None]:
        with telling(at(moment)), self.work(as_(username)):
            yield get_order(self.order_id) if self.order_id else None

    def reported(self, moment: str, *, emergency: bool = False, name: str = "水龙头阀门") -> Story:
        unit = make.make_unit(self.estate)
        customer = make.make_customer(self.estate, unit=unit)
        with self.by("limin", moment):
            told = Reported(category=category_called(name), problem="报修", unit=unit, emergency=emergency)
            self.order_id = service.register(self.estate.id, replace(told, customer_id=customer.id)).id
        with self.by("sunhao", moment) as order:
            service.classify(order, order.category, order.priority, Payer.company, Said(reason="公司承担"))
        return self

    def on_site(self, moment: str) -> Story:
        with self.by("sunhao", moment) as order:
            service.assign(order, user_called("zhangjg").id)
        with self.by("zhangjg", moment) as order:
            service.accept(order)
            service.arrive(order)
        return self

    def clock(self, promise: Promise, moment: str) -> tuple[ClockState, timedelta]:
        """Its state and what has counted, at that moment."""
        with self.by("sunhao", moment) as order:
            clock = clocks_of(order, steps_of(order.id))[promise]
            return clock.state(utc_now()), clock.elapsed(utc_now())

    def due(self, promise: Promise) -> datetime:
        with self.by("sunhao", "30 12:00") as order:
            stored = {"accept": order.accept_due_at, "arrive": order.arrive_due_at, "finish": order.finish_due_at}
            clock = clocks_of(order, steps_of(order.id))[promise]
            assert due_at(clock) == stored[promise.value], "what lists go by is what the clock says"
            return stored[promise.value].astimezone(CHINA)


@pytest.fixture
def story(work: Work, estate: Estate) -> Story:
    return Story(work, estate)


def test_glpi_6902_another_priority_forgets_no_waiting(story: Story) -> None:
    """A job waits three office hours for a part; then the dispatcher raises its priority. The targets change, counted
    from the report on, and the three hours still do not count. (There the waiting was lost with the old target.)"""
    story.reported("24 08:30").on_site("24 09:00")
    with story.by("zhangjg", "24 09:00") as order:
        service.wait(order, PauseReason.material, Said(note="角阀"))
    with story.by("zhangjg", "24 15:00") as order:  # 3 h of the morning, 1 h of the afternoon
        service.arrive(order)
    before = story.due(Promise.finish)
    with story.by("sunhao", "24 15:30") as order:
        service.classify(order, order.category, Priority.urgent, order.payer)
    # 8 office hours from 8:30: half an hour before the pause, the rest from 15:00 on: 2.5 today, 5 tomorrow
    assert story.due(Promise.finish) == at("25 15:30")
    with story.by("sunhao", "24 15:31") as order:
        service.classify(order, order.category, Priority.normal, order.payer)
    assert story.due(Promise.finish) == before
    assert story.clock(Promise.finish, "24 15:30")[1] == timedelta(hours=1)


def test_zammad_3140_a_met_promise_leaves_the_others_alone(story: Story) -> None:
    """The worker accepts at once and comes late: accepted is in time, on site is late, finished still runs. (There
    meeting one target cleared the escalation of the others.)"""
    story.reported("24 08:30", name="门锁打不开")  # urgent: accept 15 min, on site 2 h, finished 8 h
    with story.by("sunhao", "24 08:31") as order:
        service.assign(order, user_called("zhangjg").id)
    with story.by("zhangjg", "24 08:32") as order:
        service.accept(order)
    assert story.clock(Promise.accept, "24 11:00")[0] is ClockState.met
    assert story.clock(Promise.arrive, "24 11:00")[0] is ClockState.late
    assert story.clock(Promise.finish, "24 11:00")[0] is ClockState.running


def test_zammad_5177_each_promise_keeps_its_own_target(story: Story) -> None:
    """Three promises of one job have three due moments, and changing the priority moves each by its own rule. (There
    the shortest target was shown for all of them.)"""
    story.reported("24 08:30")
    assert story.due(Promise.accept) == at("24 09:00")
    assert story.due(Promise.arrive) == at("24 17:30")  # seven office hours
    assert story.due(Promise.finish) == at("26 17:30")  # three office days
    with story.by("sunhao", "24 08:40") as order:
        service.classify(order, order.category, Priority.emergency, order.payer)
    assert story.due(Promise.accept) == at("24 08:35")
    assert story.due(Promise.arrive) == at("24 09:00")
    assert story.due(Promise.finish) == at("25 08:30")  # round the clock


def test_zammad_4432_nobody_is_rung_at_midnight(story: Story, work: Work) -> None:
    """A normal job that nobody accepted is said in office hours, not when a clock that was off comes back at midnight;
    an emergency is said at any hour."""
    story.reported("24 17:10")
    with telling(at("25 00:00")):
        assert ring(work) == 0
    with telling(at("25 08:45")):  # 20 minutes of the evening before and 15 of the morning
        assert ring(work) == 1
        assert ring(work) == 0, "once"
    Story(work, story.estate).reported("24 23:50", emergency=True)
    with telling(at("25 00:00")):
        assert ring(work) == 1


def ring(work: Work) -> int:
    """As the clock does it, in the test's own unit of work."""
    found: list[int] = []
    with work():
        found.append(ring_for_late())
    return found[0]


def test_osticket_3034_waiting_for_a_part_is_not_overdue(story: Story) -> None:
    """A job waits for a part past the moment at which it was due: it is paused, not late, and no list shows it as late.
    What was left is left when the part comes. (There waiting for parts counted as overdue.)"""
    story.reported("24 08:30", name="门锁打不开").on_site("24 09:00")  # finished within 8 office hours
    with story.by("zhangjg", "24 09:30") as order:
        service.wait(order, PauseReason.material, Said(note="锁芯"))
    with story.by("sunhao", "26 09:30") as order:
        assert clocks_of(order, steps_of(order.id))[Promise.finish].state(utc_now()) is ClockState.paused
        assert order.finish_due_at > utc_now()
        assert not session_finds(is_late(utc_now()), order)
    with story.by("zhangjg", "26 09:30") as order:
        service.resume(order)
    assert story.due(Promise.finish) == at("27 09:30")  # 1 h counted, 7 are left: 5.5 today, 1.5 tomorrow


def session_finds(condition: Any, order: RepairOrder) -> bool:
    return session().scalar(select(RepairOrder.id).where(condition, RepairOrder.id == order.id)) is not None


def test_frappe_1554_paused_means_that_it_stands(story: Story) -> None:
    """Whatever is called paused does not count on, minute by minute; once the pause may hold no longer, it is called
    running and counts again, though nobody has touched the job. (There a job said paused while its clock ran.)"""
    story.reported("24 08:30").on_site("24 09:00")
    with story.by("zhangjg", "24 09:00") as order:
        service.wait(order, PauseReason.material, Said(note="阀芯"))  # holds 35 office hours: five days
    moments = ["24 10:00", "25 10:00", "26 10:00", "27 17:00", "30 17:00"]
    seen = [story.clock(Promise.finish, moment) for moment in moments]
    assert {state for state, _elapsed in seen} == {ClockState.paused}
    assert {elapsed for _state, elapsed in seen} == {timedelta(minutes=30)}
    with telling(datetime(2026, 12, 1, 9, 30, tzinfo=CHINA)), story.work(as_("sunhao")):
        clock = clocks_of(order := get_order(story.order_id), steps_of(order.id))[Promise.finish]
        assert clock.state(utc_now()) is ClockState.running
        assert clock.elapsed(utc_now()) == timedelta(hours=1)


def test_an_agreed_time_holds_arrival_and_end_but_not_acceptance(story: Story) -> None:
    story.reported("24 08:30")
    with story.by("limin", "24 08:30") as order:
        service.appoint(order, at("26 09:00"), at("26 11:00"))
    assert story.due(Promise.accept) == at("24 09:00")
    assert story.due(Promise.arrive) == at("27 09:00")  # seven office hours from the 26th at 9
    with story.by("limin", "24 09:00") as order:  # earlier after all
        service.appoint(order, at("25 09:00"), at("25 11:00"))
    assert story.due(Promise.arrive) == at("26 09:00")


def test_done_again_goes_on_with_what_was_left(story: Story) -> None:
    story.reported("24 08:30", name="门锁打不开").on_site("24 09:00")
    with story.by("zhangjg", "24 10:30") as order:
        service.finish(order, "换锁芯", signed=True)
    assert story.clock(Promise.finish, "25 16:00")[0] is ClockState.met
    with story.by("limin", "25 16:00") as order:
        service.visit(order, Heard(satisfied=False, words="还是打不开"))
    assert story.clock(Promise.finish, "25 16:00") == (ClockState.running, timedelta(hours=2))
    assert story.due(Promise.finish) == at("26 15:00")  # 6 h left: 1.5 today, 3.5 and 1 tomorrow


def test_handed_back_the_next_one_accepts_in_a_time_of_his_own(story: Story) -> None:
    story.reported("24 08:30", name="门锁打不开")
    with story.by("sunhao", "24 08:30") as order:
        service.assign(order, user_called("zhangjg").id)
    with story.by("zhangjg", "24 08:40") as order:
        service.accept(order)
    with story.by("zhangjg", "24 09:40") as order:
        service.hand_back(order, Said(reason="没有工具"))
    assert story.clock(Promise.accept, "24 09:50")[0] is ClockState.running
    assert story.due(Promise.accept) == at("24 09:55")


def test_a_phone_without_a_network_says_when_it_was_done(story: Story) -> None:
    """Finished at 10:00, sent at 15:00: 10:00 counts; a moment ahead, before the last step or days ago does not."""
    story.reported("24 08:30", name="门锁打不开").on_site("24 09:00")
    with story.by("zhangjg", "24 15:00") as order:
        service.finish(order, "换锁芯", Said(key="phone-9", at=at("24 10:00")))
        assert order.finished_at == at("24 10:00")
    for told in ("24 18:00", "20 10:00"):
        other = Story(story.work, story.estate).reported("24 08:30", name="门锁打不开").on_site("24 09:00")
        with other.by("zhangjg", "24 15:00") as order:
            service.wait(order, PauseReason.access, Said(at=at(told)))
            assert steps_of(order.id)[-1].taken_at == at("24 15:00")
    with other.by("zhangjg", "24 15:30") as order:
        service.arrive(order, Said(at=at("24 08:45")))
        assert steps_of(order.id)[-1].taken_at == at("24 15:00"), "not before what happened last"


@pytest.mark.parametrize("by", ["cancel", "duplicate"])
def test_what_nobody_wants_any_more_is_late_no_more(story: Story, by: str) -> None:
    """Late to accept by then, which stays; the rest is let go."""
    story.reported("24 08:30", name="门锁打不开")
    other = Story(story.work, story.estate).reported("24 08:30")
    with story.by("limin", "24 10:00") as order:
        if by == "cancel":
            service.cancel(order, Said(reason="自己弄好了"))
        else:
            service.mark_duplicate(order, get_order(other.order_id))
    assert story.clock(Promise.accept, "30 10:00")[0] is ClockState.missed
    assert story.clock(Promise.arrive, "30 10:00")[0] is ClockState.dropped
    assert story.clock(Promise.finish, "30 10:00") == (ClockState.dropped, timedelta(hours=1, minutes=30))
    assert story.due(Promise.finish) == at("25 09:30")  # eight office hours, as before
