"""From a review's decisions to letters: what would be made, and the step that makes them."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import require_confirmation
from crm.auth.permissions import requires
from crm.billing.arrears.dunning.models import RUN_TITLES
from crm.billing.arrears.letters import queries, reports, service
from crm.billing.arrears.letters.forms import MakeForm
from crm.billing.arrears.letters.preview import preview
from crm.billing.arrears.letters.views.pages import READ, REVIEW, blueprint, new_key, tabs
from crm.billing.arrears.reviews.models import REVIEW_TITLES, Review
from crm.dates import business_day
from crm.lists.exports import UNCONFIRMED
from crm.web import excel
from crm.web.download import attachment
from crm.web.forms import attempt

SHOWN = 500  # letters on the page; the workbook has all


@blueprint.get("/reviews/")
@requires(READ)
def reviews() -> ResponseReturnValue:
    """Which review letters are made of."""
    found = queries.reviews_seen()
    return render_template(
        "billing/arrears/letters/reviews.html",
        reviews=[(review, REVIEW_TITLES[review.state]) for review in found],
        counts=queries.letters_of_reviews([review.id for review in found]),
        tabs=tabs("reviews"),
    )


@blueprint.get("/reviews/<int:arrears_review_id>")
@requires(READ)
def review(arrears_review_id: int) -> ResponseReturnValue:
    return _page(queries.get_review(arrears_review_id), MakeForm(None, key=new_key()))


def _page(found: Review, form: MakeForm) -> ResponseReturnValue:
    """A form sent again stands on the figures as they are now."""
    would = preview(found, business_day())
    form.figures.data = would.figures
    page = render_template(
        "billing/arrears/letters/review.html",
        review=found,
        form=form,
        preview=would,
        hindrance=service.hindrance(found),
        may_make=g.actor.may(REVIEW),
        runs=[(run, RUN_TITLES[run.state]) for run in queries.runs_of(found.id)],
        shown=SHOWN,
    )
    return page, 409 if form.form_errors else 200


@blueprint.post("/reviews/<int:arrears_review_id>/make")
@requires(REVIEW)
def make(arrears_review_id: int) -> ResponseReturnValue:
    found, form = queries.get_review(arrears_review_id), MakeForm()
    if not form.validate():
        form.form_errors.append(_("Look at the preview again, then make the letters."))
    elif run := attempt(form, service.make, found, form.key.data or "", form.figures.data or ""):
        flash(_("Made: %(count)s letters over %(sum)s yuan.", count=f"{run.demands:,}", sum=f"{run.total:,.2f}"))
        return redirect(url_for(".run", demand_run_id=run.id), 303)
    form.key.data = new_key()
    return _page(found, form)


@blueprint.get("/reviews/<int:arrears_review_id>/preview.xlsx")
@requires(READ)
def preview_file(arrears_review_id: int) -> ResponseReturnValue:
    found = queries.get_review(arrears_review_id)
    would = preview(found, business_day())
    if len(would.letters) + len(would.left_out) > UNCONFIRMED:
        require_confirmation()
    name = f"{_('Letters to be made')} {found.month:%Y-%m} {found.estate.name}.xlsx"
    return attachment(reports.preview_workbook(would), name, excel.MEDIA_TYPE)
