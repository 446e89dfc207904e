"""Spans of time and what is left of a promise, in words, and service clocks as a page shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from crm.worktime.clocks import CLOCK_TITLES, ClockState, ServiceClock

SOON = timedelta(hours=1)
CLOCK_TONES = {
    ClockState.running: "blue",
    ClockState.paused: "orange",
    ClockState.late: "red",
    ClockState.met: "green",
    ClockState.missed: "red",
    ClockState.dropped: "grey",
}


def span_in_words(span: timedelta) -> str:
    """As long as it is, without its sign."""
    minutes = int(abs(span).total_seconds()) // 60
    if minutes < 60:
        return _("%(minutes)d min", minutes=minutes)
    if minutes < 24 * 60:
        return _("%(hours)d h %(minutes)d min", hours=minutes // 60, minutes=minutes % 60)
    return _("%(days)d d %(hours)d h", days=minutes // 1440, hours=minutes // 60 % 24)


def left_in_words(due: datetime | None, now: datetime) -> str:
    """By the wall clock, to the promise that runs out next; "" where nothing is promised any more."""
    if due is None:
        return ""
    span = span_in_words(due - now)
    return _("%(span)s overdue", span=span) if due < now else _("%(span)s left", span=span)


def tone_of(due: datetime | None, now: datetime) -> str:
    """Red only for what is really late."""
    if due is None:
        return "grey"
    if due < now:
        return "red"
    return "orange" if due < now + SOON else "blue"


def clock_faces(
    running: Mapping[Any, ServiceClock],
    titles: Mapping[Any, Any],
    now: datetime,
    due: Callable[[ServiceClock], datetime],
) -> list[dict[str, Any]]:
    """Each promise in words, with how much of it is used up in twentieths."""
    faces = []
    for promise, clock in running.items():
        state = clock.state(now)
        used = min(clock.elapsed(now) / clock.target, 1) if clock.target else 1
        faces.append(
            {
                "title": titles[promise],
                "state": CLOCK_TITLES[state],
                "tone": CLOCK_TONES[state],
                "due": due(clock),
                "ended": clock.ended,
                "used": round(used * 20),
            }
        )
    return faces
