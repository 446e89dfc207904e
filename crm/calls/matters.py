"""Calls that are still to be followed up, as what the company owes a customer: they stand before the debt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.billing.arrears import matters
from crm.billing.arrears.matters import Matter, Source
from crm.calls.events import CallFollowedUp
from crm.calls.models import ADDRESS, Call
from crm.calls.queries import OPEN
from crm.dates import business_day_of
from crm.db import session

KIND = "call"


def _rows(estate_id: int) -> Select[*tuple[Any, ...]]:
    return select(Call.customer_id, Call.id).where(OPEN, Call.estate_id == estate_id, Call.customer_id.is_not(None))


def _of(customer_ids: Sequence[int]) -> Sequence[Matter]:
    found = select(Call.id, Call.customer_id, Call.follow_up, Call.started_at)
    mine = found.where(OPEN, Call.customer_id.in_(customer_ids), within(Call.estate_id)).order_by(Call.id)
    return [
        Matter(
            kind=KIND,
            id=row.id,
            customer_id=row.customer_id,
            about=row.follow_up,
            since=business_day_of(row.started_at),
            address=ADDRESS.format(row.id),
        )
        for row in session().execute(mine)
    ]


SOURCE = Source(
    kind=KIND,
    title=_l("Call to follow up"),
    permission=Permission.call_log,
    rows=_rows,
    of=_of,
    page=ADDRESS.format,
)


def followed_up(event: CallFollowedUp) -> None:
    matters.closed(KIND, event.call_id)
