"""The company's periods. Minimums stand in 国家档案局令第10号; 0 years keeps for good (2.5)."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from crm.archive.disposal.starting import Because
from crm.policy.figures import Figure

_SOURCE = _l("National Archives Administration, order 10: 30 years and 10 years are the least. Company to confirm.")
_KEPT = {
    Because.settled: ("disposal.loan_years", _l("A loan's dossier is kept after it is settled"), 30),
    Because.released: ("disposal.guarantee_years", _l("A guarantee's dossier is kept after it is released"), 30),
    Because.refused: ("disposal.refused_years", _l("What was turned down is kept"), 10),
    Because.withdrawn: ("disposal.withdrawn_years", _l("What was withdrawn is kept"), 10),
    Because.closed: ("disposal.customer_years", _l("A property customer's dossier is kept after it is closed"), 30),
}
YEARS = {
    because: Figure(
        key=key, title=title, unit=_l("years (0: for good)"), default=years, least=0, most=100, source=_SOURCE
    )
    for because, (key, title, years) in _KEPT.items()
}
AHEAD_MONTHS = Figure(
    key="disposal.ahead_months",
    title=_l("Periods that end soon are listed"),
    unit=_l("months before"),
    default=12,
    least=1,
    most=120,
)
COOLING_DAYS = Figure(
    key="disposal.cooling_days",
    title=_l("An approved destruction cools off for"),
    unit=_l("days"),
    default=30,
    least=1,
    most=365,
)
DISAGREED_YEARS = Figure(
    key="disposal.disagreed_years",
    title=_l("What the group does not agree on is kept on for at least"),
    unit=_l("years"),
    default=5,
    least=1,
    most=100,
)
SIGN_MINUTES = Figure(
    key="disposal.sign_minutes",
    title=_l("Both witnesses and whoever destroys sign within"),
    unit=_l("minutes"),
    default=120,
    least=5,
    most=1440,
)


def years_of(because: Because, day: date) -> int:
    return YEARS[because].on(day)
