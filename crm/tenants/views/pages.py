"""The blueprint, and what its pages share: the way back to the file."""

from __future__ import annotations

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission
from crm.tenants.models import Customer
from crm.web.forms import BaseForm, form_page

blueprint = Blueprint("tenants", __name__, url_prefix="/tenants")
READ, EDIT, REVEAL = Permission.customer_read, Permission.customer_edit, Permission.customer_reveal


def file_address(customer_id: int, tab: str = "overview") -> str:
    return url_for("tenants.customer", customer_id=customer_id, tab=tab)


def back_to(customer_id: int, tab: str) -> ResponseReturnValue:
    return redirect(file_address(customer_id, tab))


def part_form(form: BaseForm, customer: Customer, title: str, tab: str) -> ResponseReturnValue:
    """The form of a phone, a person, … of the customer, who is named above it."""
    return form_page(form, title, file_address(customer.id, tab), intro=f"{customer.name} {customer.code}")


def may_edit() -> bool:
    return bool(g.actor.may(EDIT))
