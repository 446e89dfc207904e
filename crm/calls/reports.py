"""Calls in figures, by estate and month."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from crm.calls.models import Call, Direction
from crm.db import session
from crm.sql import by_month


def calls_of_months(
    estate_ids: Collection[int], months: Sequence[date], direction: Direction
) -> dict[tuple[int, int], int]:
    """By estate and month (202611)."""
    here = Call.estate_id.in_(estate_ids), Call.direction == direction
    rows = session().execute(by_month(Call.estate_id, Call.started_at, months, *here))
    return {(estate_id, code): count for estate_id, code, count in rows}
