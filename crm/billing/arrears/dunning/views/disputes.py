"""Which lines are disputed, and ending one."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.dunning import listings, queries
from crm.billing.arrears.dunning.views.pages import READ, REVIEW, account_address, blueprint
from crm.billing.ledger.forms import ReleaseForm
from crm.billing.ledger.service import release_dispute
from crm.dates import business_day
from crm.lists import listing
from crm.web.forms import attempt, form_page, hindered


@blueprint.get("/disputes")
@requires(READ)
def disputes() -> ResponseReturnValue:
    return listing.answer(listings.disputes(business_day()))


@blueprint.route("/disputes/<int:dispute_id>/end", methods=["GET", "POST"])
@requires(REVIEW)
def end_dispute(dispute_id: int) -> ResponseReturnValue:
    found, form = queries.get_dispute(dispute_id), ReleaseForm()
    back = account_address(found.bill.customer_id)
    free = not hindered(form, _("This was ended already.") if found.released_at else "")
    if free and form.validate_on_submit() and attempt(form, release_dispute, found.bill, form.outcome.data):
        flash(_("The dispute is ended: the line counts again."))
        return redirect(back, 303)
    intro = f"{found.bill.customer.name} · {found.bill.item.name} {found.bill.period:%Y-%m}"
    return form_page(form, _("End the dispute"), back, intro=intro)
