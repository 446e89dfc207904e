"""The counter: find who pays, see what is owed and why, take the money, open the receipt."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.cashier import entering, finding, queries
from crm.billing.cashier.figures import DRAWER_SHOWN
from crm.billing.cashier.models import ReceiptKind
from crm.billing.cashier.reports.account import Account, accounts_of_unit
from crm.billing.cashier.reports.account import account as account_of
from crm.billing.cashier.reports.drawer import drawer
from crm.billing.cashier.views.pages import TAKE, blueprint
from crm.billing.ledger import service as books
from crm.dates import business_day
from crm.db import unit_of_work
from crm.properties.queries import get_unit
from crm.tenants.queries import get_customer
from crm.web.application import own_units
from crm.web.forms import attempt
from crm.web.templating import money


@blueprint.get("/")
@requires(TAKE)
def index() -> ResponseReturnValue:
    return render_template("billing/cashier/index.html", found=None, **_foot())


def _foot() -> dict[str, Any]:
    return {
        "drawer": drawer(),
        "drawer_shown": DRAWER_SHOWN.on(business_day()),
        "unexplained": queries.unexplained_of(g.actor.user_id),
    }


@blueprint.post("/search")
@requires(TAKE)
@own_units
def search() -> ResponseReturnValue:
    """By POST, so that an ID number never stands in an address. The only one found opens at once."""
    text = request.form.get("q", "").strip()
    with unit_of_work(writes=False):
        found = finding.matches(text)
        if (one := finding.the_one(found, text)) is not None:
            return redirect(one.url, 303)
        return render_template("billing/cashier/index.html", found=found, **_foot())


@blueprint.post("/search/suggest")
@requires(TAKE)
@own_units
def suggest() -> ResponseReturnValue:
    """The list under the search box."""
    text = request.form.get("q", "").strip()
    with unit_of_work(writes=False):
        return render_template("billing/cashier/_suggestions.html", found=finding.matches(text), asked=bool(text))


@blueprint.get("/units/<int:unit_id>")
@requires(TAKE)
def unit(unit_id: int) -> ResponseReturnValue:
    """Whose account is it? With one only, there is nothing to choose."""
    found = get_unit(unit_id)
    accounts = accounts_of_unit(found.id, business_day())
    if len(accounts) == 1:
        return redirect(url_for(".account", customer_id=accounts[0].id))
    return render_template("billing/cashier/unit.html", unit=found, accounts=accounts, **_foot())


@blueprint.route("/customers/<int:customer_id>", methods=["GET", "POST"])
@requires(TAKE)
def account(customer_id: int) -> ResponseReturnValue:
    """What is owed, and the payment. The same form sent again leads to the receipt of the first."""
    told = account_of(get_customer(customer_id), business_day())
    form = entering.pay_form(told)
    if form.is_submitted() and (receipt := _receipt_of(form.key.data)) is not None:
        return _to_receipt(receipt)
    if form.validate_on_submit() and (entered := attempt(form, entering.take, told, form)):
        if entered.change is not None:
            flash(_("Change due: %(sum)s yuan.", sum=money(entered.change)), "info")
        return _to_receipt(entered.receipt)
    return _account_page(told, form)


def _receipt_of(key: str) -> Any:
    payment = queries.payment_with_key(key) if key else None
    return queries.find_receipt(ReceiptKind.payment, payment.id) if payment else None


def _to_receipt(receipt: Any) -> ResponseReturnValue:
    return redirect(url_for(".receipt", receipt_id=receipt.id, paid=1), 303)


def _account_page(told: Account, form: Any) -> ResponseReturnValue:
    ticked = form.bill.data or []
    page = render_template(
        "billing/cashier/account.html",
        account=told,
        form=form,
        ticked=ticked,
        ticked_sum=told.sum_of(ticked),
        ticked_capitals=told.capitals_of(ticked),
        **_foot(),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/customers/<int:customer_id>/credit")
@requires(TAKE)
def use_credit(customer_id: int) -> ResponseReturnValue:
    """Settle what is owed from what was paid too much, the oldest due first."""
    customer = get_customer(customer_id)
    used = books.use_credit(customer)
    if used:
        flash(_("%(sum)s yuan of credit settled the oldest lines.", sum=money(used)))
    else:
        flash(_("There was no credit, or nothing it could settle."), "info")
    return redirect(url_for(".account", customer_id=customer.id))
