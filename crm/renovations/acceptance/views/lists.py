"""Checks that are due, and what is to be put right."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.renovations.acceptance import listings
from crm.renovations.acceptance.views.pages import READ, blueprint


@blueprint.get("/")
@requires(READ)
def due() -> ResponseReturnValue:
    return listing.answer(listings.checks_due(business_day()))


@blueprint.get("/fixes")
@requires(READ)
def fixes() -> ResponseReturnValue:
    return listing.answer(listings.fix_lists(business_day()))
