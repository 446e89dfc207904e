"""Spans of time and what is left of a promise, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from crm.repairs.orders.models import UNACCEPTED, UNFINISHED

SOON = timedelta(hours=1)


def span_in_words(span: timedelta) -> str:
    """As long as it is, without its sign."""
    minutes = int(abs(span).total_seconds()) // 60
    if minutes < 60:
        return _("%(minutes)d min", minutes=minutes)
    if minutes < 24 * 60:
        return _("%(hours)d h %(minutes)d min", hours=minutes // 60, minutes=minutes % 60)
    return _("%(days)d d %(hours)d h", days=minutes // 1440, hours=minutes // 60 % 24)


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
    """By the wall clock, to the promise that runs out next; "" where nothing is promised any more."""
    due = next_due(row)
    if due is None:
        return ""
    span = span_in_words(due - now)
    return _("%(span)s overdue", span=span) if due < now else _("%(span)s left", span=span)


def tone_of(row: Any, now: datetime) -> str:
    """Red only for what is really late."""
    due = next_due(row)
    if due is None:
        return "grey"
    if due < now:
        return "red"
    return "orange" if due < now + SOON else "blue"
