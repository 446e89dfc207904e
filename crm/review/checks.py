"""The checks of every package, filled in `crm.wiring`, and the matters that press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import ColumnElement, Select, case

from crm.archive.dossiers.checking import Check, Measure
from crm.archive.dossiers.models.template import DossierKind
from crm.review.models import Finding

checks: dict[str, Check] = {}  # by kind
pressing: list[Callable[[date], Select[int]]] = []  # ids of the customers whose dossiers are reviewed every month


def connect(contributed: list[Check]) -> None:
    """Raises `TypeError` when two have one name: findings of both would be taken for each other."""
    checks.clear()
    for check in contributed:
        if check.kind in checks:
            raise TypeError(f"the check {check.kind} is there twice")
        checks[check.kind] = check


def of_kind(kind: DossierKind) -> list[Check]:
    return [check for check in checks.values() if kind in check.kinds]


def asked(kind: DossierKind) -> dict[Measure, int]:
    """How many questions a dossier of this kind is asked."""
    count = dict.fromkeys(Measure, 0)
    for check in of_kind(kind):
        count[check.measure] += check.questions(kind) if check.questions else 1
    return count


def question() -> ColumnElement[str]:
    """Of a finding: which question was not passed. Two expired papers are one question, two missing ones two."""
    several = [check.kind for check in checks.values() if check.questions]
    return case((Finding.kind.in_(several), Finding.kind + ":" + Finding.key), else_=Finding.kind)
