"""What begins a retention period: each package says it of its own dossiers, `crm.wiring` lists them (2.5)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, Subquery, union_all

from crm.archive.dossiers.models.template import DossierKind


class Because(StrEnum):
    settled = "settled"
    released = "released"
    refused = "refused"
    withdrawn = "withdrawn"
    closed = "closed"


BECAUSE_TITLES = {
    Because.settled: _l("Loan settled"),
    Because.released: _l("Guarantee released"),
    Because.refused: _l("Turned down"),
    Because.withdrawn: _l("Withdrawn"),
    Because.closed: _l("Customer's dossier closed"),
}
ENDS = {
    DossierKind.loan: Because.settled,
    DossierKind.guarantee: Because.released,
    DossierKind.property: Because.closed,
}
"""What will begin the period, while nothing has."""
Source = Callable[[], Select[*tuple[Any, ...]]]
sources: list[Source] = []
"""Each gives (dossier_id, starts_on, because), at most one row for a dossier; none while nothing has begun."""


def started() -> Subquery:
    return union_all(*(source() for source in sources)).subquery("started")
