"""The slow way: what is wrong with one dossier, by looking at all that hangs on it, one row after the other.

Written from the titles, advices and docstrings of the checks; it shares no query with them. Wants a unit of work.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.template import DossierKind
from crm.db import session
from crm.review.models import Finding
from tests.review.oracle_books import Books, rows
from tests.review.oracle_cases import CASES
from tests.review.oracle_customers import CUSTOMERS
from tests.review.oracle_dossiers import DOSSIERS, OF_CUSTOMERS_ALONE
from tests.review.oracle_engineering import ENGINEERING
from tests.review.oracle_leaving import LEAVING
from tests.review.oracle_lending import LENDING
from tests.review.oracle_loans import GUARANTEES, LOANS, PROJECTS
from tests.review.oracle_moves import MOVES
from tests.review.oracle_renovations import RENOVATIONS
from tests.review.oracle_units import UNITS
from tests.review.oracle_vault import VAULT

PROPERTY = {
    **DOSSIERS,
    **LENDING,
    **OF_CUSTOMERS_ALONE,
    **CUSTOMERS,
    **UNITS,
    **CASES,
    **ENGINEERING,
    **MOVES,
    **RENOVATIONS,
    **LEAVING,
}
ASKED = {
    DossierKind.property: PROPERTY,
    DossierKind.loan: {**DOSSIERS, **LENDING, **PROJECTS, **LOANS, **VAULT},
    DossierKind.guarantee: {**DOSSIERS, **LENDING, **PROJECTS, **GUARANTEES, **VAULT},
}
KINDS = frozenset(kind for asked in ASKED.values() for kind in asked)
LIVING = {DossierKind.property: (DossierState.open,)}
IN_THE_MAKING_OR_FILED = (DossierState.forming, DossierState.filed)
Found = set[tuple[str, str]]


def found_in(dossier_id: int, day: date) -> Found:
    """(kind, key) of every fault; of a dossier that lives no more nothing is asked."""
    dossier = session().get_one(Dossier, dossier_id)
    if dossier.state not in LIVING.get(dossier.kind, IN_THE_MAKING_OR_FILED):
        return set()
    books = Books(dossier, day)
    return {(kind, key) for kind, ask in ASKED[dossier.kind].items() for key in _keys(ask(books))}


def _keys(said: Any) -> Iterator[str]:
    """A question that is one for the whole dossier is answered by yes or no."""
    if isinstance(said, bool):
        said = [""] if said else []
    return map(str, said)


def open_findings(dossier_id: int) -> Found:
    return {(row.kind, row.key) for row in rows(Finding, dossier_id=dossier_id) if row.cured_at is None}


def difference(dossier_id: int, day: date) -> str:
    """What only the one and only the other has; "" where they say the same."""
    known, seen = open_findings(dossier_id), found_in(dossier_id, day)
    sides = {"only the review": known - seen, "only the oracle": seen - known}
    return "; ".join(f"{who}: {_told(found)}" for who, found in sides.items() if found)


def _told(found: Found) -> str:
    return ", ".join(f"{kind} {key}".strip() for kind, key in sorted(found))
