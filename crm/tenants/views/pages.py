"""The blueprint, and what its pages share: a form's page, an attempt, the way back to the file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission
from crm.errors import DomainError
from crm.tenants.models import Customer
from crm.web.forms import BaseForm

blueprint = Blueprint("tenants", __name__, url_prefix="/tenants")
READ, EDIT, REVEAL = Permission.customer_read, Permission.customer_edit, Permission.customer_reveal


def attempt(form: BaseForm, act: Any, *arguments: Any, **given: Any) -> bool:
    """Carry out what a valid form asks; a refusal stands above the form, with what was typed still in it."""
    try:
        act(*arguments, **given)
    except DomainError as refusal:
        form.form_errors.append(str(refusal))
        return False
    return True


def form_page(
    form: BaseForm, title: str, back: str, template: str = "_layout/form.html", **context: Any
) -> ResponseReturnValue:
    page = render_template(template, form=form, title=title, back=back, **context)
    return page, 422 if form.is_submitted() else 200


def file_address(customer_id: int, tab: str = "overview") -> str:
    return url_for("tenants.customer", customer_id=customer_id, tab=tab)


def back_to(customer_id: int, tab: str) -> ResponseReturnValue:
    return redirect(file_address(customer_id, tab))


def part_form(form: BaseForm, customer: Customer, title: str, tab: str) -> ResponseReturnValue:
    """The form of a phone, a person, … of the customer, who is named above it."""
    return form_page(form, title, file_address(customer.id, tab), intro=f"{customer.name} {customer.code}")


def asked_by_htmx() -> bool:
    return "HX-Request" in request.headers


def may_edit() -> bool:
    return bool(g.actor.may(EDIT))
