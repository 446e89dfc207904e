"""The blueprint of notices, and what its pages share."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.correspondence.notices.models import Notice

blueprint = Blueprint("notices", __name__, url_prefix="/notices")
READ, WRITE = Permission.letter_read, Permission.notice_write
ISSUE, DELIVER = Permission.notice_issue, Permission.notice_deliver
PURPOSE = "notice_delivery"  # of photographs and signatures in the store; fetched from the entry they belong to


def new_key() -> str:
    """Of a form that is opened: sent twice, it does its work once."""
    return token_hex(12)


def back_to(notice: Notice) -> str:
    return url_for("notices.show", household_notice_id=notice.id)


def about(notice: Notice) -> str:
    return " · ".join(filter(None, (notice.number, notice.subject, notice.estate.name)))


def tabs(notice: Notice, here: str, tally: Any) -> list[Any]:
    told: dict[str, Any] = {"household_notice_id": notice.id}
    return [
        (_("Notice"), url_for("notices.show", **told), here == "show"),
        (_("Households"), url_for("notices.households", **told), here == "households", tally.households),
        (_("Unreached"), url_for("notices.unreached_of", **told), here == "unreached", tally.unreached),
    ]
