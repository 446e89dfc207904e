"""What is under the bell as people read it: by day, and by what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import to_user_timezone

from crm.dates import business_day_of
from crm.notifications.kinds import kind_of
from crm.notifications.models import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    id: int
    text: str
    icon: str
    count: int
    unread: bool
    waits: str  # "rings at 8:00", while it does not ring yet
    at: datetime
    clock: str  # the time of day


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one kind on one day, all unread or all read."""

    title: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    title: str
    unread: bool
    groups: dict[str, Group] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in self.groups.values())


def by_day(found: Iterable[Notification], now: datetime) -> list[Day]:
    """In the order they come: what is unread by days, then what was read by days."""
    days: dict[tuple[bool, date], Day] = {}
    for each in found:
        day, unread = business_day_of(each.created_at), each.read_at is None
        of_day = days.setdefault((unread, day), Day(_day_title(day, business_day_of(now)), unread))
        title = str(kind_of(each.url))
        of_day.groups.setdefault(title, Group(title)).lines.append(line_of(each, now))
    return list(days.values())


def line_of(told: Notification, now: datetime) -> Line:
    return Line(
        id=told.id,
        text=told.text,
        icon=told.icon,
        count=told.count,
        unread=told.read_at is None,
        waits=_waits(told, now),
        at=told.created_at,
        clock=f"{to_user_timezone(told.created_at):%H:%M}",
    )


def _waits(told: Notification, now: datetime) -> str:
    if told.read_at is not None or told.rings_at is None or told.rings_at <= now:
        return ""
    rings = to_user_timezone(told.rings_at)
    return _("rings at %(time)s", time=f"{rings.hour}:{rings:%M}")


def _day_title(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    return _("Yesterday") if day == today - timedelta(days=1) else day.isoformat()
