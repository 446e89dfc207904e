"""欠费审核报告 for the manager's meeting: figures, ages, comparison, debtors, decisions, minutes, signatures."""

from __future__ import annotations

from flask import g, url_for

from crm.billing.arrears.reviews import comparison, reports
from crm.billing.arrears.reviews.models import REVIEW_TITLES, Review
from crm.billing.arrears.reviews.rates import Rates
from crm.dates import business_day
from crm.web import pdf


def report(review: Review) -> bytes:
    """Of a review that is not signed yet it says so."""
    return pdf.document(
        "arrears/report.html",
        review=review,
        estate=review.estate,
        state=REVIEW_TITLES[review.state],
        rates=Rates.restored(review.figures),
        ages=reports.ages(review),
        advised=reports.advised(review),
        decided=reports.decided(review),
        buildings=comparison.by_building(review, {}),
        collectors=comparison.by_collector(review),
        debtors=reports.largest(review),
        compared=comparison.compared(review),
        meanings=comparison.MEANINGS,
        code=pdf.qr(url_for("arrears.show", review_id=review.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
