"""From a day to a day: two filters for any list of moments."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import SQLColumnExpression

from crm.dates import beginning_of, business_day, parse_date
from crm.errors import DomainError
from crm.lists.description import Filter

SINCE, UNTIL, HINT = _l("From the day"), _l("To the day"), _l("Such as 11-23 or 昨天")
YEARS = range(1900, 9999)  # outside them a moment in UTC is none


def period_filters(moment: SQLColumnExpression[object]) -> tuple[Filter, Filter]:
    """Both days count. A text that is no day is refused by name."""
    return (
        Filter(
            name="since",
            title=SINCE,
            condition=lambda text: moment >= beginning_of(_typed_day(text, SINCE)),
            hint=HINT,
        ),
        Filter(
            name="until",
            title=UNTIL,
            condition=lambda text: moment < beginning_of(_typed_day(text, UNTIL) + timedelta(days=1)),
            hint=HINT,
        ),
    )


def _typed_day(text: str, field: LazyString) -> date:
    try:
        day = parse_date(text, business_day())
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise DomainError(_("%(field)s: write a day such as 2026-11-23 or 11-23.", field=field))
    return day
