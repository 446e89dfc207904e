"""Entering a year's notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, Stale
from crm.worktime import queries
from crm.worktime.calendar import Override
from crm.worktime.events import HolidayNoticeEntered
from crm.worktime.models import HolidayNotice, NoticeDay


def enter_notice(year: int, title: str, days: Mapping[date, Override], *, latest: int) -> HolidayNotice:
    """From now on the year is reckoned by these days. `latest` is what `queries.latest_of(year)` said at the preview.

    Raises `Stale` when another notice was entered since, `DomainError` when this one would change nothing.
    """
    if not days:
        raise DomainError(_("A notice names at least one day."))
    if latest != queries.latest_of(year):
        raise Stale(_("Somebody else has entered a notice for this year meanwhile. Look at the preview again."))
    if latest and _days_of(queries.get_notice(latest)) == dict(days):
        raise DomainError(_("This is what is entered for %(year)s already: nothing would change.", year=str(year)))
    notice = HolidayNotice(
        year=year,
        title=title,
        entered_by=g.actor.name,
        entered_at=utc_now(),
        days=[NoticeDay(day=day, works=said.works, name=said.name) for day, said in sorted(days.items())],
    )
    session().add(notice)
    session().flush()
    queries.forget()
    record(HolidayNoticeEntered(notice_id=notice.id, year=year))
    return notice


def _days_of(notice: HolidayNotice) -> dict[date, Override]:
    return {row.day: Override(row.works, row.name) for row in notice.days}
