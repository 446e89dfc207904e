"""What a review's findings are beside the review before: new, repeated, cured. Said once, for pages, report and counts.

By the moments alone: what somebody mended and looked at again is cured, whoever's look that was.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from crm.dates import utc_now
from crm.db import session
from crm.review.models import FilingReview, Finding, ReviewedDossier


def stood(review: FilingReview) -> ColumnElement[bool]:
    """Open when the review ended, of the dossiers it looked at."""
    end = review.ended_at or utc_now()
    of_then = and_(Finding.found_at <= end, or_(Finding.cured_at.is_(None), Finding.cured_at > end))
    return and_(of_then, looked_at(review))


def looked_at(review: FilingReview) -> ColumnElement[bool]:
    return Finding.dossier_id.in_(select(ReviewedDossier.dossier_id).where(ReviewedDossier.review_id == review.id))


def is_new(review: FilingReview) -> ColumnElement[bool]:
    return and_(stood(review), _since(review, Finding.found_at))


def is_repeated(review: FilingReview) -> ColumnElement[bool]:
    return and_(stood(review), ~_since(review, Finding.found_at))


def is_cured(review: FilingReview) -> ColumnElement[bool]:
    """Of all dossiers of the estate, or of the loan archive, not only of those that had their turn."""
    scope = Finding.estate_id.is_not_distinct_from(review.estate_id)
    return and_(scope, Finding.cured_at <= (review.ended_at or utc_now()), _since(review, Finding.cured_at))


def _since(review: FilingReview, moment: Any) -> ColumnElement[bool]:
    """After the review before had ended; of the first one everything is."""
    before = review.previous_id and session().get_one(FilingReview, review.previous_id).ended_at
    return moment > before if before else true()


def counted(review: FilingReview) -> tuple[int, int, int]:
    """New, repeated and cured."""
    conditions = is_new(review), is_repeated(review), is_cured(review)
    counts = [func.count(case((condition, 1))) for condition in conditions]
    row = session().execute(select(*counts).where(or_(*conditions))).one()
    return row[0], row[1], row[2]
