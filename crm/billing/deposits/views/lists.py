"""The lists: the book, what is due back, what is asked for, the days tied out."""

from __future__ import annotations

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.deposits import listings, reports
from crm.billing.deposits.views.pages import READ, TAKE, blueprint, tabs
from crm.dates import business_day
from crm.lists import listing
from crm.properties.queries import visible_estates

PAGE = "billing/deposits/list.html"


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".choose") if g.actor.may(TAKE) else None
    return listing.answer(
        listings.deposits(), PAGE, tabs=tabs("index"), new_url=new, new_text=_("Take a deposit"), missing=[]
    )


@blueprint.get("/due-back")
@requires(READ)
def due_back() -> ResponseReturnValue:
    return listing.answer(listings.due_back(business_day()), PAGE, tabs=tabs("due_back"), missing=[])


@blueprint.get("/requests")
@requires(READ)
def requests() -> ResponseReturnValue:
    return listing.answer(listings.requests(), PAGE, tabs=tabs("requests"), missing=[])


@blueprint.get("/tie-outs")
@requires(READ)
def tie_outs() -> ResponseReturnValue:
    """With the days nobody tied out, of each estate."""
    chosen = [estate for estate in visible_estates() if g.actor.estate_id in (None, estate.id)]
    today = business_day()
    missing = [(estate, reports.days_not_tied_out(estate.id, today)) for estate in chosen]
    may_enter = g.actor.may(TAKE)
    return listing.answer(
        listings.tie_outs(),
        PAGE,
        tabs=tabs("tie_outs"),
        missing=[(estate, days) for estate, days in missing if days or may_enter],
        may_enter=may_enter,
    )
