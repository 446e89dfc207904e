"""The day's calendar: for each worker what was agreed for when, and what he has without a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.dates import beginning_of, utc_now
from crm.db import session
from crm.repairs.orders import queries
from crm.repairs.orders.models import STATE_TITLES, STATE_TONES, UNFINISHED, RepairOrder
from crm.repairs.orders.wording import tone_of
from crm.repairs.workers.queries import rota, workers_here

PARTS = {
    "earlier": _l("From earlier days"),
    "morning": _l("Morning"),
    "afternoon": _l("Afternoon"),
    "evening": _l("Evening"),
    "any": _l("No time agreed"),
}
NOON, NIGHT = 12, 18  # the hours at which afternoon and evening begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    row: Any
    place: str
    time: str
    state: Any
    tone: str


@dataclass(slots=True, kw_only=True)
class Day:
    """Of one worker, or of nobody yet."""

    name: str
    today: str
    parts: dict[str, list[Entry]] = field(default_factory=lambda: {part: [] for part in PARTS})


def parts_of(days: Sequence[Day]) -> dict[str, Any]:
    """The columns: what is left of earlier days only where there is any."""
    return {part: title for part, title in PARTS.items() if part != "earlier" or any(day.parts[part] for day in days)}


def day_of(day: date) -> Sequence[Day]:
    """Jobs agreed for the day; today's also those not finished that were agreed for a day before, or for none."""
    begins = beginning_of(day)
    ends = begins + timedelta(days=1)
    agreed = (RepairOrder.wanted_from >= begins) & (RepairOrder.wanted_from < ends)
    now = utc_now()
    wanted = agreed
    if begins <= now < ends:
        left = RepairOrder.wanted_from.is_(None) | (RepairOrder.wanted_from < begins)
        wanted = agreed | (RepairOrder.state.in_(UNFINISHED) & left)
    rows = (
        session()
        .execute(queries.orders().where(queries.OPEN, wanted).order_by(RepairOrder.wanted_from, RepairOrder.id))
        .all()
    )
    return _days(rows, day, now)


def _days(rows: Sequence[Any], day: date, now: datetime) -> Sequence[Day]:
    people = workers_here()
    people |= {row.holder_id: row.holder for row in rows if row.holder_id}
    known = rota(people, day)
    days = {user_id: Day(name=name, today=known[user_id].today) for user_id, name in people.items()}
    nobody = Day(name=_("To dispatch"), today="")
    for row in rows:
        part, time = _when(row, beginning_of(day))
        days.get(row.holder_id, nobody).parts[part].append(_entry(row, time, now))
    return [nobody, *days.values()]


def _when(row: Any, midnight: datetime) -> tuple[str, str]:
    """(part of the day that begins at `midnight`, time). Planned maintenance has a day and no hour."""
    if row.wanted_from is None:
        return "any", ""
    begins = row.wanted_from.astimezone(midnight.tzinfo)
    if begins < midnight:
        return "earlier", f"{begins:%m-%d}" if row.planned_for else f"{begins:%m-%d %H:%M}"
    if row.planned_for:
        return "any", ""
    part = "morning" if begins.hour < NOON else "afternoon" if begins.hour < NIGHT else "evening"
    return part, f"{begins:%H:%M}"


def _entry(row: Any, time: str, now: datetime) -> Entry:
    late = tone_of(row, now) == "red"
    return Entry(
        row=row,
        place=queries.place_of(row),
        time=time,
        state=STATE_TITLES[row.state],
        tone="red" if late else STATE_TONES[row.state],
    )
