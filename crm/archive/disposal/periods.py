"""How long something is kept. Pure; a period lasts through the day of the year on which it began."""

from __future__ import annotations

import calendar
from datetime import date

FOR_GOOD = 0  # years: never over


def kept_until(starts_on: date, years: int) -> date:
    """The last day it is kept; what began on 29 February ends on the 28th where there is none."""
    year = starts_on.year + years
    last = calendar.monthrange(year, starts_on.month)[1]
    return starts_on.replace(year=year, day=min(starts_on.day, last))


def first_kept(day: date, years: int) -> date:
    """What began on this day or later is still kept on `day`; what began before is over."""
    year = day.year - years
    if day.month == 2 and day.day == 29 and not calendar.isleap(year):
        return date(year, 3, 1)
    return day.replace(year=year)
