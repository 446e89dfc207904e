"""A new price: what it will change is said before it is saved."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.charges import pasting, queries, service
from crm.billing.charges.effects import Effect, effect_of
from crm.billing.charges.forms import UNITS, TariffForm, use_of
from crm.billing.charges.models import TERMS_TITLES, ChargeItem, LegalBasis, Terms
from crm.billing.charges.service import Entry, Priced
from crm.billing.charges.views.pages import PRICE, address, blueprint
from crm.dates import business_day
from crm.web.forms import attempt
from crm.web.lines import shown


@blueprint.route("/<int:charge_item_id>/tariffs/new", methods=["GET", "POST"])
@requires(PRICE)
def new_tariff(charge_item_id: int) -> ResponseReturnValue:
    item = queries.get_item(charge_item_id)
    form = TariffForm(since=business_day(), lines=request.args.get("unit", ""))
    if not form.is_submitted() and form.lines.data:
        form.scope.data = UNITS
    entry = _entry(form, item) if form.validate_on_submit() else None
    effect = effect_of(item, entry) if entry else None
    if entry and effect and form.seen.data == _digest(entry, effect) and "save" in request.form:
        made = attempt(form, service.enter_tariffs, item, entry)
        if made:
            flash(_("Entered: %(count)s. Bills that are issued stay as they are.", count=len(made)))
            return redirect(address(item))
    form.seen.data = _digest(entry, effect) if entry and effect else ""
    page = render_template("billing/charges/tariff_form.html", form=form, item=item, effect=effect, terms=TERMS_TITLES)
    return page, 422 if form.is_submitted() and not effect else 200


def _entry(form: Any, item: ChargeItem) -> Entry | None:
    """What was typed; None with the reasons at the form."""
    terms, general = Terms(form.terms.data), Priced(price=form.price.data, quantity=form.quantity.data)
    lines: tuple[Priced, ...] = (general,)
    if form.scope.data == UNITS:
        typed = pasting.typed_lines(form.lines.data)
        if len(typed) > pasting.MOST_LINES:
            form.lines.errors = [_("At most %(most)s lines at once.", most=pasting.MOST_LINES)]
            return None
        units = queries.units_called(item.estate_id, [each.label for each in typed])
        said, faults = pasting.read(typed, units, general, lambda line: service.line_fault(item, terms, line))
        lines = tuple(said)
        if faults:
            form.lines.errors = list(shown(faults))
            return None
    entry = Entry(
        since=form.since.data,
        terms=terms,
        use=use_of(form.scope.data),
        legal_basis=LegalBasis(form.legal_basis.data),
        reference=form.reference.data or "",
        note=form.note.data or "",
        lines=lines,
    )
    if reason := service.tariff_hindrance(item, entry):
        form.form_errors.append(reason)
        return None
    return entry


def _digest(entry: Entry, effect: Effect) -> str:
    """What is saved is what was shown."""
    lines = [(line.unit.id if line.unit else None, line.price, line.quantity) for line in entry.lines]
    told = (entry.since, entry.terms, entry.use, entry.legal_basis, entry.reference, entry.note, lines, effect)
    return sha256(repr(told).encode()).hexdigest()
