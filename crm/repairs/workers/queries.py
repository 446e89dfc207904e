"""Who repairs, and when each is there: a constant number of queries however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, exists, or_, select, true
from sqlalchemy.orm import joinedload

from crm.auth.actor import actor
from crm.auth.models import User, UserEstate
from crm.auth.permissions import Permission
from crm.auth.queries import holds
from crm.db import session
from crm.repairs.workers.models import WorkerAbsence, WorkerShift, WorkerTrade
from crm.repairs.workers.rota import Rota, absence_on, hours_of, today_in_words

REPAIRS = holds(Permission.repair_work)


def workers_of(estate_ids: Sequence[int]) -> dict[int, str]:
    """Who may do repairs in one of the estates: user id -> name."""
    found = select(User.id, User.full_name).where(REPAIRS, _works_in(estate_ids))
    return {row.id: row.full_name for row in session().execute(found.order_by(User.full_name, User.id))}


def workers() -> Select[*tuple[Any, ...]]:
    """Those of the chosen estates."""
    chosen = actor().estate_id
    return select(User.id, User.full_name).where(REPAIRS, _works_in(actor().estate_ids if chosen is None else {chosen}))


def workers_here() -> dict[int, str]:
    """The same: user id -> name."""
    return {row.id: row.full_name for row in session().execute(workers().order_by(User.full_name, User.id))}


def get_worker(user_id: int) -> User:
    """404 for whoever does no repairs in the acting person's estates."""
    found = select(User).where(User.id == user_id, REPAIRS, _works_in(actor().estate_ids))
    return session().scalars(found).one_or_none() or abort(404)


def get_absence(absence_id: int) -> WorkerAbsence:
    """With whose it is; 404 as `get_worker`."""
    found = select(WorkerAbsence).join(User).where(WorkerAbsence.id == absence_id, REPAIRS)
    seen = found.where(_works_in(actor().estate_ids)).options(joinedload(WorkerAbsence.user))
    return session().scalars(seen).one_or_none() or abort(404)


def _works_in(estate_ids: Iterable[int] | None) -> ColumnElement[bool]:
    """None: anywhere."""
    if estate_ids is None:
        return true()
    sees = exists().where(UserEstate.user_id == User.id, UserEstate.estate_id.in_(sorted(estate_ids)))
    return or_(User.all_estates, sees)


def rota(user_ids: Iterable[int], day: date) -> dict[int, Rota]:
    """Trades, shifts and absences of each on that day, by three queries."""
    wanted = sorted(set(user_ids))
    trades, shifts = _by_user(WorkerTrade, wanted), _by_user(WorkerShift, wanted)
    absences = _by_user(WorkerAbsence, wanted, WorkerAbsence.ends > day)
    return {
        user_id: Rota(
            trades=frozenset(each.trade for each in trades.get(user_id, ())),
            shifts=shifts.get(user_id, ()),
            absences=sorted(absences.get(user_id, ()), key=lambda each: each.starts),
            today=today_in_words(shifts.get(user_id, ()), absences.get(user_id, ()), day),
            away=absence_on(absences.get(user_id, ()), day) is not None,
            off=user_id in shifts and not hours_of(shifts[user_id], day.weekday()),
        )
        for user_id in wanted
    }


def _by_user(table: Any, user_ids: Sequence[int], *besides: ColumnElement[bool]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for each in session().scalars(select(table).where(table.user_id.in_(user_ids), *besides)):
        found.setdefault(each.user_id, []).append(each)
    return found


def absences_of(user_id: int) -> Sequence[WorkerAbsence]:
    """All that were entered, the latest first."""
    found = select(WorkerAbsence).where(WorkerAbsence.user_id == user_id)
    return session().scalars(found.order_by(WorkerAbsence.starts.desc(), WorkerAbsence.id.desc())).all()
