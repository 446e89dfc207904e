"""结账: an estate's months in figures, and closing the next one."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import requires
from crm.billing.arithmetic import next_month
from crm.billing.ledger import reports, service
from crm.billing.ledger.forms import CloseForm
from crm.billing.ledger.views.pages import APPROVE, READ, blueprint
from crm.dates import business_day
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.properties.queries import get_estate, visible_estates
from crm.web.forms import attempt, form_page, hindered


@blueprint.get("/closing")
@requires(READ)
def closing() -> ResponseReturnValue:
    """Of the estate in the address, else the one chosen in the top bar, else the first."""
    estates = visible_estates()
    chosen = request.args.get("estate_id", g.actor.estate_id, type=int)
    estate = next((each for each in estates if each.id == chosen), estates[0] if estates else None)
    months = reports.months(estate.id, business_day()) if estate else []
    return render_template(
        "billing/closing.html",
        estates=estates,
        estate=estate,
        months=months,
        may_prove=g.actor.may(APPROVE),
        may_close=estate is not None and g.actor.may(APPROVE) and any(each.next for each in months),
        hindrance=_hindrance(reports.to_close(estate.id)) if estate else "",
    )


def _hindrance(month: date | None) -> str:
    if month is None:
        return _("Nothing stands in the books of this estate yet.")
    return _("A month is closed when it is over.") if next_month(month) > business_day() else ""


@blueprint.route("/closing/<int:estate_id>/close", methods=["GET", "POST"])
@requires(APPROVE)
@confirmed
def close_month(estate_id: int) -> ResponseReturnValue:
    estate = get_estate(estate_id)
    month, back = reports.to_close(estate.id), url_for(".closing", estate_id=estate.id)
    form = _form(estate, month)
    told = _hindrance(month)
    if not hindered(form, told) and form.validate_on_submit() and attempt(form, _close, estate, month, form):
        flash(_("Closed up to %(month)s.", month=_last(form)[:7]))
        return redirect(back)
    title = _("Close %(month)s", month=f"{month:%Y-%m}") if month else _("Close a month")
    figures = reports.month_figures(estate.id, month) if month else None
    return form_page(form, title, back, "billing/close.html", estate=estate, month=month, figures=figures, button=title)


def _form(estate: Estate, month: date | None) -> CloseForm:
    form = CloseForm(month=month.isoformat() if month else "")
    form.until.choices = [(each.isoformat(), f"{each:%Y-%m}") for each in reports.closable(estate.id, business_day())]
    if len(form.until.choices) < 2:
        del form.until
    return form


def _last(form: CloseForm) -> str:
    """The last month to be closed, as it was sent."""
    return str(form.until.data) if "until" in form and form.until.data else str(form.month.data)


def _close(estate: Estate, month: date, form: CloseForm) -> None:
    if form.month.data != month.isoformat():
        form.month.process(None, month.isoformat())
        form.month.raw_data = None
        raise DomainError(_("Another month is next by now: look at it and send again."))
    service.close_up_to(estate, date.fromisoformat(_last(form)))
