"""The deposit that secures a renovation, and what it costs."""

from __future__ import annotations

from decimal import Decimal
from secrets import token_hex
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.deposits.kinds import RENOVATION
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.queries import get_deposit
from crm.billing.ledger.queries import items_entered_singly
from crm.dates import business_day
from crm.renovations.cases import queries, service
from crm.renovations.cases.forms import FeesForm, TieForm
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.securing import fitting
from crm.renovations.cases.service.agreeing import charge_hindrance, proposed_fees, tie_hindrance
from crm.renovations.cases.views.pages import LOG, address, blueprint
from crm.steps.forms import ReasonForm
from crm.steps.pages import said
from crm.web.forms import attempt, choices, form_page, hindered
from crm.web.templating import money


def take_address(renovation: Renovation) -> str:
    """The cashier's form, filled in."""
    return url_for(
        "deposits.take",
        customer_id=renovation.customer_id,
        unit=renovation.unit_id,
        kind=RENOVATION,
        amount=f"{renovation.deposit_asked:.2f}",
        agreement=renovation.number,
    )


@blueprint.route("/<int:renovation_id>/deposit", methods=["GET", "POST"])
@requires(LOG)
def tie(renovation_id: int) -> ResponseReturnValue:
    """Which of the deposits that are held secures it."""
    renovation = queries.get_renovation(renovation_id)
    found = fitting(renovation)
    form: Any = TieForm(deposit_id=found[0].id if len(found) == 1 else None)
    form.deposit_id.choices = choices({each.id: _named(each) for each in found})
    may = not hindered(form, tie_hindrance(renovation))
    if may and form.validate_on_submit() and attempt(form, _tie, renovation, form):
        flash(_("The deposit secures this renovation."))
        return redirect(address(renovation, "money"), 303)
    return form_page(
        form,
        _("Name the deposit"),
        address(renovation, "money"),
        "renovations/tie.html",
        intro=renovation.number,
        take=take_address(renovation),
        found=found,
    )


def _tie(renovation: Renovation, form: TieForm) -> None:
    service.tie(renovation, get_deposit(form.deposit_id.data))


def _named(deposit: Deposit) -> str:
    told = {"sum": money(deposit.balance), "day": deposit.taken_on.isoformat(), "payer": deposit.payer}
    return f"{deposit.code} · " + _("%(sum)s yuan, taken on %(day)s from %(payer)s", **told)


@blueprint.route("/<int:renovation_id>/deposit/let-go", methods=["GET", "POST"])
@requires(LOG)
def let_go(renovation_id: int) -> ResponseReturnValue:
    renovation, form = queries.get_renovation(renovation_id), ReasonForm()
    may = not hindered(form, tie_hindrance(renovation))
    if may and form.validate_on_submit() and attempt(form, service.let_go, renovation, said(form)):
        flash(_("The deposit secures this renovation no more."))
        return redirect(address(renovation, "money"), 303)
    return form_page(form, _("Let the deposit go"), address(renovation, "money"), intro=renovation.number)


@blueprint.route("/<int:renovation_id>/fees", methods=["GET", "POST"])
@requires(LOG)
def fees(renovation_id: int) -> ResponseReturnValue:
    """Sent once it shows what is charged, sent again it is charged."""
    renovation = queries.get_renovation(renovation_id)
    items = items_entered_singly(renovation.estate_id)
    form: Any = FeesForm(key=token_hex(12), due_on=business_day(), lines=proposed_fees(items))
    form.offer(items)
    may, shown = not hindered(form, charge_hindrance(renovation)), {}
    if may and form.validate_on_submit():
        if "sure" in request.form and attempt(form, _charge, renovation, form):
            flash(_("Charged: they stand on the customer's account."))
            return redirect(address(renovation, "money"), 303)
        shown = _preview(form, items)
    return _fees_page(renovation, form, shown)


def _charge(renovation: Renovation, form: Any) -> Any:
    wanted = [service.Fee(item_id=line.item_id.data, amount=line.amount.data or Decimal(0)) for line in form.used]
    return service.charge_fees(renovation, wanted, form.due_on.data, form.key.data or token_hex(12))


def _preview(form: Any, items: dict[int, str]) -> dict[str, Any]:
    rows = [(items[line.item_id.data], line.amount.data) for line in form.used]
    return {"rows": rows, "total": sum((amount for _item, amount in rows), Decimal(0))} if rows else {}


def _fees_page(renovation: Renovation, form: FeesForm, shown: dict[str, Any]) -> ResponseReturnValue:
    page = render_template(
        "renovations/fees.html",
        form=form,
        title=_("Fees of the renovation"),
        back=address(renovation, "money"),
        intro=f"{renovation.number} {renovation.unit.label}",
        shown=shown,
    )
    return page, 422 if form.errors or form.form_errors else 200
