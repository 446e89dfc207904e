"""The papers: 出借单 and overdue notice with proof, the pick-list for the way along the shelves."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers import proof
from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.lending import papers
from crm.archive.lending.models import (
    EXTENSION_TITLES,
    OUT,
    SLIP_FORM_TITLES,
    SLIP_KIND_TITLES,
    SLIP_TITLES,
    LendingSlip,
    SlipForm,
)
from crm.archive.lending.views.pages import ASK, KEEP, blueprint, load
from crm.archive.numbers.figures import COMPANY
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.errors import DomainError
from crm.web import pdf
from crm.web.download import attachment

PDF = "application/pdf"
TITLES: dict[str, Any] = {
    "kind": SLIP_KIND_TITLES,
    "form": SLIP_FORM_TITLES,
    "state": SLIP_TITLES,
    "extension": EXTENSION_TITLES,
}


def _print() -> dict[str, Any]:
    day = business_day()
    return {"company": COMPANY.on(day), "printed_on": day, "clerk": g.actor.name}


def _proven(kind: str, template: str, slip: LendingSlip, content: dict[str, Any]) -> ResponseReturnValue:
    issued = proof.issue(kind, slip.id, slip.number, content)
    words = {"titles": TITLES, "purpose": PURPOSES.title_of(slip.purpose)}
    paper = pdf.document(f"lending/{template}", content=content, mark=proof.mark(issued), **words, **_print())
    return attachment(paper, f"{papers.PAPERS[kind].title} {slip.number}.pdf", PDF, inline=True)


@blueprint.post("/<int:lending_slip_id>/slip.pdf")
@requires(ASK)
def slip_paper(lending_slip_id: int) -> ResponseReturnValue:
    """《档案资料出借单》."""
    slip = load(lending_slip_id)
    return _proven(papers.SLIP, "slip.html", slip, papers.slip_paper(slip))


@blueprint.post("/<int:lending_slip_id>/overdue.pdf")
@requires(KEEP)
def overdue_paper(lending_slip_id: int) -> ResponseReturnValue:
    slip = load(lending_slip_id)
    if slip.form is SlipForm.digital or slip.state not in OUT or slip.due_on >= business_day():
        raise DomainError(_("The slip is not overdue: there is nothing to remind of."))
    return _proven(papers.OVERDUE, "overdue.html", slip, papers.overdue_paper(slip))


@blueprint.get("/<int:lending_slip_id>/pick-list.pdf")
@requires(KEEP)
def pick_list(lending_slip_id: int) -> ResponseReturnValue:
    """What to fetch, in the order of the places."""
    slip = load(lending_slip_id)
    code = pdf.qr(url_for("lending.show", lending_slip_id=slip.id, _external=True))
    told = {"slip": slip, "rows": papers.pick_list(slip), "code": code}
    paper = pdf.document("lending/pick_list.html", **told, **_print())
    return attachment(paper, f"{_('Pick-list')} {slip.number}.pdf", PDF, inline=True)
