"""A customer's statement on screen and on paper; what was charged and collected, with its picture."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.billing.statements import figures, listings
from crm.billing.statements.figures import By
from crm.billing.statements.forms import DaysForm
from crm.billing.statements.statement import Statement, statement
from crm.dates import business_day
from crm.db import session
from crm.lists import listing
from crm.money import in_capitals
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer
from crm.web import pdf
from crm.web.download import attachment

READ = Permission.billing_read
BARS = 24  # of the picture; the list has them all
blueprint = Blueprint("statements", __name__, url_prefix="/billing/statements")


@blueprint.get("/customers/<int:customer_id>")
@requires(READ)
def customer(customer_id: int) -> ResponseReturnValue:
    found, form = get_customer(customer_id), _days()
    told = _statement(found, form)
    page = render_template("billing/statement.html", customer=found, form=form, statement=told)
    return page, 200 if told else 422


@blueprint.get("/customers/<int:customer_id>/statement.pdf")
@requires(READ)
def paper(customer_id: int) -> ResponseReturnValue:
    """对账单 for the customer's signature."""
    found, form = get_customer(customer_id), _days()
    told = _statement(found, form) or statement(found, *_this_year())
    printed = pdf.document(
        "billing/statement.html",
        statement=told,
        estate=found.estate,
        capitals=in_capitals(told.closing),
        code=pdf.qr(url_for(".customer", customer_id=found.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
    name = f"{_('Statement')} {found.code} {found.name}.pdf"
    return attachment(printed, name, "application/pdf", inline=True)


def _days() -> DaysForm:
    begins, last = _this_year()
    return DaysForm(request.args or None, begins=begins, last=last)


def _this_year() -> tuple[date, date]:
    return business_day().replace(month=1, day=1), business_day()


def _statement(found: Customer, form: DaysForm) -> Statement | None:
    """None, with the reason at the field, where the days are wrong."""
    valid = not request.args or form.validate()
    begins, last = (form.begins.data, form.last.data) if valid else (None, None)
    if begins is None or last is None:
        return None
    if last < begins:
        form.last.errors = [_("The last day must not lie before the first.")]
        return None
    return statement(found, begins, last)


@blueprint.get("/figures")
@requires(READ)
def collected() -> ResponseReturnValue:
    """`by` in the address: month, item, building or estate."""
    by = By(request.args["by"]) if request.args.get("by") in set(By) else By.month
    told = listings.collected(by, business_day().year)
    rows = session().execute(told.query.order_by(*told.order).limit(BARS)).all()
    shown = list(reversed(rows)) if by is By.month else rows
    tabs = [(title, url_for(".collected", by=kind.value), kind is by) for kind, title in figures.BY_TITLES.items()]
    return listing.answer(
        told, "billing/figures.html", tabs_of=tabs, by=by, bars=figures.bars(list(shown), listings.group_title(by))
    )
