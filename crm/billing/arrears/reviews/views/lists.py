"""The reviews, one opened, and its work list."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arithmetic import first_of
from crm.billing.arrears.reviews import listings, queries
from crm.billing.arrears.reviews.forms import OpenForm
from crm.billing.arrears.reviews.models import REVIEW_TITLES, Review
from crm.billing.arrears.reviews.rates import Rates
from crm.billing.arrears.reviews.service import open_review
from crm.billing.arrears.reviews.views.pages import (
    APPROVE,
    READ,
    REVIEW,
    address,
    blueprint,
    of_rows,
    tabs,
)
from crm.billing.arrears.reviews.worklist import work_page
from crm.dates import business_day
from crm.lists import listing
from crm.lists.asking import asked
from crm.properties.queries import estate_names, get_estate
from crm.web.forms import attempt, choices, form_page
from crm.web.parts import asked_by_htmx


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".new") if g.actor.may(REVIEW) else None
    return listing.answer(listings.reviews(), new_url=new, new_text=_("Open a review"))


@blueprint.route("/open", methods=["GET", "POST"])
@requires(REVIEW)
def new() -> ResponseReturnValue:
    """Once for an estate and month; asked again it leads to the first."""
    form: Any = OpenForm(month=first_of(business_day()), estate_id=g.actor.estate_id)
    form.estate_id.choices = choices(estate_names())
    if form.validate_on_submit() and (made := attempt(form, _open, form)):
        flash(_("%(count)s accounts have something overdue.", count=f"{made.accounts:,}"))
        return redirect(address(made.id), 303)
    return form_page(form, _("Open a review"), url_for(".index"), button=_("Open it"), intro=_("Arrears reviews"))


def _open(form: Any) -> Review:
    return open_review(get_estate(form.estate_id.data), form.month.data)


@blueprint.get("/<int:review_id>")
@requires(READ)
def show(review_id: int) -> ResponseReturnValue:
    """The work list: filters in the address, pages by the last account shown."""
    review, today = queries.get_review(review_id), business_day()
    described = listings.lines(review, today)
    if "list_wanted" in g or request.args.get("as"):
        return listing.answer(described)
    page = work_page(asked(described), review, today)
    part = asked_by_htmx() and request.headers.get("HX-Target") == "list"
    return render_template(
        "billing/arrears/reviews/_list.html" if part else "billing/arrears/reviews/show.html",
        page=page,
        listing=described,
        review=review,
        **_head(review, page.address()),
    )


def _head(review: Review, here: str) -> dict[str, Any]:
    return {
        "state": REVIEW_TITLES[review.state],
        "tone": listings.STATE_TONES[review.state],
        "rates": Rates.restored(review.figures),
        "undecided": queries.undecided_count(review),
        "tabs_of": tabs(review, "show"),
        "may_sign": g.actor.may(APPROVE),
        "here": here,
        **of_rows(review),
        "letters_url": url_for("letters.review", arrears_review_id=review.id),
    }
