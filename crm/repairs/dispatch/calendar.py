"""The day's calendar: for each worker what was agreed for which hour, and what he has without a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.dates import beginning_of, utc_now
from crm.db import session
from crm.properties.queries import visible_estates
from crm.repairs.orders import queries
from crm.repairs.orders.models import STATE_TITLES, STATE_TONES, UNFINISHED, RepairOrder
from crm.repairs.orders.wording import tone_of
from crm.repairs.workers.queries import rota, workers_of

FIRST, LAST = 8, 20  # hours shown; what is agreed outside stands in the nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    row: Any
    place: str
    time: str
    state: Any
    tone: str


@dataclass(slots=True, kw_only=True)
class Day:
    """Of one worker, None: of nobody yet."""

    name: str
    today: str
    hours: dict[int, list[Entry]] = field(default_factory=lambda: {hour: [] for hour in range(FIRST, LAST)})
    without: list[Entry] = field(default_factory=list)


def day_of(day: date) -> Sequence[Day]:
    """Jobs agreed for the day, and those under way without a time when the day is today's."""
    begins = beginning_of(day)
    ends = begins + timedelta(days=1)
    agreed = (RepairOrder.wanted_from >= begins) & (RepairOrder.wanted_from < ends)
    now = utc_now()
    wanted = queries.OPEN & agreed
    if begins <= now < ends:
        wanted = wanted | (RepairOrder.state.in_(UNFINISHED) & RepairOrder.wanted_from.is_(None))
    rows = session().execute(queries.orders().where(wanted).order_by(RepairOrder.wanted_from, RepairOrder.id)).all()
    return _days(rows, day, now)


def _days(rows: Sequence[Any], day: date, now: datetime) -> Sequence[Day]:
    chosen = actor().estate_id
    people = workers_of([chosen] if chosen is not None else [estate.id for estate in visible_estates()])
    people |= {row.holder_id: row.holder for row in rows if row.holder_id}
    known = rota(people, day)
    days = {user_id: Day(name=name, today=known[user_id].today) for user_id, name in people.items()}
    nobody = Day(name=_("To dispatch"), today="")
    zone = beginning_of(day).tzinfo
    for row in rows:
        begins = row.wanted_from.astimezone(zone) if row.wanted_from else None
        whose = days.get(row.holder_id, nobody)
        entry = _entry(row, f"{begins:%H:%M}" if begins else "", now)
        (whose.hours[min(max(begins.hour, FIRST), LAST - 1)] if begins else whose.without).append(entry)
    return [nobody, *days.values()]


def _entry(row: Any, time: str, now: datetime) -> Entry:
    late = tone_of(row, now) == "red"
    return Entry(
        row=row,
        place=queries.place_of(row),
        time=time,
        state=STATE_TITLES[row.state],
        tone="red" if late else STATE_TONES[row.state],
    )
