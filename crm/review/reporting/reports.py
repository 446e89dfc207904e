"""Making the report: live until the review is signed, as it was then ever after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers.models import IssuedPrint
from crm.audit.log import plain
from crm.dates import business_day_of, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.review.models import FilingReview, ReviewState, Sampling
from crm.review.reporting import queries
from crm.review.reporting.rows import Differing, Kind, Late, Place, Report, Sample, Scores, Worst, restored
from crm.review.sampling.queries import tally
from crm.review.wording import score

PAPER = "filing_report"


def number_of(review: FilingReview) -> str:
    """Such as ZL202611-0007."""
    return f"ZL{review.month:%Y%m}-{review.id:04d}"


def report(review: FilingReview) -> Report:
    """Raises `DomainError` while the review is running."""
    if review.ended_at is None:
        raise DomainError(_("The review is running still. There is a report when it has ended."))
    return frozen(review) or reckoned(review, review.signed_at or utc_now())


def frozen(review: FilingReview) -> Report | None:
    """As it was kept when the review was signed."""
    if review.state is not ReviewState.signed:
        return None
    prints = select(IssuedPrint.content).filter_by(kind=PAPER, subject_id=review.id)
    newest = session().scalars(prints.order_by(IssuedPrint.version.desc()).limit(1)).one_or_none()
    return restored(newest) if newest and newest["state"] == ReviewState.signed else None


def reckoned(review: FilingReview, at: datetime) -> Report:
    """As of the moment `at`; new, repeated and cured are those of the review's end."""
    by_owner = review.estate_id is None
    places = queries.by_manager(review, at) if by_owner else queries.by_building(review, at)
    return Report(
        number=number_of(review),
        estate=review.estate.name if review.estate else "",
        month=f"{review.month:%Y-%m}",
        day=plain(review.day),
        state=review.state.value,
        whole=review.whole,
        dossiers=review.dossiers,
        new=review.new,
        repeated=review.repeated,
        cured=review.cured,
        signed_by=review.signed_by,
        signed_on=plain(business_day_of(review.signed_at)) if review.signed_at else "",
        remark=review.remark,
        by_owner=by_owner,
        sample=_sample(review),
        trend=_trend(review),
        kinds=_kinds(review, at),
        places=sorted((_place(row) for row in places), key=lambda row: not row.title),
        worst=_worst(review),
        late=_late(review, at),
        differing=[_differing(row) for row in queries.differing(review, at)],
    )


def _sample(review: FilingReview) -> Sample:
    counted = tally(Sampling.review_id == review.id, Sampling.recount_of_id.is_(None))
    return Sample(drawn=counted.drawn, counted=counted.counted, agree=counted.agree, absent=counted.absent)


def _trend(review: FilingReview) -> list[Scores]:
    return [Scores(title=plain(each.day), **_scores(each)) for each in queries.last_reviews(review)]


def _scores(row: Any) -> dict[str, str]:
    """Of a review, or of a dossier in it."""
    return {name: _score(row, name) for name in ("complete", "accurate", "valid")}


def _score(row: Any, measure: str) -> str:
    found = score(row, measure)
    return "" if found is None else f"{found}"


def _kinds(review: FilingReview, at: datetime) -> list[Kind]:
    """By measure, in the policy's order; the most first."""
    kinds = [
        Kind(
            fault=row.kind,
            measure=row.measure.value,
            new=row.new,
            repeated=row.repeated,
            cured=row.cured,
            open=row.open,
        )
        for row in queries.by_kind(review, at)
    ]
    order = ["complete", "accurate", "valid"]
    return sorted(kinds, key=lambda row: (order.index(row.measure), -(row.new + row.repeated), row.fault))


def _place(row: Any) -> Place:
    return Place(title=row.title or "", dossiers=row.dossiers, clean=row.clean, open=int(row.open))


def _worst(review: FilingReview) -> list[Worst]:
    return [
        Worst(code=row.code or "", title=row.title, findings=row[0].findings, **_scores(row[0]))
        for row in queries.worst(review)
    ]


def _late(review: FilingReview, at: datetime) -> list[Late]:
    """The most first; what is nobody's behind the others. Sorted here: engines differ about what is not there."""
    rows = queries.late_by_owner(review, at, business_day_of(at))
    late = [Late(title=row.title or "", findings=row.findings, oldest=plain(row.oldest)) for row in rows]
    return sorted(late, key=lambda row: (-row.findings, not row.title, row.title))


def _differing(row: Any) -> Differing:
    counted, books, code, title, settled = row
    found = f"{counted.documents} / {counted.pages} / {counted.sheets}" if counted.there else ""
    written = f"{books.documents} / {books.pages} / {books.sheets}"
    return Differing(code=code or "", title=title, found=found, books=written, settled=bool(settled))


def content(review_id: int) -> dict[str, Any] | None:
    """What the paper would say today, for `/verify`; a signed one says what it said then."""
    whole = joinedload(FilingReview.estate), joinedload(FilingReview.previous)
    review = session().get(FilingReview, review_id, options=whole, populate_existing=True)
    return report(review).plain if review is not None and review.ended_at else None
