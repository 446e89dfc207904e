"""The blueprint of letters, and what its pages share."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.arrears.letters import queries

blueprint = Blueprint("letters", __name__, url_prefix="/arrears/letters")
READ, CONTACT, REVIEW = Permission.arrears_read, Permission.arrears_contact, Permission.arrears_review
PURPOSE = "demand_delivery"  # of photographs and slips in the store; fetched from the entry they belong to


def new_key() -> str:
    """Of a form that is opened: sent twice, it does its work once."""
    return token_hex(16)


def tabs(here: str) -> list[Any]:
    return [
        (_("All letters"), url_for("letters.index"), here == "index"),
        (_("Unreached"), url_for("letters.unreached"), here == "unreached", queries.tally().unreached or None),
        (_("Make letters"), url_for("letters.reviews"), here == "reviews"),
    ]
