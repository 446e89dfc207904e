"""Another calendar, other office hours or other promises: the jobs under way are reckoned anew, all of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from crm.dates import telling
from crm.policy.service import set_value
from crm.repairs.categories.models import Priority
from crm.repairs.orders import service
from crm.repairs.orders.figures import TARGETS, Promise
from crm.repairs.orders.invariants import faults
from crm.repairs.orders.models import Payer
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Reported, Said
from crm.worktime.calendar import Override
from crm.worktime.hours import OFFICE_HOURS
from crm.worktime.queries import latest_of
from crm.worktime.service import enter_notice
from tests.acting import as_
from tests.repairs.making import category_called, user_called

CHINA = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2026, 11, 24)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.fixture
def reported(work: Any, estate: Any) -> Any:
    """Tuesday at 8:30: to be finished within 21 office hours, three days."""

    def report(**given: Any) -> int:
        with telling(at(24, 8, 30)), work(as_("limin")):
            told = Reported(category=category_called("水龙头阀门"), problem="漏水", spot="东门", **given)
            order = service.register(estate.id, told)
            order.payer = Payer.company
            return order.id

    return report


def due(work: Any, order_id: int) -> datetime:
    with work(as_("sunhao")):
        assert [fault.told() for fault in faults()] == []
        found: datetime = get_order(order_id).finish_due_at
        return found.astimezone(CHINA)


def test_a_holiday_moves_what_is_promised(work: Any, reported: Any) -> None:
    order_id = reported()
    assert due(work, order_id) == at(26, 17, 30)
    with telling(at(24, 10)), work():
        enter_notice(2026, "放假", {date(2026, 11, 25): Override(False, "假")}, latest=latest_of(2026))
    assert due(work, order_id) == at(27, 17, 30)


def test_a_make_up_day_counts(work: Any, reported: Any) -> None:
    """Friday off, Saturday worked instead."""
    order_id = reported()
    with telling(at(24, 10)), work():
        days = {26: False, 27: False, 28: True}
        told = {date(2026, 11, day): Override(on, "假") for day, on in days.items()}
        enter_notice(2026, "调休", told, latest=latest_of(2026))
    assert due(work, order_id) == at(28, 17, 30)


def test_other_office_hours_count_from_their_day_on(work: Any, reported: Any) -> None:
    order_id = reported()
    with telling(at(24, 10)), work():
        set_value(OFFICE_HOURS, "08:00-12:00", date(2026, 11, 25), TUESDAY, "", confirmed=True, latest=0)
    assert due(work, order_id) == at(30, 10)  # 7 hours today, then 4 a day: 25, 26, 27, and 2 on Monday


def test_another_promise_holds_for_what_was_reported_that_day(work: Any, reported: Any) -> None:
    order_id = reported()
    with telling(at(24, 10)), work():
        figure = TARGETS[Priority.normal, Promise.finish]
        set_value(figure, 7 * 60, TUESDAY, TUESDAY, "", confirmed=True, latest=0)
    assert due(work, order_id) == at(24, 17, 30)


def test_so_are_jobs_in_every_state_with_a_constant_number_of_reads(work: Any, reported: Any) -> None:
    ids = [reported() for _each in range(12)]
    with telling(at(24, 9)), work(as_("sunhao")):
        for order_id in ids[:6]:
            service.assign(get_order(order_id), user_called("zhangjg").id)
        for order_id in ids[:3]:
            service.accept(get_order(order_id))
            service.arrive(get_order(order_id))
        service.finish(get_order(ids[0]), "换阀芯")
        service.cancel(get_order(ids[-1]), Said(reason="不修了"))
    reads: list[str] = []
    with telling(at(24, 10)), work() as db:
        engine = db.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *told: reads.append(told[2]))
        enter_notice(2026, "放假", {date(2026, 11, 25): Override(False, "假")}, latest=latest_of(2026))
    assert sum("FROM repair_step" in read for read in reads) == 1
    assert sum(read.startswith("UPDATE repair_order") for read in reads) <= 11
    assert due(work, ids[1]) == at(27, 17, 30)


def test_a_time_agreed_on_with_the_report_holds_arrival_and_end(work: Any, reported: Any) -> None:
    order_id = reported(wanted_from=at(26, 9), wanted_until=at(26, 11))
    with work(as_("sunhao")):
        order = get_order(order_id)
        assert order.accept_due_at == at(24, 9)
        assert order.arrive_due_at == at(27, 9)  # seven office hours from the 26th at 9
    with telling(at(24, 10)), work(as_("limin")):  # earlier after all
        service.appoint(get_order(order_id), at(25, 9), at(25, 11))
    with work(as_("sunhao")):
        assert get_order(order_id).arrive_due_at == at(26, 9)


def test_a_real_report_says_what_its_step_says(work: Any, estate: Any) -> None:
    """The clock goes on between the job and its first step: both say one moment."""
    with work(as_("limin")):
        told = Reported(category=category_called("水龙头阀门"), problem="漏水", spot="东门")
        service.register(estate.id, told)
        assert [fault.told() for fault in faults()] == []
