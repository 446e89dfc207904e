"""What the filing reviews came to, by estate; the loan company's under None.

A month has the reviews that ended in it; where none did, those of the last month before in which one did. Several are
added up: each looked at dossiers of its own, or again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from crm.archive.dossiers.checking import Measure
from crm.dates import beginning_of, business_day_of, months_later
from crm.db import session
from crm.lists.months import months_between
from crm.review.models import FilingReview, ReviewedDossier
from crm.sql import code_of, is_one_of, month_of
from crm.statistics.sheets import Quantities

MOVED = ("new", "repeated", "cured")
Place = tuple[int | None, date]  # estate, first day of the month


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """`ended_on`: when the last of them ended."""

    sums: Quantities
    ended_on: date


def reviewed(estate_ids: Collection[int], months: Sequence[date], *, company: bool = False) -> Mapping[Place, Reviewed]:
    """Without the estates that were not reviewed by then; with `company` of the loan company alone."""
    ended = _ended(estate_ids, months[-1], company=company)
    stands = {
        (estate_id, month): of_estate[max(done)]
        for estate_id, of_estate in ended.items()
        for month in months
        if (done := [each for each in of_estate if each <= month])
    }
    looked_at = _looked_at(stands.values())
    return {
        (estate_id, month): Reviewed(
            sums=_moved(rows) | looked_at.get((estate_id, _month(rows[-1])), {}), ended_on=_day(rows[-1])
        )
        for (estate_id, month), rows in stands.items()
    }


def _day(row: Any) -> date:
    return business_day_of(row.ended_at)


def _month(row: Any) -> date:
    return _day(row).replace(day=1)


def _ended(estate_ids: Collection[int], last: date, *, company: bool) -> Mapping[Any, Mapping[date, list[Any]]]:
    """Estate -> month -> the reviews that ended in it and looked at any dossier, in their order."""
    which = FilingReview.estate_id.is_(None) if company else FilingReview.estate_id.in_(estate_ids)
    columns = [getattr(FilingReview, name) for name in ("id", "estate_id", "ended_at", *MOVED)]
    ended = FilingReview.ended_at < beginning_of(months_later(last, 1)), FilingReview.dossiers > 0
    found: defaultdict[Any, defaultdict[date, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in session().execute(select(*columns).where(which, *ended).order_by(FilingReview.ended_at)):
        found[row.estate_id][_month(row)].append(row)
    return found


def _moved(rows: Sequence[Any]) -> dict[str, int]:
    return {name: sum(getattr(row, name) for row in rows) for name in MOVED}


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


def _looked_at(groups: Collection[Sequence[Any]]) -> Mapping[Place, dict[str, int]]:
    """By estate and month: the dossiers that were looked at, each once, and how they answered."""
    reviews = {row.id: _month(row) for rows in groups for row in rows}
    if not reviews:
        return {}
    months = months_between(min(reviews.values()), max(reviews.values()))
    month = month_of(FilingReview.ended_at, months).label("in_month")
    each = select(FilingReview.id, FilingReview.estate_id, month).where(is_one_of([*reviews], FilingReview.id))
    of_these = each.subquery()
    by = of_these.c.estate_id, of_these.c.in_month
    names = {"dossiers": func.count(ReviewedDossier.dossier_id.distinct()), **SUMS}
    sums = select(*by, *(sum_.label(name) for name, sum_ in names.items()))
    looked_at = or_(*(_asked(measure).is_not(None) for measure in Measure))
    joined = sums.join(ReviewedDossier, ReviewedDossier.review_id == of_these.c.id).where(looked_at).group_by(*by)
    firsts = {code_of(month): month for month in months}
    found: defaultdict[Place, dict[str, int]] = defaultdict(dict)
    for row in session().execute(joined).mappings():
        found[row["estate_id"], firsts[row["in_month"]]] = {name: int(row[name] or 0) for name in names}
    return found
