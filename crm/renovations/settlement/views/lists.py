"""Settlements, and what is to be settled."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.renovations.settlement import listings
from crm.renovations.settlement.views.pages import READ, blueprint


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.settlements())


@blueprint.get("/due-back")
@requires(READ)
def due_back() -> ResponseReturnValue:
    return listing.answer(listings.to_settle(business_day()))
