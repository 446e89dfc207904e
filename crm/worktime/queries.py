"""The working calendar as it stands, the schedules built on it, and the notices it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import abort, current_app, g
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from crm.db import session
from crm.policy import figures
from crm.worktime.calendar import Calendar, Override
from crm.worktime.hours import OFFICE_HOURS, Hours, Schedule, parse_hours, utc
from crm.worktime.models import HolidayNotice, NoticeDay


def calendar() -> Calendar:
    """Read with one statement, once a request."""
    if "calendar" not in g:
        g.calendar = _read()
    found: Calendar = g.calendar
    return found


def forget() -> None:
    """The next `calendar()` reads anew."""
    g.pop("calendar", None)


def _read() -> Calendar:
    """The newest notice of each year; where two years' notices name one day, the one entered later counts."""
    newest = select(func.max(HolidayNotice.id)).group_by(HolidayNotice.year)
    wanted = select(HolidayNotice.id, HolidayNotice.year, NoticeDay.day, NoticeDay.works, NoticeDay.name)
    joined = wanted.outerjoin(NoticeDay).where(HolidayNotice.id.in_(newest)).order_by(HolidayNotice.id)
    rows = session().execute(joined).all()
    return Calendar(
        overrides={row.day: Override(row.works, row.name) for row in rows if row.day},
        years=frozenset(row.year for row in rows),
        version=rows[-1].id if rows else 0,
    )


def round_the_clock() -> Schedule:
    return Schedule(timezone=current_app.config["SETTINGS"].timezone)


def office_schedule() -> Schedule:
    """Office hours on working days; a change of the hours counts from its own day on."""
    return Schedule(timezone=current_app.config["SETTINGS"].timezone, calendar=calendar(), hours=_hours())


def is_open(now: datetime) -> bool:
    """Whether the office is."""
    return office_schedule().opening(now) == utc(now)


def _hours() -> Hours:
    begins = {date.min: OFFICE_HOURS.default}
    for row in figures.values_of(OFFICE_HOURS.key):  # as they were entered: a later one replaces its day's
        begins[row.valid_from] = OFFICE_HOURS.restored(row.value)
    return tuple((day, parse_hours(text)) for day, text in sorted(begins.items()))


def notices(year: int) -> Sequence[Any]:
    """Those entered for the year, the newest, which holds, first."""
    counted = (
        select(HolidayNotice.id, HolidayNotice.title, HolidayNotice.entered_by, HolidayNotice.entered_at)
        .add_columns(func.count(NoticeDay.day).label("days"))
        .outerjoin(NoticeDay)
        .where(HolidayNotice.year == year)
        .group_by(HolidayNotice.id)
        .order_by(HolidayNotice.id.desc())
    )
    return session().execute(counted).all()


def latest_of(year: int) -> int:
    """The id of the year's calendar, 0 when it has none."""
    return session().scalar(select(func.max(HolidayNotice.id)).where(HolidayNotice.year == year)) or 0


def get_notice(notice_id: int) -> HolidayNotice:
    """With its days, or 404."""
    found = session().get(HolidayNotice, notice_id, options=[selectinload(HolidayNotice.days)])
    return found or abort(404)


def notice_before(notice: HolidayNotice) -> HolidayNotice | None:
    """The one of the same year that it took the place of, with its days."""
    earlier = select(HolidayNotice).where(HolidayNotice.year == notice.year, HolidayNotice.id < notice.id)
    newest = earlier.order_by(HolidayNotice.id.desc()).limit(1).options(selectinload(HolidayNotice.days))
    return session().scalars(newest).one_or_none()
