"""What the pages of the deposits' book share."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.deposits import queries
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.models import Deposit

blueprint = Blueprint("deposits", __name__, url_prefix="/billing/deposits")
READ, TAKE, APPROVE = Permission.billing_read, Permission.cash_take, Permission.billing_approve


def new_key() -> str:
    """Of a form that is opened: sent twice, it does its work once."""
    return token_hex(16)


def address(deposit_id: int) -> str:
    return url_for("deposits.show", deposit_id=deposit_id)


def to_deposit(deposit: Deposit) -> ResponseReturnValue:
    return redirect(address(deposit.id), 303)


def told(deposit: Deposit) -> str:
    """Whose it is and what is left, above every form about it."""
    left = _("%(sum)s yuan left", sum=f"{deposit.balance:,.2f}")
    unit = deposit.unit.label if deposit.unit else ""
    parts = (KINDS.title_of(deposit.kind), unit, deposit.customer.name, left)
    return " · ".join(part for part in parts if part)


def tabs(here: str) -> list[Any]:
    """The four lists of the book."""
    waiting = queries.waiting_count()
    return [
        (_("The book"), url_for("deposits.index"), here == "index"),
        (_("Due back"), url_for("deposits.due_back"), here == "due_back"),
        (_("Requests"), url_for("deposits.requests", state="live"), here == "requests", waiting or None),
        (_("Tie-out"), url_for("deposits.tie_outs"), here == "tie_outs"),
    ]
