"""Minutes and signature; the report for the manager's meeting."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import requires
from crm.billing.arrears.reviews import decisions, history, papers, queries, reports, signing
from crm.billing.arrears.reviews.forms import MinutesForm, SignForm
from crm.billing.arrears.reviews.models import REVIEW_TITLES, Review
from crm.billing.arrears.reviews.views.pages import APPROVE, READ, REVIEW, blueprint, may_decide, tabs, told
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, hindered, is_current, stand_on


@blueprint.get("/<int:review_id>/closing")
@requires(READ)
def closing(review_id: int) -> ResponseReturnValue:
    review = queries.get_review(review_id)
    return render_template(
        "billing/arrears/reviews/closing.html",
        review=review,
        state=REVIEW_TITLES[review.state],
        undecided=queries.undecided_count(review),
        tabs_of=tabs(review, "closing"),
        may_write=may_decide(review),
        may_sign=g.actor.may(APPROVE),
        hindrance=signing.signing_hindrance(review) if g.actor.may(APPROVE) else "",
        events=history.happenings(review.id),
    )


@blueprint.route("/<int:review_id>/minutes", methods=["GET", "POST"])
@requires(REVIEW)
def minutes(review_id: int) -> ResponseReturnValue:
    review = queries.get_review(review_id)
    form: Any = MinutesForm(obj=review)
    free = not hindered(form, decisions.freeze(review))
    history_of = timeline("arrears_review", review.id)
    current = form.validate_on_submit() and free and is_current(form, review, history_of, ["minutes"])
    if current and attempt(form, signing.write_minutes, review, form.minutes.data or ""):
        flash(_("The minutes are kept."))
        return redirect(_closing(review), 303)
    return form_page(form, _("Minutes"), _closing(review), intro=told(review))


@blueprint.route("/<int:review_id>/sign", methods=["GET", "POST"])
@requires(APPROVE)
@confirmed_for_this
def sign(review_id: int) -> ResponseReturnValue:
    """While something is undecided only with the rest left to the advice."""
    review, form = queries.get_review(review_id), SignForm()
    free = not hindered(form, signing.signing_hindrance(review))
    stand_on(form, review)
    if form.validate_on_submit() and free and is_current(form, review) and attempt(form, _sign, review, form):
        flash(_("The review is signed. Nothing in it changes any more."))
        return redirect(_closing(review), 303)
    return form_page(
        form,
        _("Sign the review"),
        _closing(review),
        "billing/arrears/reviews/sign.html",
        intro=told(review),
        review=review,
        left=queries.undecided_count(review),
        groups=reports.decided(review),
        rest=reports.left_to_the_advice(review),
    )


def _sign(review: Review, form: SignForm) -> None:
    signing.sign(review, rest_as_advised=bool(form.rest.data))


def _closing(review: Review) -> str:
    return url_for(".closing", review_id=review.id)


@blueprint.get("/<int:review_id>/report.pdf")
@requires(READ)
def report(review_id: int) -> ResponseReturnValue:
    """欠费审核报告."""
    review = queries.get_review(review_id)
    name = f"{_('Arrears review')} {review.month:%Y-%m} {review.estate.name}.pdf"
    return attachment(papers.report(review), name, "application/pdf", inline=True)
