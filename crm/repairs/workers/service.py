"""Keeping what a worker can do and when he is there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from flask import g
from flask_babel import gettext as _
from sqlalchemy import delete, select

from crm.audit.log import record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.repairs.categories.models import TRADES
from crm.repairs.workers.events import WorkerAway, WorkerBackEarly, WorkerShiftsSet, WorkerTradesSet
from crm.repairs.workers.history import WEEKDAY_TITLES
from crm.repairs.workers.models import WorkerAbsence, WorkerShift, WorkerTrade
from crm.repairs.workers.rota import hours_of, last_day
from crm.worktime.hours import OfficeHours

WEEKDAYS = tuple(WEEKDAY_TITLES)


def set_trades(worker: User, trades: Collection[str]) -> None:
    """None of them: does everything."""
    kept = session().scalars(select(WorkerTrade).where(WorkerTrade.user_id == worker.id)).all()
    old = {each.trade for each in kept}
    if old == set(trades):
        return
    for each in kept:
        if each.trade not in trades:
            session().delete(each)
    session().add_all(WorkerTrade(user_id=worker.id, trade=trade) for trade in sorted(set(trades) - old))
    session().flush()
    record(WorkerTradesSet(user_id=worker.id, old=_titles(old), new=_titles(trades)))


def _titles(trades: Collection[str]) -> list[str]:
    return [entry.title for entry in TRADES.entries() if entry.code in trades]


def set_shifts(worker: User, week: Sequence[OfficeHours]) -> None:
    """`week`: Monday to Sunday, the stretches of each day."""
    old = session().scalars(select(WorkerShift).where(WorkerShift.user_id == worker.id)).all()
    new = [
        WorkerShift(user_id=worker.id, weekday=weekday, begins=begins, ends=ends)
        for weekday, stretches in enumerate(week)
        for begins, ends in stretches
    ]
    pairs = {name: [hours_of(old, weekday), hours_of(new, weekday)] for weekday, name in enumerate(WEEKDAYS)}
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if not changes:
        return
    session().execute(delete(WorkerShift).where(WorkerShift.user_id == worker.id))
    session().add_all(new)
    session().flush()
    record(WorkerShiftsSet(user_id=worker.id, changes=changes))


def enter_absence(worker: User, first_on: date, last_on: date, reason: str) -> WorkerAbsence:
    """Both days inclusive. Raises `DomainError` where he is away already."""
    if last_on < first_on:
        raise DomainError(_("The last day lies before the first."))
    ends = last_on + timedelta(days=1)
    taken = select(WorkerAbsence).where(WorkerAbsence.user_id == worker.id, WorkerAbsence.starts < ends)
    if other := session().scalars(taken.where(WorkerAbsence.ends > first_on).order_by(WorkerAbsence.starts)).first():
        raise DomainError(
            _(
                "%(who)s is away already from %(first)s to %(last)s. End that first, or choose other days.",
                who=worker.full_name,
                first=other.starts.isoformat(),
                last=last_day(other).isoformat(),
            )
        )
    absence = WorkerAbsence(
        user_id=worker.id, starts=first_on, ends=ends, reason=reason, entered_by=g.actor.name, entered_at=utc_now()
    )
    session().add(absence)
    session().flush()
    record(WorkerAway(user_id=worker.id, starts=first_on, last_day=last_on, reason=reason))
    return absence


def end_absence(absence: WorkerAbsence, back_on: date) -> None:
    """There again on `back_on`, sooner than entered; not away at all where that is the first day or before."""
    if back_on >= absence.ends:
        raise DomainError(_("Write a day within the absence: the first on which the worker is there again."))
    old, back_on = last_day(absence), max(back_on, absence.starts)
    if back_on == absence.starts:
        session().delete(absence)
    else:
        absence.ends = back_on
    session().flush()
    new = back_on - timedelta(days=1)
    record(WorkerBackEarly(user_id=absence.user_id, starts=absence.starts, old=old, new=new))
