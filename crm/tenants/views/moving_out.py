"""The end of a tie to a unit, with a checklist where it is the last; closing the file and opening it again."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.models.dossier import WORKFLOW
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.tenants import listings, moving_out, queries, service
from crm.tenants.forms import EndOccupancyForm, MoveOutForm, ReopenFileForm
from crm.tenants.models import Customer, Occupancy
from crm.tenants.views.pages import EDIT, back_to, blueprint, file_address, part_form
from crm.web.forms import attempt, form_page


@blueprint.route("/occupancies/<int:occupancy_id>/end", methods=["GET", "POST"])
@requires(EDIT)
def end_occupancy(occupancy_id: int) -> ResponseReturnValue:
    occupancy = queries.get_part(Occupancy, occupancy_id)
    customer = queries.get_customer(occupancy.customer_id, Customer.occupancies)
    if address := moving_out.led_to(customer, occupancy, business_day()):
        return redirect(address)
    if moving_out.is_last(customer, occupancy):
        return _move_out(customer, occupancy)
    form = EndOccupancyForm(ends=business_day())
    if form.validate_on_submit() and attempt(form, service.end_occupancy, occupancy, form.ends.data):
        return back_to(customer.id, "people")
    return part_form(form, customer, _("End the tie to the unit"), "people")


def _move_out(customer: Customer, occupancy: Occupancy) -> ResponseReturnValue:
    form = MoveOutForm(ends=business_day())
    act, reason = moving_out.move_out, form.reason.data or ""
    if form.validate_on_submit() and attempt(form, act, customer, occupancy, form.ends.data, reason):
        flash(_("%(name)s has moved out.", name=customer.name))
        return back_to(customer.id, "overview")
    left = moving_out.left_units(customer, occupancy, form.ends.data or business_day())
    return form_page(
        form,
        _("Move out"),
        file_address(customer.id, "people"),
        "tenants/move_out.html",
        intro=f"{customer.name} {customer.code}",
        still_open=moving_out.still_open(customer, left),
    )


@blueprint.get("/moved-out")
@requires(EDIT)
def files_to_close() -> ResponseReturnValue:
    return listing.answer(listings.files_to_close(business_day()))


@blueprint.post("/customers/<int:customer_id>/file/close")
@requires(WORKFLOW["close"].permission)  # type: ignore[arg-type]
def close_file(customer_id: int) -> ResponseReturnValue:
    """封卷."""
    customer = queries.get_customer(customer_id, Customer.occupancies)
    moving_out.close_file(customer, business_day())
    flash(_("The file is closed."))
    return back_to(customer.id, "archive")


@blueprint.route("/customers/<int:customer_id>/file/reopen", methods=["GET", "POST"])
@requires(WORKFLOW["reopen"].permission)  # type: ignore[arg-type]
def reopen_file(customer_id: int) -> ResponseReturnValue:
    customer, form = queries.get_customer(customer_id, Customer.occupancies), ReopenFileForm()
    act, day = moving_out.reopen_file, business_day()
    if form.validate_on_submit() and attempt(form, act, customer, day, form.reason.data):
        flash(_("The file is open again."))
        return back_to(customer.id, "archive")
    return part_form(form, customer, _("Open the file again"), "archive")
