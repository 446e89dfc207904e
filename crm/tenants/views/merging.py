"""Two files of one customer: the list of likely pairs, the comparison, the merge and its undoing."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.lists import listing
from crm.tenants.merging import listings, queries, reports
from crm.tenants.merging import service as merging
from crm.tenants.merging.forms import MergeForm, ReasonForm, merge_form
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer
from crm.tenants.views.pages import back_to, blueprint, file_address
from crm.web.forms import attempt, form_page

MERGE = Permission.customer_merge


@blueprint.get("/duplicates")
@requires(MERGE)
def duplicates() -> ResponseReturnValue:
    return listing.answer(listings.possible_duplicates(), "tenants/duplicates.html", new_url=None, new_text="")


@blueprint.get("/duplicates/apart")
@requires(MERGE)
def told_apart() -> ResponseReturnValue:
    return listing.answer(listings.told_apart(), "tenants/duplicates.html", new_url=None, new_text="")


@blueprint.route("/customers/<int:customer_id>/merge/<int:other_id>", methods=["GET", "POST"])
@requires(MERGE)
def compare(customer_id: int, other_id: int) -> ResponseReturnValue:
    """Both files side by side; `customer_id` is the one to be kept. POST shows what will happen, and does nothing."""
    compared = _compared(customer_id, other_id)
    form = _form(compared)
    if form.validate_on_submit() and not merging.hindrance(compared.kept, compared.other):
        return _compare_page(compared, form, reports.outlook(compared, form.taken))
    return _compare_page(compared, form)


@blueprint.post("/customers/<int:customer_id>/merge/<int:other_id>/now")
@requires(MERGE)
@confirmed
def merge(customer_id: int, other_id: int) -> ResponseReturnValue:
    compared = _compared(customer_id, other_id)
    kept, other, form = compared.kept, compared.other, _form(compared)
    versions = {kept.id: form.kept_version.data, other.id: form.other_version.data}
    if form.validate() and not merging.hindrance(kept, other):
        merging.merge(kept.id, other.id, versions, form.taken, form.reason.data or "")
        flash(_("%(code)s is merged into this file.", code=other.code))
        return back_to(kept.id, "overview")
    return _compare_page(compared, form)


@blueprint.post("/customers/<int:customer_id>/apart/<int:other_id>")
@requires(MERGE)
def tell_apart(customer_id: int, other_id: int) -> ResponseReturnValue:
    """Not the same customer; with `apart=0` they may be again."""
    one, other, apart = get_customer(customer_id), get_customer(other_id), request.form.get("apart") != "0"
    merging.tell_apart(one, other, apart=apart)
    flash(_("The two files are no longer offered as one customer.") if apart else _("The pair is offered again."))
    return redirect(url_for(".duplicates") if apart else url_for(".told_apart"))


@blueprint.route("/merges/<int:merge_id>/undo", methods=["GET", "POST"])
@requires(MERGE)
@confirmed
def unmerge(merge_id: int) -> ResponseReturnValue:
    made, form = queries.get_merge(merge_id), ReasonForm()
    merged = queries.get_file(made.merged_id)
    if form.validate_on_submit() and attempt(form, merging.unmerge, made, form.reason.data):
        flash(_("%(code)s has its own file again.", code=merged.code))
        return back_to(merged.id, "overview")
    back, intro = file_address(made.kept_id), f"{merged.name} {merged.code}"
    return form_page(form, _("Take the merge back"), back, "tenants/unmerge.html", intro=intro, merge=made)


def _compared(customer_id: int, other_id: int) -> reports.Comparison:
    kept, other = queries.get_file(customer_id), queries.get_file(other_id)
    if kept.id == other.id or kept.estate_id != other.estate_id:
        abort(404)
    return reports.comparison(kept, other, business_day())


def _form(compared: reports.Comparison) -> MergeForm:
    return merge_form(compared.open_facts, data=_versions(compared.kept, compared.other))


def _versions(kept: Customer, other: Customer) -> dict[str, int]:
    return {"kept_version": kept.version, "other_version": other.version}


def _compare_page(
    compared: reports.Comparison, form: MergeForm, outlook: reports.Outlook | None = None
) -> ResponseReturnValue:
    page = render_template(
        "tenants/compare.html",
        compared=compared,
        form=form,
        outlook=outlook,
        hindrance=merging.hindrance(compared.kept, compared.other),
        apart=queries.are_told_apart(compared.kept.id, compared.other.id),
    )
    return page, 200 if outlook or not form.is_submitted() else 422
