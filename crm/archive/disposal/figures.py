"""The company's periods. Minimums stand in 国家档案局令第10号; 0 years keeps for good (2.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.archive.disposal.starting import Because
from crm.policy.figures import Figure

_SOURCE = _l("National Archives Administration, order 10: 30 years and 10 years are the least. Company to confirm.")
_UNIT = _l("years (0: for good)")
_KEPT: dict[str, Any] = {"unit": _UNIT, "or_nought": True, "most": 100, "source": _SOURCE}
_LONG, _SHORT = _KEPT | {"default": 30, "least": 30}, _KEPT | {"default": 10, "least": 10}
YEARS: dict[Because, Figure[int]] = {
    Because.settled: Figure(
        key="disposal.loan_years", title=_l("A loan's dossier is kept after it is settled"), **_LONG
    ),
    Because.released: Figure(
        key="disposal.guarantee_years", title=_l("A guarantee's dossier is kept after its release"), **_LONG
    ),
    Because.refused: Figure(key="disposal.refused_years", title=_l("What was turned down is kept"), **_SHORT),
    Because.withdrawn: Figure(key="disposal.withdrawn_years", title=_l("What was withdrawn is kept"), **_SHORT),
    Because.closed: Figure(
        key="disposal.customer_years",
        title=_l("A property customer's dossier is kept after it is closed"),
        **_LONG,
    ),
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
