"""Receipts: the list, one of them, its prints; a payment taken back; the gap report."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.cashier import listings, papers, queries, service
from crm.billing.cashier.figures import RECEIPT_SIZE
from crm.billing.cashier.forms import PrintForm, ReasonForm
from crm.billing.cashier.models import SIZE_TITLES, PrintSize, Receipt, ReceiptKind
from crm.billing.cashier.reports.gaps import gap_report
from crm.billing.cashier.views.pages import READ, TAKE, blueprint
from crm.billing.ledger import queries as books
from crm.billing.ledger.service import may_alone, take_back_alone
from crm.dates import business_day
from crm.lists import listing
from crm.properties.queries import visible_estates
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import attempt, form_page


@blueprint.get("/receipts/")
@requires(READ)
def receipts() -> ResponseReturnValue:
    return listing.answer(listings.receipts(), "billing/cashier/receipts.html")


@blueprint.get("/receipts/<int:receipt_id>")
@requires(READ)
def receipt(receipt_id: int) -> ResponseReturnValue:
    return _receipt_page(queries.get_receipt(receipt_id), PrintForm())


def _receipt_page(found: Receipt, form: Any) -> ResponseReturnValue:
    page = render_template(
        "billing/cashier/receipt.html",
        receipt=found,
        form=form,
        prints=[(each, SIZE_TITLES[each.paper]) for each in queries.prints_of(found.id)],
        sizes=SIZE_TITLES,
        usual=RECEIPT_SIZE.on(business_day()),
        may_print=g.actor.may(TAKE),
        alone=_may_take_back(found),
        just_paid="paid" in request.args,
        **papers.shown(found),
    )
    return page, 422 if form.is_submitted() else 200


def _may_take_back(found: Receipt) -> bool:
    """Whether one person may take the payment back; else it is asked for, and another decides."""
    if found.kind is not ReceiptKind.payment or found.is_void or not g.actor.may(TAKE):
        return False
    return may_alone(books.get_payment(found.about_id))


@blueprint.post("/receipts/<int:receipt_id>/print")
@requires(TAKE)
def print_receipt(receipt_id: int) -> ResponseReturnValue:
    """The first print needs no reason, each later one does and says so."""
    found, form = queries.get_receipt(receipt_id), PrintForm()
    size = PrintSize(form.size.data) if form.size.data in SIZE_TITLES else PrintSize(RECEIPT_SIZE.on(business_day()))
    form.size.data = size.value
    again = bool(queries.prints_of(found.id))
    if form.validate() and (printed := attempt(form, service.print_receipt, found, size, form.reason.data or "")):
        name = f"{papers.shown(found)['title']} {found.number.text}.pdf"
        return attachment(papers.paper(found, printed, again=again), name, "application/pdf", inline=True)
    return _receipt_page(found, form)


@blueprint.route("/payments/<int:payment_id>/take-back", methods=["GET", "POST"])
@requires(TAKE)
def take_back(payment_id: int) -> ResponseReturnValue:
    """收款撤销, of the same day and small: the receipt becomes void. Anything else is asked for."""
    payment, form = books.get_payment(payment_id), ReasonForm()
    issued = queries.find_receipt(ReceiptKind.payment, payment.id)
    back = url_for(".receipt", receipt_id=issued.id) if issued else url_for(".index")
    if form.validate_on_submit() and attempt(form, take_back_alone, payment, form.reason.data):
        flash(_("The payment is taken back. The receipt keeps its number and is void."))
        return redirect(back)
    if not may_alone(payment) and not form.form_errors:
        form.form_errors.append(_("A second person must approve this."))
    told = f"{payment.customer.name} · {payment.amount:,.2f}"
    return form_page(form, _("Take the payment back"), back, intro=told, button=_("Take back"))


@blueprint.post("/payments/<int:payment_id>/receipt")
@requires(TAKE)
def issue(payment_id: int) -> ResponseReturnValue:
    """For a payment that did not come over the counter, such as a bank collection, when the payer asks for one."""
    made = service.issue_for_payment(books.get_payment(payment_id))
    return redirect(url_for(".receipt", receipt_id=made.id))


@blueprint.get("/receipts/gaps")
@requires(READ)
def gaps() -> ResponseReturnValue:
    found = gap_report(visible_estates())
    whole = all(series.is_whole for series in found)
    return render_template("billing/cashier/gaps.html", series=found, whole=whole)


@blueprint.get("/receipts/gaps.pdf")
@requires(READ)
def gaps_paper() -> ResponseReturnValue:
    found, day = gap_report(visible_estates()), business_day()
    paper = pdf.document("billing/gaps.html", series=found, printed_on=day, clerk=g.actor.name)
    return attachment(paper, f"{_('Gap report')} {day.isoformat()}.pdf", "application/pdf", inline=True)
