"""The list of cases, a case, and its sheet for the lawyer."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.cases import listings, offers, queries, reports
from crm.billing.arrears.cases.models import CASE_TITLES, LegalCase
from crm.billing.arrears.cases.views.pages import READ, REVIEW, blueprint
from crm.dates import business_day
from crm.lists import listing
from crm.money import in_capitals
from crm.tenants.history import happenings
from crm.tenants.queries import units_of
from crm.web import pdf
from crm.web.download import attachment


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.cases())


@blueprint.get("/<int:legal_case_id>")
@requires(READ)
def show(legal_case_id: int) -> ResponseReturnValue:
    case = queries.get_case(legal_case_id)
    pack = url_for("evidence.ask", customer_id=case.customer_id, case=case.id)
    return render_template(
        "billing/arrears/cases/show.html",
        tone=listings.TONES[case.state],
        offers=offers.offers(case),
        pack_url=pack if g.actor.may(REVIEW) else "",
        events=happenings("legal_case", case.id),
        **_shown(case),
    )


def _shown(case: LegalCase) -> dict[str, Any]:
    """What screen and paper say of it."""
    today = business_day()
    return {
        "case": case,
        "customer": case.customer,
        "units": units_of(case.customer_id, today),
        "state": CASE_TITLES[case.state],
        "sheet": reports.case_sheet(case, today),
        "today": today,
    }


@blueprint.get("/<int:legal_case_id>/sheet.pdf")
@requires(READ)
def sheet(legal_case_id: int) -> ResponseReturnValue:
    """移交清单, signed by who hands over and by the lawyer."""
    case = queries.get_case(legal_case_id)
    paper = pdf.document(
        "arrears/case_sheet.html",
        estate=case.customer.estate,
        printed_on=business_day(),
        clerk=g.actor.name,
        capitals=in_capitals(case.amount),
        code=pdf.qr(url_for(".show", legal_case_id=case.id, _external=True)),
        **_shown(case),
    )
    return attachment(paper, f"{_('Hand-over to a lawyer')} {case.customer.name}.pdf", "application/pdf", inline=True)
