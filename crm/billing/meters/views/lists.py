"""The lists: all meters, those not read yet, odd readings."""

from __future__ import annotations

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arithmetic import Days, month_of
from crm.billing.meters import listings
from crm.billing.meters.views.pages import READ, RUN, blueprint
from crm.dates import business_day, parse_month
from crm.lists import listing


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".install") if g.actor.may(RUN) else None
    return listing.answer(
        listings.meters(),
        "billing/meters/index.html",
        new_url=new,
        new_text=_("Install a meter"),
        may_run=g.actor.may(RUN),
    )


def month_asked() -> Days:
    """The month in the address, or this one."""
    try:
        return month_of(parse_month(request.args.get("month", ""), business_day()))
    except ValueError:
        return month_of(business_day())


@blueprint.get("/unread")
@requires(READ)
def unread() -> ResponseReturnValue:
    return listing.answer(listings.unread(month_asked()), new_url=None, new_text="")


@blueprint.route("/odd", methods=["GET", "POST"])
@requires(READ)
def anomalies() -> ResponseReturnValue:
    return listing.answer(listings.anomalies(), new_url=None, new_text="")
