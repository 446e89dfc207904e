"""Asking for a pack, and fetching the ones that were made."""

from __future__ import annotations

from secrets import token_hex

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed, require_confirmation
from crm.auth.permissions import Permission, requires
from crm.billing.arrears.cases.models import LegalCase
from crm.billing.arrears.cases.queries import get_case, live_case, overdue_bills
from crm.billing.arrears.evidence import jobs, queries, service
from crm.billing.arrears.evidence.forms import AskForm
from crm.billing.ledger.views.pages import account_address
from crm.dates import business_day
from crm.jobs.service import address
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer
from crm.web.application import LARGEST_ID
from crm.web.download import attachment
from crm.web.forms import attempt, form_page

blueprint = Blueprint("evidence", __name__, url_prefix="/arrears/evidence")
REVIEW = Permission.arrears_review


@blueprint.route("/customers/<int:customer_id>", methods=["GET", "POST"])
@requires(REVIEW)
def ask(customer_id: int) -> ResponseReturnValue:
    """With the packs that were made before; of `?case=` about the bills of that case."""
    customer = get_customer(customer_id)
    case, form = _case(customer), AskForm(key=token_hex(16))
    if form.is_submitted():
        require_confirmation()
    if form.validate_on_submit() and (job := attempt(form, jobs.ask, customer, case, form.reason.data, form.key.data)):
        return redirect(address(job), 303)
    bills = [each.bill for each in case.bills] if case else overdue_bills(customer, business_day())
    return form_page(
        form,
        _("Evidence pack"),
        url_for("cases.show", legal_case_id=case.id) if case else account_address(customer.id),
        "billing/arrears/evidence/ask.html",
        customer=customer,
        case=case,
        bills=sum(1 for bill in bills if bill.open),
        total=sum(bill.open for bill in bills),
        packs=queries.packs_of(customer),
        button=_("Make the pack"),
    )


def _case(customer: Customer) -> LegalCase | None:
    """The one named in the address, or the customer's live one."""
    wanted = request.args.get("case", type=int)
    if wanted is None:
        live = live_case(customer)
        wanted = live.id if live else None
    if wanted is None:
        return None
    case = get_case(min(wanted, LARGEST_ID))
    return case if case.customer.kept_id == customer.id else abort(404)


@blueprint.post("/<int:evidence_pack_id>")
@requires(REVIEW)
@confirmed
def fetch(evidence_pack_id: int) -> ResponseReturnValue:
    """The file; every fetch is noted."""
    pack = queries.get_pack(evidence_pack_id)
    return attachment(service.fetch(pack), pack.upload.name, pack.upload.stored.media_type)
