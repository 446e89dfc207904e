"""For how long a dossier is kept, as its page, its label and its papers say it (2.5).

By its own class, unless a package above knows the period in force; `crm.wiring` hands that over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from flask_babel import gettext as _

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import RETENTION_TITLES, Retention

YEARS = "years_"
periods: list[Callable[[Collection[int]], Mapping[int, str]]] = []
"""Each gives dossier -> code of those it knows."""


def period_of(dossier: Dossier) -> str:
    return periods_of([dossier])[dossier.id]


def periods_of(dossiers: Sequence[Dossier]) -> dict[int, str]:
    """Dossier -> code: `permanent`, so many years, or the last day it is kept."""
    found = {each.id: each.retention.value for each in dossiers}
    for find in periods:
        found |= find(list(found))
    return found


def code_of(years: int) -> str:
    """0 is for good."""
    return f"{YEARS}{years}" if years else Retention.permanent.value


def in_words(code: str) -> str:
    titles = {each.value: title for each, title in RETENTION_TITLES.items()}
    if code in titles:
        return str(titles[code])
    years = code.removeprefix(YEARS)
    return _("%(years)s years", years=years) if years != code else _("until %(day)s", day=code)
