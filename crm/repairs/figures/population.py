"""The orders that any figure of a period is about, each with what it counts for: noughts and ones to be summed.

An order whose work ended before the period has nothing to do with it, nor has one reported later: all others are read
once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from crm.dates import beginning_of, business_day_of
from crm.repairs.figures.asked import WHOSE, Asked
from crm.repairs.orders.figures import REPEAT_DAYS
from crm.repairs.orders.models import Channel, OrderState, RepairOrder, RepairStep
from crm.repairs.orders.queries import OPEN
from crm.sql import month_of, one, seconds_between

JOB = RepairOrder
VOID = (OrderState.cancelled, OrderState.duplicate)
BY_CUSTOMERS = (Channel.phone, Channel.counter, Channel.message)  # somebody waits for a word
FIRST_WORD = timedelta(minutes=30)  # P-21
PROMISES = {
    "accept": (JOB.accepted_at, JOB.accept_due_at),
    "arrive": (JOB.arrived_at, JOB.arrive_due_at),
    "finish": (JOB.finished_at, JOB.finish_due_at),
}
Columns = dict[str, Any]


def population(asked: Asked) -> CTE:
    """id, estate_id, building_id, category_id, worker_id, channel, month of the report, and what it counts for.

    Those not finished, those finished since the period began, and those that ended otherwise since then: each a stretch
    of an index of its own.
    """
    ended = _ended(asked)
    still, since = and_(OPEN, JOB.finished_at.is_(None)), JOB.finished_at >= asked.start
    otherwise = _counted(asked, ended.c.at).join(ended, ended.c.repair_order_id == JOB.id)
    return union_all(
        _counted(asked).where(still), _counted(asked).where(since), otherwise.where(JOB.state.in_(VOID))
    ).cte("job")


def _ended(asked: Asked) -> CTE:
    """Jobs cancelled, or found to be reported twice, since the period began."""
    at: Any = RepairStep.taken_at
    words: Any = bindparam("ends", ["cancel", "duplicate"], expanding=True, literal_execute=True)
    found = select(RepairStep.repair_order_id, at.label("at"))
    return found.where(at >= asked.start, RepairStep.action.in_(words)).cte("ended")


def _counted(asked: Asked, ended_at: Any = None) -> Select[*tuple[Any, ...]]:
    return select(
        JOB.id,
        JOB.estate_id,
        JOB.building_id,
        JOB.category_id,
        WHOSE.label("worker_id"),
        JOB.channel,
        month_of(JOB.registered_at, asked.months).label("month"),
        *(column.label(name) for name, column in counted(asked, ended_at).items()),
    ).where(*asked.here(), JOB.registered_at < asked.end)


def counted(asked: Asked, ended_at: Any = None) -> Columns:
    """`ended_at`: of jobs that were cancelled or reported twice; None for all others."""
    reported = JOB.registered_at >= asked.start
    finished = and_(JOB.finished_at >= asked.start, JOB.finished_at < asked.end)
    over = false() if ended_at is None else ended_at < asked.end
    still = or_(JOB.finished_at.is_(None), JOB.finished_at >= asked.end)
    live = true() if ended_at is None else false()
    return {
        "reported": one(reported),
        "emergencies": one(reported, JOB.emergency),
        "finished": one(finished),
        "open": one(still, not_(over)),
        "cancelled": one(over, JOB.state == OrderState.cancelled),
        "duplicates": one(over, JOB.state == OrderState.duplicate),
        **_promises(asked, live),
        **_contacts(asked, and_(reported, live)),
        **_first_fix(asked, finished),
        "reworks": case((finished, JOB.reworks), else_=0),
        "seconds": case((finished, seconds_between(JOB.registered_at, JOB.finished_at)), else_=0),
    }


def _promises(asked: Asked, live: Any) -> Columns:
    """Of each promise whether it was decided in the period, and whether it was kept.

    It is decided when it is kept, or when it runs out. Cancelled jobs and those reported twice count nowhere.
    """
    columns: Columns = {}
    for name, (done, due) in PROMISES.items():
        kept_now = and_(done <= due, done >= asked.start, done < asked.end)
        ran_out = and_(due >= asked.start, due < asked.end, due < asked.now, or_(done.is_(None), done > due))
        columns[f"{name}_of"] = one(live, or_(kept_now, ran_out))
        columns[f"{name}_kept"] = one(live, kept_now)
    return columns


def _contacts(asked: Asked, reported: Any) -> Columns:
    """Of jobs that customers reported: those talked to, or waiting for longer than they should."""
    by_customers = and_(reported, JOB.channel.in_(BY_CUSTOMERS))
    decided = or_(JOB.contacted_at.is_not(None), JOB.registered_at < asked.now - FIRST_WORD)
    soon = seconds_between(JOB.registered_at, JOB.contacted_at) <= FIRST_WORD.seconds
    return {
        "contact_of": one(by_customers, decided),
        "contact_kept": one(by_customers, JOB.contacted_at.is_not(None), soon),
    }


def _first_fix(asked: Asked, finished: Any) -> Columns:
    again = aliased(RepairOrder)
    repeated = exists().where(again.repeat_of_id == JOB.id, again.state.not_in(VOID))
    today = business_day_of(asked.now)
    young = JOB.finished_at > beginning_of(today - timedelta(days=REPEAT_DAYS.on(today)))
    return {
        "first": one(finished, JOB.reworks == 0, ~repeated),
        "provisional": one(finished, young),
    }
