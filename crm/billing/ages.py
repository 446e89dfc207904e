"""How long something has been owed, in the steps of the arrears review (property.md, billing/arrears): by due date."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Age(StrEnum):
    """`to_come` is not due yet; the others are days since the due date, a year has 365."""

    over_two_years = "over_two_years"
    over_a_year = "over_a_year"
    to_365 = "to_365"
    to_180 = "to_180"
    to_90 = "to_90"
    to_30 = "to_30"
    to_come = "to_come"


AGE_TITLES = {
    Age.over_two_years: _l("More than two years overdue"),
    Age.over_a_year: _l("One to two years overdue"),
    Age.to_365: _l("181 to 365 days overdue"),
    Age.to_180: _l("91 to 180 days overdue"),
    Age.to_90: _l("31 to 90 days overdue"),
    Age.to_30: _l("Up to 30 days overdue"),
    Age.to_come: _l("Not yet due"),
}
OVERDUE = tuple(age for age in Age if age is not Age.to_come)
LEAST_DAYS = {
    Age.over_two_years: 731,
    Age.over_a_year: 366,
    Age.to_365: 181,
    Age.to_180: 91,
    Age.to_90: 31,
    Age.to_30: 1,
}


def age_on(day: date, due_on: date) -> Age:
    """The due day itself is still in time."""
    days = (day - due_on).days
    return next((age for age, least in LEAST_DAYS.items() if days >= least), Age.to_come)


def due_days(day: date, age: Age) -> tuple[date, date]:
    """The first and the last due day, both included, of what has one of the `OVERDUE` ages on `day`."""
    older = OVERDUE[: OVERDUE.index(age)]
    first = day - timedelta(days=LEAST_DAYS[older[-1]] - 1) if older else date.min
    return first, day - timedelta(days=LEAST_DAYS[age])
