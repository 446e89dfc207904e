"""Repairs that are still to be done, as what the company owes a customer: they stand before the debt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.billing.arrears import matters
from crm.billing.arrears.matters import Matter, Source
from crm.dates import business_day_of, utc_now
from crm.db import session
from crm.repairs.orders.events import RepairEnded
from crm.repairs.orders.models import ADDRESS, RepairOrder
from crm.repairs.orders.queries import IS_OURS
from crm.repairs.orders.wording import left_in_words

KIND = "repair"


def _rows(estate_id: int) -> Select[*tuple[Any, ...]]:
    ours = IS_OURS, RepairOrder.estate_id == estate_id, RepairOrder.customer_id.is_not(None)
    return select(RepairOrder.customer_id, RepairOrder.id).where(*ours)


def _of(customer_ids: Sequence[int]) -> Sequence[Matter]:
    columns = (
        RepairOrder.id,
        RepairOrder.customer_id,
        RepairOrder.number,
        RepairOrder.problem,
        RepairOrder.state,
        RepairOrder.registered_at,
        RepairOrder.arrived_at,
        RepairOrder.accept_due_at,
        RepairOrder.arrive_due_at,
        RepairOrder.finish_due_at,
    )
    now = utc_now()
    mine = IS_OURS, RepairOrder.customer_id.in_(customer_ids), within(RepairOrder.estate_id)
    return [
        Matter(
            kind=KIND,
            id=row.id,
            customer_id=row.customer_id,
            about=f"{row.number} {row.problem}",
            since=business_day_of(row.registered_at),
            address=ADDRESS.format(row.id),
            left=left_in_words(row, now),
        )
        for row in session().execute(select(*columns).where(*mine).order_by(RepairOrder.id))
    ]


SOURCE = Source(
    kind=KIND,
    title=_l("Repair"),
    permission=Permission.repair_read,
    rows=_rows,
    of=_of,
    page=ADDRESS.format,
)


def ended(event: RepairEnded) -> None:
    matters.closed(KIND, event.repair_order_id)
