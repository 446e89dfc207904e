"""How an archive stands: what is asked of its living dossiers that were looked at, and what of it they do not pass.

A review's scores are those of its whole archive at its end, not of the dossiers that had their turn: so a review of
few dossiers and one of all are comparable.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models import Dossier
from crm.db import session
from crm.review.checks import asked, question
from crm.review.due import living, of_scope
from crm.review.models import Finding, ReviewedDossier


def asked_now(*which: ColumnElement[bool]) -> defaultdict[int | None, dict[Measure, int]]:
    """Archive -> how many questions; `which`: of `Dossier`."""
    counted = select(Dossier.estate_id, Dossier.kind, func.count().label("many")).where(living(), _looked_at(), *which)
    found: defaultdict[int | None, dict[Measure, int]] = defaultdict(lambda: dict.fromkeys(Measure, 0))
    for row in session().execute(counted.group_by(Dossier.estate_id, Dossier.kind)):
        for measure, count in asked(row.kind).items():
            found[row.estate_id][measure] += count * row.many
    return found


def _looked_at() -> ColumnElement[bool]:
    """In a review, or by itself and something was found: nothing can be said of the others."""
    reviewed = exists().where(ReviewedDossier.dossier_id == Dossier.id, ReviewedDossier.findings.is_not(None))
    return or_(reviewed, exists().where(Finding.dossier_id == Dossier.id))


def failed_now(*which: ColumnElement[bool]) -> defaultdict[int | None, dict[str, int]]:
    """Archive -> measure -> questions that were not passed, with "findings"; `which`: of `Finding`."""
    each = select(Finding.estate_id, Finding.measure, Finding.dossier_id, question().label("question"))
    rows = each.where(Finding.cured_at.is_(None), *which).subquery()
    keys = rows.c.estate_id, rows.c.measure, rows.c.dossier_id, rows.c.question
    grouped = select(*keys, func.count().label("many")).group_by(*keys).subquery()
    sums = select(grouped.c.estate_id, grouped.c.measure, func.count().label("failed"), func.sum(grouped.c.many))
    found: defaultdict[int | None, dict[str, int]] = defaultdict(dict)
    for estate_id, measure, failed, many in session().execute(sums.group_by(grouped.c.estate_id, grouped.c.measure)):
        found[estate_id][measure] = failed
        found[estate_id]["findings"] = found[estate_id].get("findings", 0) + int(many)
    return found


def sums_now(estate_id: int | None) -> dict[str, int]:
    """Of one archive, as the columns of a review have them."""
    there = asked_now(of_scope(estate_id))[estate_id]
    failed = failed_now(Finding.estate_id.is_not_distinct_from(estate_id))[estate_id]
    sums: dict[str, Any] = {f"{measure}_asked": count for measure, count in there.items()}
    return sums | {f"{measure}_failed": failed.get(measure, 0) for measure in Measure}
