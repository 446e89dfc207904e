"""`crm arrears`: opening a month's review on the command line."""

from __future__ import annotations

import json
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import select

from crm.billing.arrears.reviews.models import Review
from crm.billing.arrears.reviews.service import open_review
from crm.billing.runs.queries import estate_called, month_typed
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.properties.models import Estate


@click.group("arrears")
def arrears_command() -> None:
    """The monthly arrears review."""


@arrears_command.command("open")
@click.option("--month", required=True, help="The month, such as 2026-11.")
@click.option("--estate", "estate_name", default="", help="Its name; all estates unless one is named.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def open_command(month: str, estate_name: str, *, as_json: bool) -> None:
    """Open the month's review, once: opened before, it is told again."""
    with unit_of_work():
        first = month_typed(month, business_day())
        estates = [estate_called(estate_name)] if estate_name else session().scalars(select(Estate).order_by(Estate.id))
        told = [_facts(open_review(estate, first), estate) for estate in estates]
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(map(_line, told)))


def _facts(review: Review, estate: Estate) -> dict[str, Any]:
    return {
        "review": review.id,
        "estate": estate.name,
        "month": review.month.strftime("%Y-%m"),
        "day": review.day.isoformat(),
        "state": review.state.value,
        "accounts": review.accounts,
        "overdue": f"{review.overdue:.2f}",
        **review.figures,
    }


def _line(told: dict[str, Any]) -> str:
    figures = _("%(accounts)s accounts, %(sum)s yuan overdue", accounts=told["accounts"], sum=told["overdue"])
    return f"{told['review']:>6}  {told['month']}  {told['estate']}  {told['state']}  {figures}"
