"""What a package asks of every dossier in the periodic filing review 定期整理. Clauses P-03, P-19; decision 040.

A package lists its checks in a room of its own, `checks.py`; `crm.wiring` gathers them for `crm.review`, which asks
them of any number of dossiers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Integer, Select, String, cast, literal, null

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.template import CREDIT_KINDS, DossierKind
from crm.auth.permissions import RoleName


class Measure(StrEnum):
    """The policy's own three words 全面、准确、有效 (P-03)."""

    complete = "complete"
    accurate = "accurate"
    valid = "valid"


MEASURE_TITLES = {
    Measure.complete: _l("Complete"),
    Measure.accurate: _l("Accurate"),
    Measure.valid: _l("Valid"),
}
PROPERTY = frozenset({DossierKind.property})
CREDIT = frozenset(CREDIT_KINDS)
EVERY_KIND = PROPERTY | CREDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Of a finding whose page is asked for. `subject_id`: the customer or project; `about_id`: as the check gave it."""

    dossier_id: int
    subject_id: int
    about_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question. `find(day)` selects what `finding` makes of each fault, from `Dossier` joined to whatever it needs.

    The review adds which dossiers it is about, so `Dossier` must be in the FROM clause. A fault is told apart within
    its dossier by `key`. `sieve` keeps the rows that are faults where the database cannot tell (sealed numbers, check
    digits), by columns of its own. `questions`: how many are asked of a dossier where every key is one, as each
    required document is; else the check is one. `page(where)`: the address of the place that mends it; `role`: whose
    desk that is.
    """

    kind: str  # as it is stored; stays
    title: LazyString  # of the fault
    advice: LazyString  # what to do about it
    measure: Measure
    kinds: frozenset[DossierKind]
    role: RoleName
    find: Callable[[date], Select[*tuple[Any, ...]]]
    page: Callable[[Where], str]
    of_b: bool = False  # of a project: B has to mend it, not A
    sieve: Callable[[Any], bool] | None = None
    questions: Callable[[DossierKind], int] | None = None
    words: Mapping[str, LazyString] = field(default_factory=dict)  # of details that are codes


def finding(*, key: Any = "", about_id: Any = None, detail: Any = "") -> tuple[ColumnElement[Any], ...]:
    """The columns of a fault. `detail` is what a reader needs besides the title: a name, a number, a day, never a
    telephone or an ID number in full.
    """
    return (
        Dossier.id.label("dossier_id"),
        _text(key).label("key"),
        (cast(null(), Integer) if about_id is None else about_id).label("about_id"),
        _text(detail).label("detail"),
    )


def _text(value: Any) -> ColumnElement[str]:
    return literal(value, String) if isinstance(value, str) else value
