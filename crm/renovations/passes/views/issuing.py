"""The list of passes, making them out, printing the cards, and the deposit that stands for them."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.passes import listings, papers, queries, service
from crm.renovations.passes.forms import IssueForm, SecureForm
from crm.renovations.passes.models import RenovationPass
from crm.renovations.passes.views.pages import LOG, READ, blueprint, deposits_to_choose, of_renovation
from crm.web.download import attachment
from crm.web.forms import attempt, choices, form_page, hindered


@blueprint.route("/", methods=["GET", "POST"])
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.passes(business_day()))


@blueprint.route("/of/<int:renovation_id>/new", methods=["GET", "POST"])
@requires(LOG)
def new(renovation_id: int) -> ResponseReturnValue:
    """Everybody without a pass is ticked, until the permit's last day."""
    renovation = get_renovation(renovation_id)
    form = _form(renovation)
    hindered(form, service.hindrance(renovation))
    if not form.form_errors and form.validate_on_submit() and (made := attempt(form, _issue, renovation, form)):
        flash(_("%(count)s passes are made out. Print the cards.", count=len(made)))
        return redirect(of_renovation(renovation))
    told = f"{renovation.number} {renovation.unit.label}"
    return form_page(form, _("Make out passes"), of_renovation(renovation), intro=told, button=_("Make out passes"))


def _form(renovation: Renovation) -> IssueForm:
    free = [each for each in queries.without_pass(renovation.id) if each.id_masked]
    elsewhere = queries.withdrawn_elsewhere([each.id_index or "" for each in free], renovation.id)
    told = {
        each.id: " · ".join(filter(None, (each.name, each.trade, each.id_masked, _warned(elsewhere, each.id_index))))
        for each in free
    }
    chosen = [each.id for each in free if each.id_index not in elsewhere]
    form = IssueForm(key=secrets.token_hex(12), workers=chosen, valid_to=renovation.valid_to)
    form.workers.choices = choices(told)
    form.deposit_id.choices = choices(deposits_to_choose(renovation), empty=_("None"))
    return form


def _warned(elsewhere: dict[str, str], index: str | None) -> str:
    number = elsewhere.get(index or "")
    return _("pass %(number)s was withdrawn elsewhere", number=number) if number else ""


def _issue(renovation: Renovation, form: Any) -> Any:
    terms = service.Terms(
        valid_to=form.valid_to.data, deposit_id=form.deposit_id.data or None, key=form.key.data or None
    )
    return service.issue(renovation, form.workers.data, terms)


@blueprint.route("/of/<int:renovation_id>/deposit", methods=["GET", "POST"])
@requires(LOG)
def secure(renovation_id: int) -> ResponseReturnValue:
    """Which deposit stands for the cards that are out."""
    renovation = get_renovation(renovation_id)
    out = queries.out_of(renovation.id)
    form = SecureForm(passes=[each.id for each in out], deposit_id=next((each.deposit_id for each in out), None))
    form.passes.choices = choices({each.id: f"{each.number} {each.worker.name}" for each in out})
    form.deposit_id.choices = choices(deposits_to_choose(renovation), empty=_("None"))
    if form.validate_on_submit():
        chosen = [each for each in out if each.id in (form.passes.data or ())]
        if attempt(form, service.secure, renovation, chosen, form.deposit_id.data):
            flash(_("Saved."))
            return redirect(of_renovation(renovation))
    told = f"{renovation.number} {renovation.unit.label}"
    return form_page(form, _("Deposit for the passes"), of_renovation(renovation), intro=told)


@blueprint.post("/of/<int:renovation_id>/cards.pdf")
@requires(LOG)
def cards(renovation_id: int) -> ResponseReturnValue:
    """Of everybody whose pass is good, to cut."""
    renovation = get_renovation(renovation_id)
    content = papers.cards(RenovationPass.renovation_id == renovation.id)
    return attachment(content, f"{renovation.number}-cards.pdf", "application/pdf", inline=True)


@blueprint.post("/<int:renovation_pass_id>/card.pdf")
@requires(LOG)
def card(renovation_pass_id: int) -> ResponseReturnValue:
    """One alone, such as a lost one's successor."""
    found = queries.get_pass(renovation_pass_id)
    content = papers.cards(RenovationPass.id == found.id)
    return attachment(content, f"{found.number}.pdf", "application/pdf", inline=True)


@blueprint.get("/of/<int:renovation_id>/list.pdf")
@requires(READ)
def sheet(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    content = papers.passes_paper(renovation)
    return attachment(content, f"{renovation.number}-E03.pdf", "application/pdf", inline=True)
