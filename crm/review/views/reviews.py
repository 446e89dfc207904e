"""The reviews, one of them, running one now, signing it off, and what is due."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.checking import MEASURE_TITLES
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.errors import DomainError
from crm.jobs.queries import find_job
from crm.lists import listing
from crm.review import history, listings, queries, reports, service
from crm.review.forms import NewForm, SignForm
from crm.review.models import STATE_TITLES, WORKFLOW, FilingReview, ReviewState
from crm.review.views.pages import KEEP, READ, SIGN, address, blueprint, tabs
from crm.review.wording import fault, name_of, started_by, why_of
from crm.web.forms import attempt, form_page, hindered, is_current, stand_on
from crm.web.parts import asked_by_htmx


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    head = reports.Head(business_day(), _("Loans and guarantees"))
    new = url_for(".new") if g.actor.may(KEEP) and queries.sees_reviews() else None
    sees = queries.sees_reviews()
    return listing.answer(
        listings.reviews(), "review/index.html", head=head, sees=sees, new_url=new, new_text=_("Review now")
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    """In the background; one that is running is shown instead of a second."""
    form = NewForm(scope=g.actor.estate_id)
    if form.validate_on_submit():
        if there := queries.running(form.scope.data or None):
            flash(_("A review of these dossiers is running just now: here it is."), "warning")
            return redirect(address(there), 303)
        if made := attempt(form, _open, form):
            return redirect(address(made), 303)
    return form_page(form, _("Review now"), url_for(".index"), button=_("Start"), intro=_("Filing reviews"))


def _open(form: Any) -> FilingReview:
    review = service.open_review(form.scope.data or None, business_day(), whole=form.which.data == "all")
    if review is None:
        raise DomainError(_("None of these dossiers is due this month. Choose all living ones to look at them now."))
    service.ask(review, queries.title_of(review))
    return review


@blueprint.get("/<int:filing_review_id>")
@requires(READ)
def show(filing_review_id: int) -> ResponseReturnValue:
    review = queries.get_review(filing_review_id)
    if asked_by_htmx() and review.state is not ReviewState.running:
        return "", {"HX-Refresh": "true"}  # the page that waited for the end
    return render_template(
        "review/show.html",
        kinds=reports.by_kind(review),
        measures=MEASURE_TITLES,
        measure_tones=listings.MEASURE_TONES,
        **_head(review, "show"),
    )


@blueprint.get("/<int:filing_review_id>/dossiers")
@requires(READ)
def dossiers(filing_review_id: int) -> ResponseReturnValue:
    review = queries.get_review(filing_review_id)
    described = listings.looked_at(review, business_day())
    return listing.answer(described, "review/dossiers.html", **_head(review, "dossiers"))


@blueprint.get("/<int:filing_review_id>/compared")
@requires(READ)
def compared(filing_review_id: int) -> ResponseReturnValue:
    review = queries.get_review(filing_review_id)
    titles = {"new": _("New"), "repeated": _("Repeated"), "cured": _("Mended")}
    groups = reports.compared(review, titles, business_day())
    return render_template("review/compared.html", groups=groups, fault=fault, **_head(review, "compared"))


def _head(review: FilingReview, here: str) -> dict[str, Any]:
    running = review.state is ReviewState.running
    return {
        "review": review,
        "name": name_of(review),
        "state": STATE_TITLES[review.state],
        "tone": listings.STATE_TONES[review.state],
        "why": why_of(review),
        "started": started_by(review),
        "scores": reports.scored(review),
        "progress": reports.progress(review) if running else None,
        "job": find_job(review.job_id) if running and review.job_id else None,
        "tabs_of": tabs(review, here),
        "actions": WORKFLOW.offered(review, g.actor.permissions),
        "samples_url": _address("review_sampling.index", review),
        "report_url": "" if running else _address("review_papers.report", review),
        "events": history.happenings("filing_review", review.id),
    }


def _address(endpoint: str, review: FilingReview) -> str:
    """Of a page of the rooms beside this one, "" where it is not there."""
    return url_for(endpoint, filing_review_id=review.id) if endpoint in current_app.view_functions else ""


@blueprint.route("/<int:filing_review_id>/sign", methods=["GET", "POST"])
@requires(SIGN)
@confirmed_for_this
def sign(filing_review_id: int) -> ResponseReturnValue:
    review, form = queries.get_review(filing_review_id), SignForm()
    free = not hindered(form, WORKFLOW.hindrance(review, "sign"))
    stand_on(form, review)
    current = form.validate_on_submit() and free and is_current(form, review, fields=("remark",))
    if current and attempt(form, service.sign, review, form.remark.data or ""):
        flash(_("The review is signed off. Nothing in it changes any more."))
        return redirect(address(review), 303)
    kinds, intro = reports.by_kind(review), f"{name_of(review)} {review.day.isoformat()}"
    shown = {"review": review, "kinds": kinds, "intro": intro, "button": _("Sign off")}
    return form_page(form, _("Sign the review off"), address(review), "review/sign.html", **shown)


@blueprint.get("/due")
@requires(READ)
def due() -> ResponseReturnValue:
    return listing.answer(listings.coming_up(business_day()))
