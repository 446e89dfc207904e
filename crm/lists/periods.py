"""From a day to a day, or of one month: filters for any list of moments, days or months."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import SQLColumnExpression

from crm.dates import beginning_of, business_day, parse_date, parse_month
from crm.errors import DomainError
from crm.lists.description import Filter

SINCE, UNTIL, HINT = _l("From the day"), _l("To the day"), _l("Such as 11-23 or 昨天")


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


def day_filters(day: SQLColumnExpression[date]) -> tuple[Filter, Filter]:
    """As `period_filters`, of a column that holds days."""
    return (
        Filter(name="since", title=SINCE, condition=lambda text: day >= _typed_day(text, SINCE), hint=HINT),
        Filter(name="until", title=UNTIL, condition=lambda text: day <= _typed_day(text, UNTIL), hint=HINT),
    )


def month_filter(name: str, title: LazyString, month: SQLColumnExpression[date]) -> Filter:
    """Of a column that holds the first days of months."""
    return Filter(
        name=name, title=title, condition=lambda text: month == _typed_month(text, title), hint=_l("Such as 2026-11")
    )


def _typed_month(text: str, field: LazyString) -> date:
    try:
        return parse_month(text, business_day())
    except ValueError as error:
        raise DomainError(_("%(field)s: write a month such as 2026-11.", field=field)) from error


def _typed_day(text: str, field: LazyString) -> date:
    try:
        return parse_date(text, business_day())
    except ValueError as error:
        raise DomainError(_("%(field)s: write a day such as 2026-11-23 or 11-23.", field=field)) from error
