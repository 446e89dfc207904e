"""Who takes the unit over: a customer who has a file, or a new one, whose numbers are checked; each with a share."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.errors import DomainError
from crm.moves.leaving import service
from crm.moves.leaving.forms import BuyerForm, NewCompanyForm, NewPersonForm
from crm.moves.leaving.models import WORKFLOW, Leaving, LeavingParty, Side
from crm.moves.leaving.queries import get_leaving
from crm.moves.leaving.service import STEPS, Buyer, Said
from crm.moves.leaving.standing import NOUGHT, share_to_give
from crm.moves.leaving.views.pages import HANDLE, blueprint, intro
from crm.tenants import service as tenants
from crm.tenants.models import KIND_TITLES, Customer, CustomerKind, Source
from crm.tenants.queries import files_called
from crm.tenants.registering import similar_to, values_of
from crm.web.forms import attempt, form_page, hindered

FORMS: dict[CustomerKind, type[Any]] = {CustomerKind.person: NewPersonForm, CustomerKind.company: NewCompanyForm}


def _page(leaving: Leaving, form: Any, template: str, **context: Any) -> ResponseReturnValue:
    left = share_to_give(leaving) - sum((party.share or NOUGHT for party in leaving.of(Side.buys)), NOUGHT)
    title, back = str(WORKFLOW["buyers"].title), url_for(".show", leaving_id=leaving.id)
    shown = {"thing": leaving, "left": left, "buyers": leaving.of(Side.buys), "kinds": KIND_TITLES}
    return form_page(form, title, back, template, intro=intro(leaving), **shown, **context)


@blueprint.route("/<int:leaving_id>/buyers", methods=["GET", "POST"])
@requires(HANDLE)
def buyers(leaving_id: int) -> ResponseReturnValue:
    leaving, form = get_leaving(leaving_id), BuyerForm(key=secrets.token_hex(12))
    possible = not hindered(form, STEPS.hindrance(leaving, "buyers"))
    if possible and form.validate_on_submit() and (made := attempt(form, _name, leaving, form)):
        flash(_("%(name)s takes over.", name=made.customer.name))
        return redirect(url_for(".buyers", leaving_id=leaving.id))
    return _page(get_leaving(leaving_id), form, "moves/leaving/buyers.html")


def _name(leaving: Leaving, form: Any) -> LeavingParty | None:
    """A form sent twice names once."""
    if STEPS.is_repeat(leaving, form.key.data, "buyers"):
        return leaving.of(Side.buys)[-1]
    customer = _called(leaving.estate_id, form.customer.data)
    return service.name_buyer(leaving, Buyer(customer=customer, share=form.share.data), Said(key=form.key.data))


def _called(estate_id: int, text: str) -> Customer:
    known = files_called(estate_id, text)
    if len(known) == 1:
        return known[0]
    if known:
        raise DomainError(_("Several customers are called %(name)s: write the number of the file.", name=text))
    raise DomainError(_("There is no customer %(name)s in this estate: register them below.", name=text))


@blueprint.route("/<int:leaving_id>/buyers/new", methods=["GET", "POST"])
@requires(HANDLE)
def new_buyer(leaving_id: int) -> ResponseReturnValue:
    """The check digits are looked at, and who may have a file already is told."""
    leaving = get_leaving(leaving_id)
    kind = CustomerKind.company if request.args.get("kind") == "company" else CustomerKind.person
    form = FORMS[kind](key=secrets.token_hex(12))
    similar: Sequence[Any] = []
    if not hindered(form, STEPS.hindrance(leaving, "buyers")) and form.validate_on_submit():
        form.complete()
        similar = similar_to(form, leaving.estate_id)
        if (not similar or form.anyway.data) and attempt(form, _register, leaving, kind, form):
            return redirect(url_for(".buyers", leaving_id=leaving.id))
    if not similar:
        del form.anyway
    return _page(get_leaving(leaving_id), form, "moves/leaving/new_buyer.html", kind=kind, similar=similar)


def _register(leaving: Leaving, kind: CustomerKind, form: Any) -> None:
    if STEPS.is_repeat(leaving, form.key.data, "buyers"):
        return
    made = tenants.register(
        leaving.estate_id, kind, values_of(form, kind), source=Source.counter, confirmed_by=g.actor.name
    )
    if form.phone.data:
        tenants.add_phone(made, form.phone.data, source=Source.counter)
    service.name_buyer(leaving, Buyer(customer=made, share=form.share.data), Said(key=form.key.data))


@blueprint.post("/<int:leaving_id>/buyers/<int:party_id>/remove")
@requires(HANDLE)
def remove_buyer(leaving_id: int, party_id: int) -> ResponseReturnValue:
    leaving = get_leaving(leaving_id)
    party = next((each for each in leaving.of(Side.buys) if each.id == party_id), None) or abort(404)
    service.take_out(leaving, party)
    return redirect(url_for(".buyers", leaving_id=leaving.id))
