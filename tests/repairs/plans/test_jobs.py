"""Jobs come by themselves: once for each due day, none for the past, and never late before their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import Engine, func, select

from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.dates import beginning_of, telling
from crm.db import open_session
from crm.errors import DomainError
from crm.properties.models import Equipment, Estate
from crm.repairs.categories.models import Place, Priority
from crm.repairs.categories.seeding import seed
from crm.repairs.orders import service as orders
from crm.repairs.orders.models import Channel, OrderState, Payer, RepairOrder, RepairStep
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Said
from crm.repairs.orders.wording import tone_of
from crm.repairs.plans import service
from crm.repairs.plans.jobs import make_due
from crm.repairs.plans.models import MaintenancePlan
from crm.repairs.plans.queries import get_plan
from crm.repairs.plans.rhythm import Every
from tests.acting import as_
from tests.repairs.making import category_called, user_called
from tests.repairs.plans.making import make_job, make_plan

Work = Callable[..., Any]
DUE = date(2026, 12, 1)  # a Tuesday


def noon(day: date) -> datetime:
    """In Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def tick(app: Flask, day: date) -> int:
    """The clock as it runs at noon of that day."""
    with telling(noon(day)), app.app_context():
        g.actor = system_actor("maintenance")
        return make_due()


def jobs() -> list[RepairOrder]:
    with open_session() as db:
        return list(db.scalars(select(RepairOrder).order_by(RepairOrder.planned_for, RepairOrder.id)))


def again(plan: MaintenancePlan) -> MaintenancePlan:
    with open_session() as db:
        return db.get_one(MaintenancePlan, plan.id)


def told(kind: str) -> list[dict[str, Any]]:
    with open_session() as db:
        return [row.data for row in db.scalars(select(LogEntry).filter_by(kind=kind).order_by(LogEntry.id))]


def test_a_job_comes_so_many_days_ahead_and_once(app: Flask, work: Work, estate: Estate) -> None:
    plan = make_plan(estate)
    assert tick(app, DUE - timedelta(days=4)) == 0
    assert tick(app, DUE - timedelta(days=3)) == 1
    assert tick(app, DUE - timedelta(days=3)) == 0
    assert tick(app, DUE) == 0
    [job] = jobs()
    assert (job.plan_id, job.planned_for, job.channel) == (plan.id, DUE, Channel.plan)
    assert job.registered_by != "maintenance"  # in words, not by the clock's own name
    assert (job.equipment_id, job.problem, job.payer) == (plan.equipment_id, "电梯月度维保", Payer.company)
    with app.app_context():
        assert (job.wanted_from, job.wanted_until) == (beginning_of(DUE), beginning_of(DUE + timedelta(days=1)))
    stand = again(plan)
    assert (stand.made_up_to, stand.next_due_on) == (DUE, date(2027, 1, 1))
    assert [data["planned_for"] for data in told("MaintenanceJobMade")] == ["2026-12-01"]
    assert told("MaintenanceLeftOut") == []
    assert tick(app, date(2026, 12, 29)) == 1


def test_of_many_missed_days_the_latest_gets_a_job(app: Flask, work: Work, estate: Estate) -> None:
    make_plan(estate, every=1, unit=Every.weeks)
    assert tick(app, DUE + timedelta(days=23)) == 1, "22 December; the 29th is five days off"
    assert [job.planned_for for job in jobs()] == [date(2026, 12, 22)]
    [data] = told("MaintenanceLeftOut")
    assert data["left_out"] == ["2026-12-01", "2026-12-08", "2026-12-15"]
    assert tick(app, DUE + timedelta(days=23)) == 0
    assert tick(app, DUE + timedelta(days=25)) == 1
    assert [job.planned_for for job in jobs()] == [date(2026, 12, 22), date(2026, 12, 29)]


def test_the_latest_missed_and_the_one_ahead_both_come(app: Flask, work: Work, estate: Estate) -> None:
    make_plan(estate, every=1, unit=Every.weeks)
    assert tick(app, DUE + timedelta(days=18)) == 2
    assert [job.planned_for for job in jobs()] == [date(2026, 12, 15), date(2026, 12, 22)]
    late, ahead = jobs()
    assert late.wanted_from is None, "nobody agreed on a day that is over"
    assert late.finish_due_at > late.registered_at
    assert ahead.wanted_from is not None


def test_a_plan_that_fails_holds_up_no_other(app: Flask, work: Work, estate: Estate) -> None:
    broken, sound = make_plan(estate), make_plan(estate)
    make_job(broken, estate, DUE, OrderState.accepted)  # there already, though the plan knows of none
    with pytest.raises(ExceptionGroup) as raised:
        tick(app, DUE)
    [error] = raised.value.exceptions
    assert error.__notes__ == [f"maintenance plan {broken.id}"]
    assert [job.plan_id for job in jobs()] == [broken.id, sound.id]
    assert again(broken).made_up_to is None


def test_what_is_out_of_use_makes_none(app: Flask, work: Work, estate: Estate) -> None:
    make_plan(estate, active=False)
    assert tick(app, DUE) == 0


def promises(order: RepairOrder) -> list[datetime]:
    found = [order.accept_due_at, order.arrive_due_at, order.finish_due_at]
    assert all(found)
    return [moment for moment in found if moment]


@pytest.mark.parametrize("lead", [0, 3, 27])
@pytest.mark.parametrize("problem", ["例行保养", "停运", "困人"])
def test_a_job_made_ahead_is_not_late_before_its_day(
    app: Flask, work: Work, estate: Estate, problem: str, lead: int
) -> None:
    """Whatever its priority, and however far ahead: a pause would have ended by itself after ten working days."""
    category = category_called(problem, Place.equipment)
    make_plan(estate, lead=lead, category_id=category.id)
    tick(app, DUE - timedelta(days=lead))
    [job] = jobs()
    assert job.priority is category.priority
    with app.app_context():
        begins = beginning_of(DUE)
    assert all(moment > begins for moment in promises(job))
    assert tone_of(job, begins) != "red"
    assert tone_of(job, begins + timedelta(days=8)) == "red"
    if job.priority is Priority.emergency and lead:
        assert job.arrive_due_at == begins + timedelta(minutes=30)


def test_what_is_done_with_it_meanwhile_leaves_its_day_alone(app: Flask, work: Work, estate: Estate) -> None:
    make_plan(estate)
    tick(app, date(2026, 11, 28))
    [job] = jobs()
    before = promises(job)
    with telling(noon(date(2026, 11, 30))), work(as_("sunhao")):
        orders.assign(get_order(job.id), user_called("zhangjg").id)
    with telling(noon(date(2026, 11, 30))), work(as_("zhangjg")):
        orders.accept(get_order(job.id))
    assert promises(jobs()[0])[1:] == before[1:]
    with telling(noon(DUE)), work(as_("zhangjg")):
        order = get_order(job.id)
        orders.arrive(order)
        orders.finish(order, "已保养")
        assert order.finished_at <= order.finish_due_at


def test_two_clocks_at_once_make_one_job(app: Flask, own_engine: Engine, own_work: Work) -> None:
    with own_work() as db:
        estate, machine = planted(db)
    category = category_called("例行保养", Place.equipment)
    plan = make_plan(estate, machine, category_id=category.id)
    start, made = Barrier(4), []

    def run() -> None:
        start.wait()
        made.append(tick(app, DUE))

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 0, 1]
    with own_work(writes=False) as db:
        assert db.scalar(select(func.count()).where(RepairOrder.plan_id == plan.id)) == 1


def planted(db: Any) -> tuple[Estate, Equipment]:
    """The empty database has no tree of categories and no machine."""
    seed()
    estate = Estate(name="阳光花园")
    db.add(estate)
    db.flush()
    machine = Equipment(estate_id=estate.id, kind="lift", code="DT-1", name="客梯")
    db.add(machine)
    db.flush()
    return estate, machine


def test_whoever_is_too_slow_with_the_claim_makes_nothing(work: Work, estate: Estate) -> None:
    """As the second of two on PostgreSQL sees it: the plan it read has moved on."""
    plan = make_plan(estate)
    with telling(noon(DUE)), work():
        slow = get_plan(plan.id)
        with open_session() as other:
            other.get_one(MaintenancePlan, plan.id).next_due_on = date(2027, 1, 1)
            other.commit()
        assert service.make_due_jobs(slow) == []
    assert jobs() == []


def test_made_by_hand_it_is_not_made_again(app: Flask, work: Work, estate: Estate) -> None:
    plan = make_plan(estate)
    with telling(noon(date(2026, 11, 2))), work(as_("sunhao")):
        first = service.make_next(get_plan(plan.id), DUE)
        assert service.make_next(get_plan(plan.id), DUE).id == first.id
        with pytest.raises(DomainError):
            service.make_next(get_plan(plan.id), date(2027, 1, 1))
    assert tick(app, DUE) == 0
    assert len(jobs()) == 1


@pytest.mark.parametrize("given", [{"active": False}, {}])
def test_what_cannot_be_made_by_hand_says_why(work: Work, estate: Estate, given: dict[str, Any]) -> None:
    plan = make_plan(estate, **given)
    with telling(noon(DUE)), work(as_("sunhao")), pytest.raises(DomainError) as refused:
        service.make_next(get_plan(plan.id), date(2026, 12, 2))
    assert str(refused.value)
    assert jobs() == []


def done(work: Work, job: RepairOrder) -> None:
    with work(as_("sunhao")):
        orders.confirm(get_order(job.id))


def inspection_of(plan: MaintenancePlan) -> date | None:
    with open_session() as db:
        return db.get_one(Equipment, plan.equipment_id).next_inspection_on


def test_when_it_is_done_the_machine_says_when_it_is_next(work: Work, estate: Estate) -> None:
    plan = make_plan(estate, made_up_to=DUE)
    job = make_job(plan, estate, DUE, OrderState.done)
    done(work, job)
    assert inspection_of(plan) == date(2027, 1, 1)
    [data] = told("EquipmentChanged")
    assert data["changes"] == {"next_inspection_on": [None, "2027-01-01"]}
    with open_session() as db:
        assert db.get_one(RepairOrder, job.id).state is OrderState.filed, "nobody is to be asked about it"


def test_of_several_plans_the_soonest_counts(work: Work, estate: Estate) -> None:
    plan = make_plan(estate, made_up_to=DUE)
    machine = Equipment(id=plan.equipment_id, estate_id=estate.id)
    make_plan(estate, machine, title="年检", first_on=date(2026, 12, 20), every=12)
    make_plan(estate, machine, title="旧计划", first_on=date(2026, 12, 10), active=False)
    done(work, make_job(plan, estate, DUE, OrderState.done))
    assert inspection_of(plan) == date(2026, 12, 20)


def test_a_cancelled_job_moves_nothing(work: Work, estate: Estate) -> None:
    plan = make_plan(estate, made_up_to=DUE)
    job = make_job(plan, estate, DUE, OrderState.registered)
    with work(as_("sunhao")):
        orders.cancel(get_order(job.id), Said(reason="设备停用"))
    assert inspection_of(plan) is None


def test_any_other_job_at_the_machine_moves_nothing(work: Work, estate: Estate) -> None:
    plan = make_plan(estate, made_up_to=DUE)
    job = make_job(plan, estate, DUE, OrderState.done, plan_id=None, planned_for=None)
    done(work, job)
    assert inspection_of(plan) is None


def test_a_job_has_the_step_of_its_report_and_no_other(app: Flask, work: Work, estate: Estate) -> None:
    make_plan(estate)
    tick(app, DUE)
    with open_session() as db:
        assert [step.action for step in db.scalars(select(RepairStep))] == ["register"]
