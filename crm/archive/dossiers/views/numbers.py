"""The ledger of numbers, and giving up one that was reserved for nothing."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers import proof, service
from crm.archive.dossiers.forms import VoidForm
from crm.archive.dossiers.history import PAPER_TITLES
from crm.archive.dossiers.papers import number_ledger
from crm.archive.dossiers.views.pages import KEEP, OVERSEE, blueprint
from crm.archive.numbers import listings, queries
from crm.archive.numbers.figures import COMPANY
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.numbering import NumberState
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import attempt, form_page


@blueprint.get("/numbers")
@requires(OVERSEE)
def numbers() -> ResponseReturnValue:
    """Every number that was ever taken: none is missing, none was used twice."""
    return listing.answer(listings.ledger(_next_page), "dossiers/numbers.html", runs=queries.runs())


def _next_page(row: Any) -> str:
    """What can be done with a reserved number, else the dossier that has it."""
    if g.actor.may(KEEP) and row.state is NumberState.reserved:
        return url_for(".void_number", archive_number_id=row.id)
    return url_for(".index", q=row.number)


@blueprint.post("/numbers/series/<int:series_id>/ledger.pdf")
@requires(OVERSEE)
def print_numbers(series_id: int) -> ResponseReturnValue:
    """The ledger of one word and year, with proof."""
    content = number_ledger(series_id) or abort(404)
    issued = proof.issue("number_ledger", series_id, content["number"], content)
    paper = pdf.document(
        "number_ledger.html",
        content=content,
        mark=proof.mark(issued),
        states={state.value: title for state, title in listings.STATE_TITLES.items()},
        printed_on=business_day(),
        clerk=g.actor.name,
        company=COMPANY.on(business_day()),
    )
    return attachment(paper, f"{PAPER_TITLES['number_ledger']} {content['number']}.pdf", "application/pdf", inline=True)


@blueprint.route("/numbers/<int:archive_number_id>/void", methods=["GET", "POST"])
@requires(KEEP)
def void_number(archive_number_id: int) -> ResponseReturnValue:
    """A reservation nobody needs is voided with a reason, and never used again (A-09)."""
    number, form = queries.get_number(archive_number_id), VoidForm()
    if form.validate_on_submit() and attempt(form, service.give_up_number, number, form.reason.data):
        flash(_("%(number)s is void. It stays in the ledger.", number=number.text))
        return redirect(url_for(".numbers"))
    return form_page(form, _("Void the number"), url_for(".numbers"), intro=f"{number.text} · {number.title}")
