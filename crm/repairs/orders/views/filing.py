"""Filing a job: its sheet goes into the customer's dossier."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.repairs.orders import papers, service
from crm.repairs.orders.forms import StepForm
from crm.repairs.orders.models import WORKFLOW
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.views.pages import address, blueprint
from crm.web.forms import attempt, form_page, hindered, opened_on, stand_on


@blueprint.route("/<int:repair_id>/file", methods=["GET", "POST"])
@requires(WORKFLOW["file"].permission)  # type: ignore[arg-type]
def file(repair_id: int) -> ResponseReturnValue:
    order, form = get_order(repair_id), StepForm()
    stand_on(form, order)
    free = not hindered(form, service.hindrance(order, "file"))
    sound = free and form.validate_on_submit() and opened_on(form, order)
    if sound and attempt(form, service.file, order, papers.keep_sheet):
        flash(_("%(number)s is filed.", number=order.number))
        return redirect(address(order))
    told = _("The job's sheet goes into the customer's dossier. What is filed never changes.")
    return form_page(form, str(WORKFLOW["file"].title), address(order), intro=f"{order.number} · {told}")
