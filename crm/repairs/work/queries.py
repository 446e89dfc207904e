"""What a worker has to do, in order, and what he could take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import ColumnElement

from crm.auth.actor import within
from crm.dates import business_day
from crm.db import session
from crm.repairs.orders import queries
from crm.repairs.orders.models import HELD, OrderState, RepairOrder
from crm.repairs.orders.wording import next_due

S = OrderState
BEGUN = (S.working, S.on_site, S.consented)
MOST = 20


def mine() -> list[Any]:
    """What is begun first, then by the agreed time or what runs out next; what waits comes last."""
    mine = queries.OPEN & RepairOrder.state.in_(HELD) & (RepairOrder.worker_id == g.actor.user_id)
    held = queries.orders(mine & within(RepairOrder.estate_id))
    return sorted(session().execute(held).all(), key=_turn)


def _turn(row: Any) -> tuple[Any, ...]:
    waits = row.state in (S.waiting, S.quoted)
    moment: datetime | None = row.wanted_from or next_due(row)
    return waits, row.state not in BEGUN, not row.emergency, moment is None, moment.timestamp() if moment else 0, row.id


def to_take(scope: ColumnElement[bool] | None = None, most: int = MOST) -> Sequence[Any]:
    """Jobs nobody has, of the person's trades, the most urgent first; of all estates one works in, or of `scope`."""
    here = within(RepairOrder.estate_id) if scope is None else scope
    free = queries.orders(here).where(queries.takeable_by(g.actor.user_id, business_day()))
    return session().execute(free.order_by(RepairOrder.finish_due_at, RepairOrder.id).limit(most)).all()
