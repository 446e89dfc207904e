"""日核对: the bank's balance of a day entered beside the book's."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.deposits import reports, service
from crm.billing.deposits.forms import TieOutForm
from crm.billing.deposits.models import DepositTieOut
from crm.billing.deposits.service import Statement
from crm.billing.deposits.views.pages import TAKE, blueprint
from crm.dates import business_day
from crm.properties.models import Estate
from crm.properties.queries import get_estate
from crm.web.forms import attempt, form_page


@blueprint.route("/estates/<int:estate_id>/tie-out", methods=["GET", "POST"])
@requires(TAKE)
def tie_out(estate_id: int) -> ResponseReturnValue:
    """Of today, or of another `?day=`; a second entry of a day counts instead of the first."""
    estate = get_estate(estate_id)
    form: Any = TieOutForm(day=_asked_day())
    if form.validate_on_submit() and (made := attempt(form, _tie_out, estate, form)):
        flash(_("Entered for %(day)s.", day=made.day.isoformat()))
        return redirect(url_for(".tie_outs"), 303)
    day = form.day.data or business_day()
    figures = reports.figures_on(estate.id, day)
    page, back = "billing/deposits/tie_out.html", url_for(".tie_outs")
    return form_page(
        form, _("Tie out with the bank"), back, page, intro=estate.name, figures_of_day=figures, shown_day=day
    )


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return business_day()


def _tie_out(estate: Estate, form: Any) -> DepositTieOut:
    statement = Statement(
        day=form.day.data,
        bank=form.bank.data,
        reference=form.reference.data,
        explanation=form.explanation.data or "",
    )
    return service.tie_out(estate.id, statement)
