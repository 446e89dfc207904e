"""抽查盘点表 YH-ZL-02: where to look, and empty columns. What the books say is not on it."""

from __future__ import annotations

from flask import g, url_for

from crm.archive.numbers.figures import COMPANY
from crm.dates import business_day
from crm.db import session
from crm.review.models import FilingReview, Sampling
from crm.review.queries import title_of
from crm.review.sampling import queries
from crm.web import pdf


def company_on(review: FilingReview) -> str:
    """Whose paper it is: the estate's company's, or the loan and guarantee company's."""
    if review.estate is None:
        return COMPANY.on(business_day())
    return review.estate.company or review.estate.name


def count_sheet(sampling: Sampling) -> bytes:
    rows = session().execute(queries.lines_of(sampling.id).order_by("position")).all()
    return pdf.document(
        "review/count_sheet.html",
        sampling=sampling,
        about=title_of(sampling.review),
        rows=rows,
        company=company_on(sampling.review),
        code=pdf.qr(url_for("review_sampling.show", sampling_id=sampling.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
