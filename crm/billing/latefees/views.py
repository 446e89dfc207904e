"""Looking at late fees before they are charged, and charging them."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.billing.latefees import listings, service
from crm.billing.latefees.figures import hindrance
from crm.dates import business_day
from crm.lists import listing
from crm.properties.queries import get_estate, visible_estates
from crm.web.forms import BaseForm, attempt

blueprint = Blueprint("latefees", __name__, url_prefix="/billing/overdue")


@blueprint.get("/")
@requires(Permission.billing_read)
def index() -> ResponseReturnValue:
    estates = [estate for estate in visible_estates() if g.actor.estate_id in (None, estate.id)]
    return listing.answer(
        listings.runs(), "billing/late_fees.html", estates=estates, hindrance=hindrance(business_day())
    )


@blueprint.get("/<int:estate_id>")
@requires(Permission.billing_read)
def preview(estate_id: int) -> ResponseReturnValue:
    estate, day = get_estate(estate_id), business_day()
    may = g.actor.may(Permission.billing_run) and not hindrance(day)
    charge_url = url_for(".charge", estate_id=estate.id) if may else None
    return listing.answer(
        listings.to_be_charged(estate, day),
        "billing/late_fee_preview.html",
        estate=estate,
        charge_url=charge_url,
        hindrance=hindrance(day),
    )


@blueprint.route("/<int:estate_id>/charge", methods=["GET", "POST"])
@requires(Permission.billing_run)
def charge(estate_id: int) -> ResponseReturnValue:
    estate, form, day = get_estate(estate_id), BaseForm(), business_day()
    if form.validate_on_submit() and (run := attempt(form, service.charge_late_fees, estate)):
        flash(
            _(
                "%(count)s late fees of %(sum)s yuan together are in the books.",
                count=run.bills,
                sum=f"{run.total:,.2f}",
            )
        )
        return redirect(url_for(".index"))
    count, total = service.preview(estate.id, day)
    page = render_template(
        "billing/late_fee_charge.html", form=form, estate=estate, count=count, total=total, hindrance=hindrance(day)
    )
    return page, 422 if form.is_submitted() else 200
