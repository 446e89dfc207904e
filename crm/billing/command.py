"""`crm billing`: a month's run, whether the books are sound, and why a bill is what it is."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

import click
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from crm.audit.log import plain
from crm.billing import checks
from crm.billing.checks import Found
from crm.billing.ledger import queries
from crm.billing.ledger.explaining import Explanation, explain
from crm.billing.ledger.models import Bill
from crm.billing.ledger.reports import Settlement, settlements
from crm.billing.runs.command import run_command
from crm.db import unit_of_work
from crm.errors import DomainError

as_json = click.option("--json", "as_json", is_flag=True, help="The result as JSON.")


@click.group("billing")
def billing_command() -> None:
    """Bills, payments and the proof that they agree."""


billing_command.add_command(run_command)


@billing_command.command("check")
@as_json
def check_command(*, as_json: bool) -> None:
    """Prove that no fen was created or lost. Exit code 1 when something is wrong."""
    with unit_of_work(writes=False):
        counts, found = checks.counts(), checks.examine()
    wrong = [each for each in found if each.rows]
    if as_json:
        told = {"sound": not wrong, "counts": counts, "checks": {each.name: each.rows for each in found}}
        click.echo(json.dumps(told, ensure_ascii=False))
    elif wrong:
        click.echo("\n".join(map(Found.told, wrong)))
    else:
        click.echo(
            _(
                "Sound: %(bills)d bills, %(payments)d payments, %(allocations)d allocations, "
                "%(adjustments)d adjustments, %(checks)d checks.",
                checks=len(found),
                **counts,
            )
        )
    sys.exit(1 if wrong else 0)


@billing_command.command("explain")
@click.argument("bill_id", metavar="BILL", type=int)
@as_json
def explain_command(bill_id: int, *, as_json: bool) -> None:
    """Why BILL is what it is, and what settled it."""
    with unit_of_work(writes=False):
        bill = _bill(bill_id)
        why, settled = explain(bill), settlements(bill.id)
    if as_json:
        click.echo(json.dumps(plain(facts(bill, why, settled)), ensure_ascii=False))
    else:
        click.echo("\n".join(lines(bill, why, settled)))


def _bill(bill_id: int) -> Bill:
    try:
        return queries.get_bill(bill_id, Bill.tariff, Bill.shared_cost)
    except NotFound as error:
        raise DomainError(_("There is no bill %(number)s.", number=bill_id)) from error


def facts(bill: Bill, why: Explanation, settled: list[Settlement]) -> dict[str, Any]:
    names = ("id", "source", "period", "begins", "ends", "due_on", "amount", "open", "voided", "issued_by", "issued_at")
    about = {"item": bill.item.name, "unit": bill.unit and bill.unit.label, "customer": bill.customer.name}
    own = {name: getattr(bill, name) for name in names}
    return own | about | asdict(why) | {"settled": [asdict(each) for each in settled]}


def lines(bill: Bill, why: Explanation, settled: list[Settlement]) -> list[str]:
    about = (bill.item.name, bill.unit.label if bill.unit else "", bill.customer.name, bill.period.strftime("%Y-%m"))
    reasons = (why.days, why.arithmetic, why.basis, why.rounding)
    return [
        "  ".join(filter(None, about)),
        *(f"  {reason}" for reason in reasons if reason),
        *(
            "  ".join(filter(None, (f"  {each.on}", f"{-each.amount:+,.2f}", each.title, each.who, each.note)))
            for each in settled
        ),
        "  " + _("Open: %(sum)s yuan, due on %(day)s", sum=f"{bill.open:,.2f}", day=bill.due_on.isoformat()),
    ]
