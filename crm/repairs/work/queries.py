"""What a worker has to do, in order, and what he could take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import g

from crm.auth.actor import within
from crm.dates import business_day
from crm.db import session
from crm.repairs.categories.models import RepairCategory
from crm.repairs.orders import queries
from crm.repairs.orders.models import HELD, TO_DISPATCH, OrderState, RepairOrder
from crm.repairs.orders.wording import next_due
from crm.repairs.workers.queries import rota

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


def to_take() -> Sequence[Any]:
    """Jobs nobody has, of the person's trades, the most urgent first."""
    trades = rota([g.actor.user_id], business_day())[g.actor.user_id].trades
    free = queries.orders(queries.OPEN & RepairOrder.state.in_(TO_DISPATCH) & within(RepairOrder.estate_id))
    if trades:
        free = free.where(RepairCategory.trade.in_([*trades, "general"]))
    return session().execute(free.order_by(RepairOrder.finish_due_at, RepairOrder.id).limit(MOST)).all()
