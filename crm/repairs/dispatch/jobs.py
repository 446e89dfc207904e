"""What the clock does about jobs: nobody accepts one in time, one is late. Each is said once, and in its own hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.repairs.categories.models import Priority
from crm.repairs.orders.models import ADDRESS, UNACCEPTED, UNFINISHED, OrderState, RepairOrder
from crm.repairs.orders.queries import OPEN
from crm.worktime.queries import is_open


def escalate() -> int:
    with unit_of_work():
        return ring_for_late()


def ring_for_late() -> int:
    """How many jobs were said to be late: emergencies at any hour, all others while the office is open."""
    now = utc_now()
    asked = list(Priority) if is_open(now) else [Priority.emergency]
    unaccepted = _claim("accept_due_at", "accept_warned_at", UNACCEPTED, asked, now)
    late = _claim("finish_due_at", "finish_warned_at", UNFINISHED, asked, now)
    dispatching = {estate_id: _dispatching(estate_id) for estate_id in {row.estate_id for row in (*unaccepted, *late)}}
    workers = _languages({row.worker_id for row in late if row.worker_id})
    for row in unaccepted:
        told = dispatching[row.estate_id]
        _ring(row, told, lambda row: _("Not accepted in time: %(number)s %(problem)s", **_named(row)))
    for row in late:
        told = dispatching[row.estate_id] | {key: workers[key] for key in (row.worker_id,) if key}
        _ring(row, told, lambda row: _("Late: %(number)s %(problem)s", **_named(row)))
    return len(unaccepted) + len(late)


def _claim(due: str, warned: str, states: Iterable[OrderState], asked: Sequence[Priority], now: datetime) -> list[Any]:
    """Several clocks at once never ring twice for one job."""
    due_at, warned_at = getattr(RepairOrder, due), getattr(RepairOrder, warned)
    wanted = OPEN, RepairOrder.state.in_(states), due_at < now, warned_at.is_(None), RepairOrder.priority.in_(asked)
    order = RepairOrder
    columns = order.id, order.estate_id, order.worker_id, order.number, order.problem, order.priority
    claim = update(order).where(*wanted).values({warned: now}).returning(*columns)
    rows = session().execute(claim.execution_options(synchronize_session=False)).all()
    return sorted(rows, key=lambda row: row.id)


def _dispatching(estate_id: int) -> dict[int, str]:
    """User id -> language."""
    return {user.id: user.locale for user in who_may_in(estate_id, Permission.repair_dispatch)}


def _languages(user_ids: Iterable[int]) -> dict[int, str]:
    found = select(User.id, User.locale).where(User.id.in_(user_ids))
    return {row.id: row.locale for row in session().execute(found)}


def _ring(row: Any, people: Mapping[int, str], words: Any) -> None:
    address, group, urgent = ADDRESS.format(row.id), f"late-{row.id}", row.priority is Priority.emergency
    for user_id, locale in people.items():
        with force_locale(locale):
            notify(user_id, words(row), address, icon="alert-triangle", group=group, urgent=urgent)


def _named(row: Any) -> dict[str, Any]:
    return {"number": row.number, "problem": row.problem}
