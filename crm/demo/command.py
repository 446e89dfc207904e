"""`crm demo`: one believable company and its cast, the same for every seed."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import click
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.auth.permissions import RoleName
from crm.auth.queries import find_user
from crm.auth.titles import ROLE_TITLES
from crm.bulk import look_anew
from crm.dates import Period, business_day
from crm.db import unit_of_work
from crm.demo.cast import CAST, DEMO_PASSWORD
from crm.demo.company import company
from crm.demo.storing import has_company, store_ground, store_parts
from crm.errors import DomainError

MONTH = 30.44  # days
SPOKEN = "zh_CN"  # by the company, whatever the language of who sets it up


@click.command("demo")
@click.option("--units", default=1200, show_default=True, type=click.IntRange(50, 1_000_000))
@click.option("--months", default=24, show_default=True, type=click.IntRange(0, 240), help="Months of history.")
@click.option("--seed", default=1, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing where a company stands already.")
@click.option("--json", "as_json", is_flag=True, help="The log-ins as JSON.")
def demo_command(*, units: int, months: int, seed: int, if_empty: bool, as_json: bool) -> None:
    """Fill an empty installation with the demo company and print its log-ins."""
    with unit_of_work(writes=False):
        standing = has_company()
    if standing and not if_empty:
        raise DomainError(_("A company stands here already. The demo goes into an empty installation only."))
    if not standing:
        day = business_day()
        told = company(units=units, seed=seed, today=day)
        history = Period(day - timedelta(days=round(months * MONTH)), day + timedelta(days=1))
        bar = click.progressbar(told.parts(), length=told.part_count, file=sys.stderr)
        with force_locale(SPOKEN), unit_of_work(), bar as parts:
            store_parts(parts, store_ground(told.estates), seed, history)
            look_anew()
    if not standing or _is_demo():
        click.echo(json.dumps(log_ins(), ensure_ascii=False) if as_json else _table())


def _is_demo() -> bool:
    """Whether the cast lives here: a real company's installation prints no log-ins."""
    with unit_of_work(writes=False):
        return all(find_user(member.username) for member in CAST)


def log_ins() -> list[dict[str, object]]:
    return [
        {"username": member.username, "password": DEMO_PASSWORD, "totp_secret": None, "roles": list(member.roles)}
        for member in CAST
    ]


def _table() -> str:
    rows = [
        f"  {member.username:<10} {member.full_name:<8} {' '.join(str(ROLE_TITLES[RoleName(role)]) for role in member.roles)}"
        for member in CAST
    ]
    return "\n".join([_("Demo log-ins, password %(password)s:", password=DEMO_PASSWORD), *rows])
