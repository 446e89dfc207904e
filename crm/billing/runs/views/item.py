"""An item's month: the preview, its result and proof, who was left out and why."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.charges.models import ChargeItem
from crm.billing.runs import changes, listings, preview, queries, reports, service
from crm.billing.runs.figures import Counted
from crm.billing.runs.forms import ConfirmForm, shown_before, told
from crm.billing.runs.models import RUN_TITLES, BillingRun, RunState
from crm.billing.runs.month import Month
from crm.billing.runs.reasons import EXPECTED, FOUND_OUT, REASON_TITLES
from crm.billing.runs.settling import in_credit, settle
from crm.billing.runs.views.pages import READ, RUN, blueprint, item_address, month_address, written
from crm.dates import business_day
from crm.lists import listing
from crm.web.forms import attempt


@blueprint.get("/items/<int:charge_item_id>/<billing_month>")
@requires(READ)
def item(charge_item_id: int, billing_month: str) -> ResponseReturnValue:
    found = queries.get_item(charge_item_id)
    period = queries.month_typed(billing_month, business_day())
    return _page(found, Month.of(found, period), queries.find_run(found, period), ConfirmForm())


def _page(found: ChargeItem, month: Month, run: BillingRun | None, form: Any) -> ResponseReturnValue:
    period, totals, changed = month.days.begins, preview.totals(month), changes.changes(month)
    hindrance = service.hindrance(found, period, business_day())
    published = run is not None and run.state is RunState.published
    form.figures.data = told({found.id: totals.counted})
    page = render_template(
        "billing/runs/item.html",
        item=found,
        month=written(period),
        run=run,
        published=published,
        state=RUN_TITLES[run.state] if run else _("Not billed yet"),
        totals=totals,
        changed=changed,
        per_cent=reports.per_cent(changed.now.total - changed.before.total, changed.before.total),
        skipped=[(reason, units, reason not in EXPECTED) for reason, units in totals.skipped.items()],
        titles=REASON_TITLES,
        found_out=FOUND_OUT,
        hindrance=hindrance,
        may_publish=g.actor.may(RUN) and not hindrance,
        proof=_proof(run) if run and published else None,
        form=form,
        back=month_address(found.estate_id, period),
    )
    return page, 409 if form.is_submitted() else 200


def _proof(run: BillingRun) -> dict[str, Any]:
    return {"publications": queries.publications(run), "holds": reports.proved(run)}


@blueprint.post("/<int:billing_run_id>/supplement")
@requires(RUN)
def supplement(billing_run_id: int) -> ResponseReturnValue:
    """Bill what was skipped, if it is what was shown."""
    run, form = queries.get_run(billing_run_id), ConfirmForm()
    if form.validate_on_submit() and attempt(form, _supplemented, run, form):
        return redirect(item_address(run.item, run.period))
    return _page(run.item, Month.of(run.item, run.period), run, form)


def _supplemented(run: BillingRun, form: Any) -> None:
    before = Counted(run.bills, run.total)
    service.supplement(run, run.item, shown_before(form.figures.data).get(run.item_id, Counted()))
    used = settle(in_credit([run.id]))
    flash(_("Published: %(figures)s.", figures=Counted(run.bills, run.total) - before))
    if used:
        flash(_("Settled from credit: %(sum)s yuan.", sum=f"{used:,.2f}"))


@blueprint.get("/items/<int:charge_item_id>/<billing_month>/skipped")
@requires(READ)
def skipped(charge_item_id: int, billing_month: str) -> ResponseReturnValue:
    """The units without a bill, each with the reason and where it is mended."""
    found = queries.get_item(charge_item_id)
    month = Month.of(found, queries.month_typed(billing_month, business_day()))
    back = item_address(found, month.days.begins)
    return listing.answer(listings.skipped(month), "billing/runs/list.html", back=back, item=found)


@blueprint.get("/items/<int:charge_item_id>/<billing_month>/unpaid")
@requires(READ)
def unpaid(charge_item_id: int, billing_month: str) -> ResponseReturnValue:
    """The units of which somebody pays for some of the days only."""
    found = queries.get_item(charge_item_id)
    month = Month.of(found, queries.month_typed(billing_month, business_day()))
    back = item_address(found, month.days.begins)
    return listing.answer(listings.unpaid(month), "billing/runs/list.html", back=back, item=found)
