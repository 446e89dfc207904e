"""A month and an estate on one page, and the step that publishes what is chosen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from secrets import token_urlsafe
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arithmetic import next_month
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.figures import CREDIT_SETTLES
from crm.billing.ledger.queries import open_month
from crm.billing.runs import jobs, preview, queries, reports, service
from crm.billing.runs.figures import Counted
from crm.billing.runs.forms import ConfirmForm, shown_before, told
from crm.billing.runs.models import RUN_TITLES
from crm.billing.runs.month import Month
from crm.billing.runs.settling import in_credit, settle
from crm.billing.runs.views.pages import (
    READ,
    RUN,
    blueprint,
    estate_asked,
    item_address,
    month_address,
    month_asked,
    written,
)
from crm.dates import business_day
from crm.jobs.service import address
from crm.money import in_capitals
from crm.properties.queries import visible_estates
from crm.web.forms import attempt


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    """`month` and `estate_id` of the address choose what is shown."""
    period, estate, today = month_asked(), estate_asked(), business_day()
    items = queries.items_of(estate.id, period) if estate else []
    rows = reports.month_rows(items, estate.id, period, today) if estate else []
    return render_template(
        "billing/runs/index.html",
        estate=estate,
        estates=visible_estates(),
        month=written(period),
        earlier=written(next_month(period, -1)),
        later=written(next_month(period)),
        rows=rows,
        counted=reports.summed(row.counted for row in rows),
        before=reports.summed(row.before for row in rows),
        can_publish=g.actor.may(RUN) and any(row.can_be_published for row in rows),
        titles=RUN_TITLES,
        working=jobs.working_on(estate.id) if estate else [],
    )


@blueprint.route("/publish", methods=["GET", "POST"])
@requires(RUN)
def publish() -> ResponseReturnValue:
    """`item` of the address, once or more, says what is chosen."""
    period, estate, form = month_asked(), estate_asked(), ConfirmForm(key=token_urlsafe(12))
    items = _chosen(queries.items_of(estate.id, period)) if estate else []
    if estate is None or not items:
        flash(_("Nothing is chosen. Tick at least one charge item."), "error")
        return redirect(month_address(estate.id, period) if estate else url_for(".index"))
    if form.validate_on_submit() and (done := attempt(form, _published, estate.id, period, items, form)):
        return redirect(done)
    shown = {item: preview.counted(Month.of(item, period)) for item in items}
    form.figures.data = told({item.id: each for item, each in shown.items()})
    page = render_template("billing/runs/publish.html", form=form, **_confirmed(estate, period, shown))
    return page, 409 if form.is_submitted() else 200


def _chosen(items: Sequence[ChargeItem]) -> list[ChargeItem]:
    wanted = {int(text) for text in request.args.getlist("item") if text.isdecimal()}
    return [item for item in items if item.id in wanted]


def _confirmed(estate: Any, period: date, shown: Mapping[ChargeItem, Counted]) -> dict[str, Any]:
    before = preview.in_the_books(estate.id, next_month(period, -1))
    counted = reports.summed(shown.values())
    return {
        "estate": estate,
        "month": written(period),
        "rows": [
            (item, each, before.get(item.id, Counted()), period.replace(day=item.due_day))
            for item, each in shown.items()
        ],
        "counted": counted,
        "capitals": in_capitals(counted.total),
        "booked": written(open_month(estate.id, business_day())),
        "settles": CREDIT_SETTLES.on(business_day()),
        "in_background": counted.bills > jobs.AT_ONCE,
        "back": month_address(estate.id, period),
    }


def _published(estate_id: int, period: date, items: Sequence[ChargeItem], form: Any) -> str:
    """The address of what came of it."""
    before = shown_before(form.figures.data)
    wanted = {item: before.get(item.id, Counted()) for item in items}
    if sum(each.bills for each in wanted.values()) > jobs.AT_ONCE:
        return address(jobs.enqueue(estate_id, period, wanted, form.key.data or ""))
    runs = service.publish_all(period, wanted)
    used = settle(in_credit([run.id for run in runs]))
    counted = reports.summed(Counted(run.bills, run.total) for run in runs)
    flash(_("Published: %(figures)s.", figures=counted))
    if used:
        flash(_("Settled from credit: %(sum)s yuan.", sum=f"{used:,.2f}"))
    [first, *others] = items
    return month_address(estate_id, period) if others else item_address(first, period)
