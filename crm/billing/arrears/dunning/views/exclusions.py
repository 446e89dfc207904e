"""Who is left out of the dunning."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.dunning import listings, queries, service
from crm.billing.arrears.dunning.forms import EndForm, ExcludeForm
from crm.billing.arrears.dunning.views.pages import READ, REVIEW, account_address, blueprint
from crm.dates import business_day
from crm.lists import listing
from crm.tenants.queries import get_customer
from crm.web.forms import attempt, form_page, hindered, opened_on, stand_on


@blueprint.get("/exclusions")
@requires(READ)
def exclusions() -> ResponseReturnValue:
    return listing.answer(listings.exclusions(business_day()))


@blueprint.route("/customers/<int:customer_id>/exclude", methods=["GET", "POST"])
@requires(REVIEW)
def exclude(customer_id: int) -> ResponseReturnValue:
    customer, form = get_customer(customer_id), ExcludeForm()
    back = account_address(customer.id)
    free = not hindered(form, service.exclusion_hindrance(customer))
    sent = free and form.validate_on_submit()
    if sent and attempt(form, service.exclude, customer, form.reason.data, form.until.data):
        flash(_("%(name)s is left out: no step is taken.", name=customer.name))
        return redirect(back, 303)
    return form_page(form, _("Leave out of dunning"), back, intro=customer.name)


@blueprint.route("/exclusions/<int:dunning_exclusion_id>/end", methods=["GET", "POST"])
@requires(REVIEW)
def end_exclusion(dunning_exclusion_id: int) -> ResponseReturnValue:
    found, form = queries.get_exclusion(dunning_exclusion_id), EndForm()
    stand_on(form, found)
    back = account_address(found.customer_id)
    free = not hindered(form, _("This was ended already.") if found.ended_at else "")
    sent = free and form.validate_on_submit() and opened_on(form, found)
    if sent and attempt(form, service.end, found, form.reason.data):
        flash(_("%(name)s is no longer left out.", name=found.customer.name))
        return redirect(back, 303)
    return form_page(form, _("No longer leave out of dunning"), back, intro=found.customer.name)
