"""The figures of a review, and the comparison with those before it."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import requires
from crm.billing.arrears.reviews import comparison, queries, reports
from crm.billing.arrears.reviews.models import REVIEW_TITLES
from crm.billing.arrears.reviews.rates import Rates, rates_of_buildings
from crm.billing.arrears.reviews.views.pages import READ, blueprint, tabs


@blueprint.get("/<int:review_id>/figures")
@requires(READ)
def figures(review_id: int) -> ResponseReturnValue:
    review = queries.get_review(review_id)
    return render_template(
        "billing/arrears/reviews/figures.html",
        review=review,
        state=REVIEW_TITLES[review.state],
        rates=Rates.restored(review.figures),
        ages=reports.ages(review),
        advised=reports.advised(review),
        decided=reports.decided(review),
        debtors=reports.largest(review),
        tabs_of=tabs(review, "figures"),
    )


@blueprint.get("/<int:review_id>/compared")
@requires(READ)
def compared(review_id: int) -> ResponseReturnValue:
    review = queries.get_review(review_id)
    rows = comparison.compared(review)
    return render_template(
        "billing/arrears/reviews/compared.html",
        review=review,
        rows=rows,
        bars=comparison.rate_bars(rows),
        buildings=comparison.by_building(review, rates_of_buildings(review.estate_id, review.month)),
        collectors=comparison.by_collector(review),
        meanings=comparison.MEANINGS,
        tabs_of=tabs(review, "compared"),
    )


@blueprint.get("/estates")
@requires(READ)
def estates() -> ResponseReturnValue:
    """The newest review of each estate; whoever works in one only goes to its own comparison."""
    rows = comparison.estates()
    if len(rows) == 1:
        return redirect(url_for(".compared", review_id=rows[0].review.id))
    return render_template("billing/arrears/reviews/estates.html", rows=rows, meanings=comparison.MEANINGS)
