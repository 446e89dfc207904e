"""Pages of the kept fee sheets: what there is, and of an estate what would be made of it."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.charges.models import BASIS_TITLES
from crm.billing.importing.forms import SheetsForm
from crm.billing.importing.sheets import service
from crm.billing.importing.sheets.present import kept_sheets
from crm.billing.importing.views.pages import PREPARE, PRICE, blueprint
from crm.db import session
from crm.imports.histories.pages import SHOWN_REFUSALS
from crm.imports.titles import kind_title
from crm.properties.models import USE_TITLES, Estate
from crm.properties.queries import get_estate
from crm.web.forms import attempt


@blueprint.get("/kept")
@requires(PREPARE)
def kept() -> ResponseReturnValue:
    rows = session().execute(kept_sheets()).all()
    return render_template("feeimports/kept.html", rows=rows, kind_title=kind_title)


@blueprint.get("/kept/<int:estate_id>")
@requires(PREPARE)
def sheets(estate_id: int) -> ResponseReturnValue:
    return _page(get_estate(estate_id), SheetsForm())


@blueprint.post("/kept/<int:estate_id>")
@requires(PRICE)
def take_over_sheets(estate_id: int) -> ResponseReturnValue:
    estate, form = get_estate(estate_id), SheetsForm()
    if form.validate_on_submit() and (made := attempt(form, service.take_over, estate)):
        flash(_("%(items)s charge items and %(prices)s prices are entered.", items=made.items, prices=made.prices))
        return redirect(url_for(".sheets", estate_id=estate.id))
    return _page(estate, form), 422


def _page(estate: Estate, form: SheetsForm) -> str:
    found = service.drafted(estate.id)
    return render_template(
        "feeimports/sheets.html",
        estate=estate,
        form=form,
        may_store=g.actor.may(PRICE),
        has_news=found.has_news,
        items=list(found.items.values()),
        basis_titles=BASIS_TITLES,
        use_titles=USE_TITLES,
        refused=found.refused[:SHOWN_REFUSALS],
        refused_count=len(found.refused),
    )
