"""The list of what runs out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.billing.arrears.limitation import listings
from crm.dates import business_day
from crm.lists import listing

blueprint = Blueprint("limitation", __name__, url_prefix="/arrears/limitation")
PAGE = "billing/arrears/limitation/list.html"


def _tabs(here: str) -> list[Any]:
    return [
        (_("By bill"), url_for("limitation.index"), here == "index"),
        (_("By customer"), url_for("limitation.customers"), here == "customers"),
    ]


@blueprint.get("/")
@requires(Permission.arrears_read)
def index() -> ResponseReturnValue:
    return listing.answer(listings.bills(business_day()), PAGE, tabs=_tabs("index"))


@blueprint.get("/customers")
@requires(Permission.arrears_read)
def customers() -> ResponseReturnValue:
    return listing.answer(listings.customers(business_day()), PAGE, tabs=_tabs("customers"))
