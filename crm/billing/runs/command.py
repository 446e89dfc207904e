"""`crm billing run`: a month's preview on the command line, or its bills."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from flask_babel import gettext as _

from crm.billing.charges.models import ChargeItem
from crm.billing.runs import preview, queries, service
from crm.billing.runs.figures import Counted
from crm.billing.runs.models import BillingRun, RunState
from crm.billing.runs.month import Month
from crm.billing.runs.reasons import REASON_TITLES
from crm.billing.runs.settling import in_credit, settle
from crm.dates import business_day
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.properties.queries import estate_called


@click.command("run")
@click.option("--estate", "estate_name", required=True, help="Its name.")
@click.option("--period", required=True, help="The month, such as 2026-11.")
@click.option("--item", "item_name", default="", help="One charge item; all of the estate unless one is named.")
@click.option("--publish", is_flag=True, help="Put the bills into the books; else they are only counted.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def run_command(estate_name: str, period: str, item_name: str, *, publish: bool, as_json: bool) -> None:
    """A month's bills of an estate: what publishing would make of them and what it leaves out."""
    with unit_of_work(writes=publish):
        month = queries.month_typed(period, business_day())
        estate = estate_called(estate_name)
        items = _chosen(queries.items_of(estate.id, month), item_name)
        told = _published(items, month) if publish else [_previewed(item, month) for item in items]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(map(_line, told)) or _("This estate has no charge item that a run bills."))


def _chosen(items: Sequence[ChargeItem], name: str) -> Sequence[ChargeItem]:
    chosen = [item for item in items if name in ("", item.name)]
    if name and not chosen:
        raise DomainError(_("There is no charge item %(name)s in this estate.", name=name))
    return chosen


def _previewed(item: ChargeItem, period: date) -> dict[str, Any]:
    run, found = queries.find_run(item, period), preview.totals(Month.of(item, period))
    skipped = {reason.value: units for reason, units in found.skipped.items()}
    days = {"unpaid_units": found.unpaid_units, "unpaid_days": found.unpaid_days}
    return _facts(item, period, run, found.counted) | {"skipped": skipped, **days}


def _published(items: Sequence[ChargeItem], period: date) -> list[dict[str, Any]]:
    runs = [service.publish(service.draft(item, period), item) for item in items if item.active]
    settle(in_credit([run.id for run in runs]))
    known = {item.id: item for item in items}
    return [_facts(known[run.item_id], period, run, Counted(run.bills, run.total)) for run in runs]


def _facts(item: ChargeItem, period: date, run: BillingRun | None, counted: Counted) -> dict[str, Any]:
    return {
        "item": item.name,
        "month": period.strftime("%Y-%m"),
        "state": (run.state if run else RunState.draft).value,
        "bills": counted.bills,
        "total": f"{counted.total:.2f}",
    }


def _line(told: dict[str, Any]) -> str:
    titles = {reason.value: str(title) for reason, title in REASON_TITLES.items()}
    skipped = "  ".join(f"{titles[reason]} {units:,}" for reason, units in told.get("skipped", {}).items())
    figures = _("%(bills)s bills over %(total)s yuan", bills=f"{told['bills']:,}", total=told["total"])
    return f"{told['month']}  {told['item']}  {told['state']}  {figures}  {skipped}".rstrip()
