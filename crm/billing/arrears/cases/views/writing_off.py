"""核销: asking for the write-off of several bills of an account in one go."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.cases import writing_off
from crm.billing.arrears.cases.forms import WriteOffForm
from crm.billing.arrears.cases.views.pages import REVIEW, blueprint
from crm.billing.arrears.cases.writing_off import Candidate
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.models import AdjustmentRequest
from crm.billing.ledger.views.pages import account_address, evidence_id
from crm.dates import business_day
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer
from crm.web.forms import attempt, choices, form_page, hindered
from crm.web.templating import day as shown_day
from crm.web.templating import money


@blueprint.route("/customers/<int:customer_id>/write-off", methods=["GET", "POST"])
@requires(REVIEW)
def write_off(customer_id: int) -> ResponseReturnValue:
    """What has run out or is old is ticked; the books' own two people decide about each bill."""
    customer, today = get_customer(customer_id), business_day()
    found = writing_off.candidates(customer, today)
    possible = [each for each in found if not each.hindrance]
    form = WriteOffForm(bills=[each.bill.id for each in possible if each.proposed])
    form.bills.choices = choices({each.bill.id: _told(each) for each in found})
    if not form.is_submitted():
        hindered(form, "" if possible else _("Nothing is open here that could be written off now."))
    if form.validate_on_submit() and (asked := attempt(form, _ask, customer, form)):
        total = money(sum(each.amount for each in asked))
        flash(_("%(count)s write-offs of %(sum)s yuan are asked for.", count=len(asked), sum=total))
        return redirect(account_address(customer.id, "adjustments"), 303)
    return form_page(
        form,
        _("Ask for write-offs"),
        account_address(customer.id),
        "billing/arrears/cases/write_off.html",
        customer=customer,
        button=_("Ask for write-offs"),
        hindered_bills=[(_told(each), each.hindrance) for each in found if each.hindrance],
    )


def _ask(customer: Customer, form: Any) -> list[AdjustmentRequest]:
    proof = evidence_id(form, customer.estate_id)
    return list(writing_off.ask_for_write_offs(customer, form.bills.data, form.reason.data, proof))


def _told(each: Candidate) -> str:
    """The line beside the box."""
    bill = each.bill
    unit = bill.unit.label if bill.unit else ""
    marks = [_("limitation has run out")] if each.has_run_out else []
    parts = [bill.item.name, days_in_words(bill.begins, bill.ends), unit]
    parts += [_("due on %(day)s", day=shown_day(bill.due_on)), _("%(sum)s yuan", sum=money(bill.open)), *marks]
    return " · ".join(filter(None, parts))
