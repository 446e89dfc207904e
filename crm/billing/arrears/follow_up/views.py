"""The log of contacts, who is to be contacted today, and noting a contact."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.auth.views.pages import inside
from crm.billing.arrears.contacts import listings as log
from crm.billing.arrears.contacts import register
from crm.billing.arrears.contacts.models import Contact, ContactChannel, ContactOutcome
from crm.billing.arrears.contacts.service import Talk
from crm.billing.arrears.follow_up import listings
from crm.billing.arrears.follow_up.forms import ContactForm, numbered_outcomes
from crm.billing.arrears.follow_up.present import told_of
from crm.billing.arrears.follow_up.service import note_contact
from crm.billing.arrears.promises.queries import overdue_undisputed
from crm.billing.arrears.promises.service import Vow
from crm.billing.arrears.promises.views.pages import kept
from crm.dates import business_day
from crm.lists import listing
from crm.phones import mask_phone
from crm.properties.queries import visible_estates
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer, units_of
from crm.web.forms import attempt, choices, form_page

blueprint = Blueprint("contacts", __name__, url_prefix="/arrears/contacts")
READ, CONTACT = Permission.arrears_read, Permission.arrears_contact


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(log.contacts())


@blueprint.get("/due")
@requires(READ)
def due() -> ResponseReturnValue:
    """Of the estate chosen in the top bar, or of all one sees."""
    chosen = [estate.id for estate in visible_estates() if g.actor.estate_id in (None, estate.id)]
    return listing.answer(listings.due_today(chosen, business_day()))


@blueprint.route("/customers/<int:customer_id>/new", methods=["GET", "POST"])
@requires(CONTACT)
def new(customer_id: int) -> ResponseReturnValue:
    """`next` in the address: the page of ours to go back to."""
    customer = get_customer(customer_id, Customer.phones)
    back = inside(request.values.get("next") or url_for("arrears_account.show", customer_id=customer.id))
    form = _form(customer)
    if form.validate_on_submit() and attempt(form, _note, customer, form):
        flash(_("Noted, with the promise.") if form.promises else _("Noted."))
        return redirect(back, 303)
    return _page(customer, form, back)


def _form(customer: Customer) -> Any:
    usual = {
        "talked_to": customer.name,
        "given_by": customer.name,
        "contacted_on": business_day(),
        "amount": overdue_undisputed(customer.id, business_day()) or None,
        "outcome": request.args.get("outcome", ""),
    }
    form: Any = ContactForm(data=usual)
    form.outcome.choices = numbered_outcomes()
    steps = register.spoken_steps(customer.estate_id)
    form.step_id.choices = choices(steps, empty=_("No step"))
    if not steps:
        del form.step_id
    return form


def _note(customer: Customer, form: Any) -> Contact:
    channel = ContactChannel(form.channel.data)
    talk = Talk(
        channel=channel,
        outcome=ContactOutcome(form.outcome.data),
        contacted_on=form.contacted_on.data,
        talked_to=form.talked_to.data or "",
        words=form.words.data or "",
        again_on=form.again_on.data,
        step_id=form.step_id.data if "step_id" in form else None,
    )
    return note_contact(customer, talk, _vow(customer, form, channel) if form.promises else None)


def _vow(customer: Customer, form: Any, channel: ContactChannel) -> Vow:
    return Vow(
        amount=form.amount.data,
        due_on=form.due_on.data,
        channel=channel,
        given_by=form.given_by.data,
        made_on=form.contacted_on.data,
        upload_id=kept(form.proof.data, customer.estate_id),
    )


def _page(customer: Customer, form: Any, back: str) -> ResponseReturnValue:
    day = business_day()
    return form_page(
        form,
        _("Note a contact"),
        back,
        "billing/arrears/contacts/new.html",
        customer=customer,
        units=list(units_of(customer.id, day).values()),
        phones=[(phone, mask_phone(phone.digits)) for phone in customer.phones if phone.lasts_on(day)],
        may_reveal=g.actor.may(Permission.customer_reveal),
        owed=overdue_undisputed(customer.id, day),
        told=told_of(customer.id),
        contacts=log.in_words(register.contacts_of(customer.id)),
    )
