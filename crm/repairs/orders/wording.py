"""What is left of a job's next promise, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.repairs.orders.models import UNACCEPTED, UNFINISHED
from crm.worktime import wording


def next_due(row: Any) -> datetime | None:
    """The promise that runs out next, of an order or a row of `queries.orders`."""
    if row.state not in UNFINISHED:
        return None
    if row.state in UNACCEPTED:
        due = row.accept_due_at
    else:
        due = row.arrive_due_at if row.arrived_at is None else row.finish_due_at
    found: datetime | None = due
    return found


def left_in_words(row: Any, now: datetime) -> str:
    return wording.left_in_words(next_due(row), now)


def tone_of(row: Any, now: datetime) -> str:
    return wording.tone_of(next_due(row), now)
