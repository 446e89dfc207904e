"""The register of keys, a unit's keys, a slip; handing out, taking back, taking out of use."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.calls.places import people_of
from crm.dates import business_day
from crm.lists import listing
from crm.moves.keys import entering, listings, papers, queries, service
from crm.moves.keys.forms import AddKeyForm, BackForm, SignForm
from crm.moves.keys.kinds import KINDS
from crm.moves.keys.models import HOLDER_TITLES, OUTCOME_TITLES, SIGNING_TITLES, Outcome
from crm.moves.keys.service import Back
from crm.moves.scans import PDF
from crm.properties.queries import get_unit
from crm.steps.forms import ReasonForm
from crm.web.download import attachment
from crm.web.forms import attempt, choices, form_page

blueprint = Blueprint("keys", __name__, url_prefix="/keys")
READ, HANDLE = Permission.move_read, Permission.move_handle
TITLES = {"holder": HOLDER_TITLES, "outcome": OUTCOME_TITLES, "signing": SIGNING_TITLES}


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.register())


@blueprint.get("/units/<int:unit_id>")
@requires(READ)
def unit(unit_id: int) -> ResponseReturnValue:
    """What the unit has and where it is."""
    return _unit_page(unit_id, AddKeyForm(formdata=None))


def _unit_page(unit_id: int, form: Any) -> ResponseReturnValue:
    form.kind.choices = KINDS.choices()
    page = render_template(
        "moves/keys/unit.html",
        unit=get_unit(unit_id),
        keys=queries.keys_of(unit_id),
        out=queries.out_of(unit_id),
        titles=TITLES,
        form=form,
        may_handle=g.actor.may(HANDLE),
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/units/<int:unit_id>/add")
@requires(HANDLE)
def add(unit_id: int) -> ResponseReturnValue:
    found, form = get_unit(unit_id), AddKeyForm()
    form.kind.choices = KINDS.choices()
    given = form.kind.data, form.count.data, form.label.data or ""
    if form.validate() and attempt(form, service.add_key, found, *given):
        flash(_("The keys are entered."))
        return redirect(url_for(".unit", unit_id=found.id))
    return _unit_page(unit_id, form)


@blueprint.route("/units/<int:unit_id>/give", methods=["GET", "POST"])
@requires(HANDLE)
def give(unit_id: int) -> ResponseReturnValue:
    found, people = get_unit(unit_id), people_of(unit_id)
    form, held = entering.give_form(found, next(iter(people.values()), ""))
    form.customer_id.choices = choices(people)
    if form.validate_on_submit() and (made := attempt(form, entering.give, found, form)):
        flash(_("%(number)s: the keys are handed out.", number=made.number))
        return redirect(url_for(".slip", key_slip_id=made.id), 303)
    back = url_for(".unit", unit_id=found.id)
    return form_page(form, _("Hand out keys"), back, "moves/keys/give.html", intro=found.label, held=held)


@blueprint.get("/slips/<int:key_slip_id>")
@requires(READ)
def slip(key_slip_id: int) -> ResponseReturnValue:
    found, handles = queries.get_slip(key_slip_id), g.actor.may(HANDLE)
    kinds = {line.id: KINDS.title_of(line.unit_key.kind) for line in found.lines}
    return render_template("moves/keys/slip.html", slip=found, kinds=kinds, titles=TITLES, may_handle=handles)


@blueprint.get("/slips/<int:key_slip_id>.pdf")
@requires(READ)
def paper(key_slip_id: int) -> ResponseReturnValue:
    """钥匙签收单."""
    found = queries.get_slip(key_slip_id)
    return attachment(papers.slip_paper(found), f"{found.number}.pdf", PDF, inline=True)


@blueprint.route("/slips/<int:key_slip_id>/sign", methods=["GET", "POST"])
@requires(HANDLE)
def sign(key_slip_id: int) -> ResponseReturnValue:
    found, form = queries.get_slip(key_slip_id), SignForm()
    back = url_for(".slip", key_slip_id=found.id)
    if form.validate_on_submit() and attempt(form, entering.sign, found, form):
        flash(_("%(number)s is signed.", number=found.number))
        return redirect(back)
    title = _("Sign for the keys")
    return form_page(form, title, back, "moves/keys/sign.html", intro=f"{found.number} {found.holder}")


@blueprint.route("/lines/<int:key_slip_line_id>/back", methods=["GET", "POST"])
@requires(HANDLE)
def take_back(key_slip_line_id: int) -> ResponseReturnValue:
    line = queries.get_line(key_slip_line_id)
    form = BackForm(count=line.out, day=business_day(), key=secrets.token_hex(12))
    back = url_for(".slip", key_slip_id=line.key_slip_id)
    if form.validate_on_submit() and attempt(form, service.take_back, line, _back(form)):
        flash(_("It is noted what became of the keys."))
        return redirect(back)
    words = queries.in_words(line.unit_key.kind, line.unit_key.label, line.out)
    return form_page(form, _("Keys back"), back, intro=f"{line.slip.number} {line.slip.holder} {words}")


def _back(form: Any) -> Back:
    return Back(
        count=form.count.data,
        outcome=Outcome(form.outcome.data),
        day=form.day.data,
        by=form.by.data or "",
        reason=form.reason.data or "",
        key=form.key.data or None,
    )


@blueprint.route("/<int:unit_key_id>/retire", methods=["GET", "POST"])
@requires(HANDLE)
def retire(unit_key_id: int) -> ResponseReturnValue:
    """The lock was changed, the card blocked."""
    found, form = queries.get_key(unit_key_id), ReasonForm()
    back = url_for(".unit", unit_id=found.unit_id)
    if form.validate_on_submit() and attempt(form, service.retire, found, form.reason.data):
        flash(_("The keys are out of use."))
        return redirect(back)
    title = _("Take keys out of use")
    words = f"{found.unit.label} {KINDS.title_of(found.kind)} {found.label}"
    return form_page(form, title, back, intro=words, button=title)
