"""The register of bills, a bill with everything about it, and what can be done with one."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.ledger import account as accounts
from crm.billing.ledger import listings, queries, service
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.forms import AskForm, DisputeForm, ReleaseForm, SplitForm, WaiverForm
from crm.billing.ledger.grounds import ground_of
from crm.billing.ledger.models import Adjustment, AdjustmentKind, AdjustmentRequest, Allocation, Bill
from crm.billing.ledger.notes import notes_of
from crm.billing.ledger.notes import parts as bill_parts
from crm.billing.ledger.offers import ASK_TITLES
from crm.billing.ledger.service import Wish
from crm.billing.ledger.views.account import TITLES, requests_of
from crm.billing.ledger.views.pages import (
    READ,
    RUN,
    TAKE,
    bill_address,
    blueprint,
    evidence_id,
    facts_of_bill,
    step,
)
from crm.dates import business_day
from crm.lists import listing
from crm.properties.parts import sections_of
from crm.tenants.history import happenings
from crm.tenants.queries import get_customer
from crm.web.forms import choices


@blueprint.route("/bills", methods=["GET", "POST"])
@requires(READ)
def bills() -> ResponseReturnValue:
    return listing.answer(listings.bills(business_day()))


@blueprint.get("/bills/<int:bill_id>")
@requires(READ)
def bill(bill_id: int) -> ResponseReturnValue:
    found = queries.get_bill(bill_id, Bill.estate)
    return render_template(
        "billing/bill.html",
        bill=found,
        line=accounts.line_of(found),
        day=business_day(),
        titles=TITLES,
        settled=accounts.allocations(Allocation.bill_id == found.id),
        booked=accounts.adjustments(Adjustment.bill_id == found.id),
        requests=requests_of(AdjustmentRequest.bill_id == found.id),
        disputes=[(each, ground_of(each)) for each in queries.disputes_of(found.id)],
        stood_for=queries.stood_for(found),
        parts=[(part, days_in_words(part.begins, part.ends)) for part in queries.replacements_of(found.id)],
        notes=notes_of(found),
        sections=sections_of(bill_parts, found),
        events=happenings("bill", found.id),
    )


@blueprint.route("/bills/<int:bill_id>/ask/<any(waiver, write_off, void):wish>", methods=["GET", "POST"])
@requires(TAKE)
def ask(bill_id: int, wish: str) -> ResponseReturnValue:
    """减免, 核销, 作废: somebody else decides."""
    found, kind = queries.get_bill(bill_id), AdjustmentKind(wish)
    form = WaiverForm(amount=found.open) if kind is AdjustmentKind.waiver else AskForm()
    return step(
        form,
        str(ASK_TITLES[kind]),
        service.request_hindrance(found, kind),
        lambda: service.request(found, wish_of(found, kind, form)),
        customer=found.customer,
        facts=facts_of_bill(found),
        back=bill_address(found),
        told=_what_it_means(kind),
        button=_("Ask for it"),
    )


def wish_of(document: Any, kind: AdjustmentKind, form: Any) -> Wish:
    """Of a form without a sum the whole one."""
    amount = form.amount.data if "amount" in form else service.most(document, kind)
    proof = evidence_id(form, document.estate_id)
    return Wish(kind=kind, amount=amount, reason=form.reason.data, upload_id=proof)


def _what_it_means(kind: AdjustmentKind) -> str:
    return {
        AdjustmentKind.waiver: _("The sum is taken off the bill once somebody else has approved it."),
        AdjustmentKind.write_off: _("All that is open is given up once somebody else has approved it."),
        AdjustmentKind.void: _("The bill counts no more once somebody else has approved it; what was paid is credit."),
    }[kind]


@blueprint.route("/bills/<int:bill_id>/dispute", methods=["GET", "POST"])
@requires(TAKE)
def dispute(bill_id: int) -> ResponseReturnValue:
    found, form = queries.get_bill(bill_id), DisputeForm()
    form.offer(found.customer_id)
    return step(
        form,
        _("Note a dispute"),
        service.dispute_hindrance(found, queries.standing_of(found)),
        lambda: _dispute(found, form),
        customer=found.customer,
        facts=facts_of_bill(found),
        back=bill_address(found),
    )


def _dispute(bill: Bill, form: Any) -> None:
    service.dispute(bill, form.reason.data, form.until.data, form.ground)


@blueprint.route("/bills/<int:bill_id>/release", methods=["GET", "POST"])
@requires(TAKE)
def release(bill_id: int) -> ResponseReturnValue:
    found, form = queries.get_bill(bill_id), ReleaseForm()
    return step(
        form,
        _("End the dispute"),
        "" if queries.standing_of(found).dispute else _("This line is not disputed."),
        lambda: service.release_dispute(found, form.outcome.data or ""),
        customer=found.customer,
        facts=facts_of_bill(found),
        back=bill_address(found),
    )


@blueprint.route("/bills/<int:bill_id>/split", methods=["GET", "POST"])
@requires(RUN)
def split(bill_id: int) -> ResponseReturnValue:
    """过户: the buyer is offered among those who own the unit, with the day they began."""
    found = queries.get_bill(bill_id)
    buyers = queries.owners_besides(found.unit_id or 0, found.customer_id)
    form = SplitForm(day=next((row.starts for row in buyers if _within(found, row.starts)), None))
    form.buyer_id.choices = choices({row.id: row.name for row in buyers})
    return step(
        form,
        _("Split at a transfer"),
        service.split_hindrance(found) or ("" if buyers else queries.nobody_else()),
        lambda: _split(found, form),
        customer=found.customer,
        facts=facts_of_bill(found),
        back=bill_address(found),
        told=_("The bill becomes void; two stand for it that add up to it. What was paid settles the seller's part."),
    )


def _split(bill: Bill, form: Any) -> None:
    service.split(bill, form.day.data, get_customer(form.buyer_id.data))


def _within(bill: Bill, day: Any) -> bool:
    return day is not None and bill.begins < day < bill.ends
