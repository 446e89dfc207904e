"""Samples of a review: drawing, the count sheet, entering what was counted."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.lists import listing
from crm.review.models import ADDRESS, WORKFLOW, SampledDossier, Sampling
from crm.review.queries import get_review, title_of
from crm.review.sampling import listings, papers, queries, service
from crm.review.sampling.drawing import usual_size
from crm.review.sampling.figures import LEAST, MOST, PER_CENT
from crm.review.sampling.forms import CountForm, DrawForm, RecountForm
from crm.review.sampling.service import Counted
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, hindered

READ, KEEP = Permission.review_read, Permission.review_keep
blueprint = Blueprint("review_sampling", __name__, url_prefix="/review")
LONGEST = 200


@blueprint.get("/<int:filing_review_id>/samples")
@requires(READ)
def index(filing_review_id: int) -> ResponseReturnValue:
    review = get_review(filing_review_id)
    offers = "sample" in WORKFLOW.offered(review, g.actor.permissions)
    return listing.answer(
        listings.samples(review),
        "review/sampling/index.html",
        review_url=ADDRESS.format(review.id),
        about=title_of(review),
        new_url=url_for(".draw", filing_review_id=review.id) if offers else None,
        new_text=_("Draw a sample"),
    )


@blueprint.route("/<int:filing_review_id>/samples/new", methods=["GET", "POST"])
@requires(KEEP)
def draw(filing_review_id: int) -> ResponseReturnValue:
    review = get_review(filing_review_id)
    there_are, day = len(queries.to_draw_from(review.id)), business_day()
    form: Any = DrawForm(data={"size": usual_size(there_are, PER_CENT.on(day), LEAST.on(day), MOST)})
    form.there_are = there_are
    free = not hindered(form, WORKFLOW.hindrance(review, "sample"))
    drawn = form.validate_on_submit() and free and attempt(form, service.draw, review, form.size.data, form.reason.data)
    if drawn:
        flash(_("The sample is drawn. Print the count sheet, or enter what you count on a phone."))
        return redirect(url_for(".show", sampling_id=drawn.id), 303)
    back = url_for(".index", filing_review_id=review.id)
    told = {"intro": title_of(review), "there_are": there_are, "button": _("Draw")}
    return form_page(form, _("Draw a sample"), back, "review/sampling/draw.html", **told)


@blueprint.get("/samples/<int:sampling_id>")
@requires(READ)
def show(sampling_id: int) -> ResponseReturnValue:
    sampling = queries.get_sampling(sampling_id)
    keeps = g.actor.may(KEEP)
    return listing.answer(
        listings.lines(sampling),
        "review/sampling/show.html",
        sampling=sampling,
        review_url=ADDRESS.format(sampling.review_id),
        about=title_of(sampling.review),
        tally=queries.tally(Sampling.id == sampling.id),
        proven=sampling.recount_of_id is None and service.draws_again(sampling),
        recount_id=queries.recount_of(sampling.id),
        may_count=keeps,
        may_recount=keeps and not service.recount_hindrance(sampling),
    )


@blueprint.get("/samples/<int:sampling_id>/sheet.pdf")
@requires(READ)
def sheet(sampling_id: int) -> ResponseReturnValue:
    """抽查盘点表."""
    sampling = queries.get_sampling(sampling_id)
    name = f"{_('Count sheet of a sample')} {title_of(sampling.review)}.pdf"
    return attachment(papers.count_sheet(sampling), name, "application/pdf", inline=True)


@blueprint.get("/samples/<int:sampling_id>/count")
@requires(KEEP)
def go_on(sampling_id: int) -> ResponseReturnValue:
    """To the dossier whose label was scanned or whose code was typed; else to the next one that is left."""
    sampling, code = queries.get_sampling(sampling_id), request.args.get("code", "").strip()[:LONGEST]
    if code:
        scanned = re.search(r"/dossiers/(\d{1,9})$", code)
        at = queries.found_at(sampling.id, code, int(scanned[1]) if scanned else None)
        if at is None:
            flash(_("The dossier %(code)s is not in this sample.", code=code), "warning")
            return redirect(url_for(".show", sampling_id=sampling.id), 303)
    else:
        at = queries.next_to_count(sampling.id)
    return _at(sampling, at)


def _at(sampling: Sampling, position: int | None) -> ResponseReturnValue:
    if position is None:
        return redirect(url_for(".show", sampling_id=sampling.id), 303)
    return redirect(url_for(".count", sampling_id=sampling.id, position=position), 303)


@blueprint.route("/samples/<int:sampling_id>/count/<int:position>", methods=["GET", "POST"])
@requires(KEEP)
def count(sampling_id: int, position: int) -> ResponseReturnValue:
    """Blind: neither the page nor the form knows what the books say."""
    sampling = queries.get_sampling(sampling_id)
    line, form = queries.get_line(sampling, position), CountForm()
    free = not hindered(form, service.count_hindrance(line))
    counted = form.validate_on_submit() and free and attempt(form, service.count, line, _found(form))
    if counted:
        flash(_told(line, counted), "success" if counted.agrees else "warning")
        return _at(sampling, queries.next_to_count(sampling.id, position))
    back = url_for(".show", sampling_id=sampling.id)
    told = {"intro": _named(sampling), "sampling": sampling, "line": line, "button": _("Enter the count")}
    return form_page(form, _("What lies there"), back, "review/sampling/count.html", **told)


def _named(sampling: Sampling) -> str:
    return f"{_('Sample of the paper')} {title_of(sampling.review)}"


def _found(form: CountForm) -> Counted:
    figures = {name: form[name].data for name in ("documents", "pages", "sheets")}
    return Counted(there=not form.absent.data, remark=form.remark.data or "", **figures)


def _told(line: SampledDossier, counted: Any) -> str:
    code = line.dossier.code or line.dossier.title
    if not counted.there:
        return _("%(code)s: not in its place. The archivist has it as a task.", code=code)
    if counted.agrees:
        return _("%(code)s agrees with the books.", code=code)
    names = {"documents": _("Documents"), "pages": _("Page count"), "sheets": _("Sheets")}
    more = {name: getattr(counted, name) - getattr(line, name) for name in names}
    differences = _(", ").join(f"{title} {more[name]:+d}" for name, title in names.items() if more[name])
    return _("%(code)s differs from the books: %(differences)s.", code=code, differences=differences)


@blueprint.route("/samples/<int:sampling_id>/recount", methods=["GET", "POST"])
@requires(KEEP)
def recount(sampling_id: int) -> ResponseReturnValue:
    """Of what differs: after it was mended, or where it was counted wrongly."""
    sampling, form = queries.get_sampling(sampling_id), RecountForm()
    free = not hindered(form, service.recount_hindrance(sampling))
    drawn = form.validate_on_submit() and free and attempt(form, service.recount, sampling, form.reason.data)
    if drawn:
        flash(_("What differs is to be counted again."))
        return redirect(url_for(".show", sampling_id=drawn.id), 303)
    back = url_for(".show", sampling_id=sampling.id)
    return form_page(form, _("Count again what differs"), back, intro=_named(sampling), button=_("Count again"))
