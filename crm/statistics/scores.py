"""What the filing reviews that ended in some months came to, by estate; the loan company's under None.

Where several of an estate ended in a month they are added up: each looked at dossiers of its own, or again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from crm.archive.dossiers.checking import Measure
from crm.dates import beginning_of, months_later
from crm.db import session
from crm.review.models import FilingReview, ReviewedDossier
from crm.sql import month_of
from crm.statistics.sheets import Quantities

MOVED = ("new", "repeated", "cured")


def reviewed(
    estate_ids: Collection[int], months: Sequence[date], *, company: bool = False
) -> Mapping[tuple[int | None, date], Quantities]:
    """Of the estates where a review ended in the month; with `company` those of the loan company alone."""
    which = FilingReview.estate_id.is_(None) if company else FilingReview.estate_id.in_(estate_ids)
    firsts = {month.year * 100 + month.month: month for month in months}
    found: dict[tuple[int | None, date], dict[str, Any]] = {}
    for row in session().execute(_moved(which, months)).mappings():
        found[row["estate_id"], firsts[row["in_month"]]] = {name: int(row[name] or 0) for name in ("reviews", *MOVED)}
    for row in session().execute(_looked_at(which, months)).mappings():
        names = ("dossiers", *SUMS)
        found[row["estate_id"], firsts[row["in_month"]]] |= {name: int(row[name] or 0) for name in names}
    return found


def _ended(which: ColumnElement[bool], months: Sequence[date], *columns: Any) -> Any:
    ended = FilingReview.ended_at
    within = ended >= beginning_of(months[0]), ended < beginning_of(months_later(months[-1], 1))
    month = month_of(ended, months).label("in_month")
    return select(FilingReview.id, FilingReview.estate_id, month, *columns).where(which, *within).subquery()


def _moved(which: ColumnElement[bool], months: Sequence[date]) -> Any:
    each = _ended(which, months, *(getattr(FilingReview, name) for name in MOVED))
    sums = [func.sum(each.c[name]).label(name) for name in MOVED]
    by = each.c.estate_id, each.c.in_month
    return select(*by, func.count().label("reviews"), *sums).group_by(*by)


def _asked(measure: Measure) -> Any:
    return getattr(ReviewedDossier, f"{measure.value}_asked")


def _failed(measure: Measure) -> Any:
    return getattr(ReviewedDossier, f"{measure.value}_failed")


SUMS = {
    name: sum_
    for measure in Measure
    for name, sum_ in (
        (f"{measure.value}_of", func.sum(_asked(measure))),
        (f"{measure.value}_passed", func.sum(_asked(measure) - _failed(measure))),
    )
}


def _looked_at(which: ColumnElement[bool], months: Sequence[date]) -> Any:
    each = _ended(which, months)
    sums = [sum_.label(name) for name, sum_ in SUMS.items()]
    by = each.c.estate_id, each.c.in_month
    joined = select(*by, func.count(ReviewedDossier.dossier_id.distinct()).label("dossiers"), *sums)
    looked_at = or_(*(_asked(measure).is_not(None) for measure in Measure))
    return joined.join(ReviewedDossier, ReviewedDossier.review_id == each.c.id).where(looked_at).group_by(*by)
