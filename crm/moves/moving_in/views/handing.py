"""Telephones and emergency contacts; keys; and what is said of a part as a whole."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.moves.keys import entering
from crm.moves.keys.forms import AddKeyForm
from crm.moves.keys.kinds import KINDS
from crm.moves.keys.models import HOLDER_TITLES
from crm.moves.keys.queries import slips_about
from crm.moves.keys.service import add_key
from crm.moves.moving_in import queries, service
from crm.moves.moving_in.forms import ContactForm, MarkForm
from crm.moves.moving_in.models import MoveIn, Part, Standing
from crm.moves.moving_in.queries import KIND
from crm.moves.moving_in.service.steps import hold_open
from crm.moves.moving_in.views.pages import HANDLE, address, blueprint, onwards, part_page
from crm.tenants import service as tenants
from crm.tenants.models import Customer, Source
from crm.tenants.queries import get_customer
from crm.web.forms import attempt


@blueprint.route("/<int:move_in_id>/contacts", methods=["GET", "POST"])
@requires(HANDLE)
def contacts(move_in_id: int) -> ResponseReturnValue:
    move_in = queries.get_move_in(move_in_id)
    customer, form = _with_numbers(move_in), ContactForm()
    if form.validate_on_submit() and attempt(form, _contact, move_in, customer, form):
        flash(_("It stands in the customer's file."))
        return redirect(address(move_in, Part.contacts), 303)
    return part_page(move_in, Part.contacts, [form], form=form, customer=customer, day=business_day())


def _with_numbers(move_in: MoveIn) -> Customer:
    return get_customer(move_in.customer_id, Customer.phones, Customer.emergency_contacts)


def _contact(move_in: MoveIn, customer: Customer, form: Any) -> None:
    hold_open(move_in)
    if digits := form.phone.data:
        _telephone(customer, digits, tried=bool(form.tried.data))
    if form.name.data:
        tenants.add_emergency_contact(
            customer,
            name=form.name.data,
            relation=form.relation.data,
            phone=form.contact_phone.data,
            position=1 + sum(each.ends is None for each in customer.emergency_contacts),
            holds_spare_key=bool(form.holds_spare_key.data),
        )


def _telephone(customer: Customer, digits: str, *, tried: bool) -> None:
    """One that stands in the file is verified, any other is added."""
    day = business_day()
    known = next((each for each in customer.phones if each.digits == digits and each.lasts_on(day)), None)
    if known is None:
        tenants.add_phone(customer, digits, source=Source.move_in, verified_on=day if tried else None)
    elif tried:
        tenants.verify_phone(known)


@blueprint.route("/<int:move_in_id>/keys", methods=["GET", "POST"])
@requires(HANDLE)
def keys(move_in_id: int) -> ResponseReturnValue:
    """The slip is the move-in's; how many there are is the unit's own."""
    move_in = queries.get_move_in(move_in_id)
    form, held = entering.give_form(move_in.unit, move_in.customer.name)
    del form.customer_id
    if form.validate_on_submit() and (made := attempt(form, _give, move_in, form)):
        flash(_("%(number)s: the keys are handed out.", number=made.number))
        return redirect(address(move_in, Part.keys), 303)
    return _keys_page(move_in, form, held, AddKeyForm(formdata=None))


def _keys_page(move_in: MoveIn, form: Any, held: Any, entry: Any) -> ResponseReturnValue:
    entry.kind.choices = KINDS.choices()
    shown = {"form": form, "held": held, "entry": entry, "holders": HOLDER_TITLES}
    return part_page(move_in, Part.keys, [form, entry], slips=slips_about(KIND, move_in.id), **shown)


def _give(move_in: MoveIn, form: Any) -> Any:
    hold_open(move_in)
    return entering.give(move_in.unit, form, get_customer(move_in.customer_id), (KIND, move_in.id))


@blueprint.post("/<int:move_in_id>/keys/enter")
@requires(HANDLE)
def enter_keys(move_in_id: int) -> ResponseReturnValue:
    """Which keys the unit has, where nobody has entered them yet."""
    move_in, entry = queries.get_move_in(move_in_id), AddKeyForm()
    entry.kind.choices = KINDS.choices()
    given = entry.kind.data, entry.count.data, entry.label.data or ""
    if entry.validate() and attempt(entry, add_key, move_in.unit, *given):
        flash(_("The keys are entered."))
        return redirect(address(move_in, Part.keys), 303)
    form, held = entering.give_form(move_in.unit, move_in.customer.name)
    del form.customer_id
    return _keys_page(move_in, form, held, entry)


def _known(text: str, kind: type[StrEnum]) -> Any:
    """404 for a word that is none of the kind."""
    return kind(text) if text in list(kind) else abort(404)


@blueprint.post("/<int:move_in_id>/parts/<move_in_part>")
@requires(HANDLE)
def mark(move_in_id: int, move_in_part: str) -> ResponseReturnValue:
    """Done, left out for a reason, or open again. The reason is asked for on the part's own page."""
    move_in, form = queries.get_move_in(move_in_id), MarkForm()
    standing = _known(request.form.get("standing", Standing.done.value), Standing)
    marked = _known(move_in_part, Part)
    if form.validate() and attempt(form, service.mark, move_in, marked, standing, form.words.data or ""):
        flash(_("Noted."))
        return onwards(move_in, marked)
    for text in [*form.form_errors, *form.words.errors]:
        flash(text, "error")
    return redirect(address(move_in, marked), 303)
