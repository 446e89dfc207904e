"""`crm workday add DATE N`: reckoning in working days from the command line."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask_babel import gettext as _

from crm.dates import parse_date, today
from crm.db import unit_of_work
from crm.worktime import queries

MOST_DAYS = 10_000


class BadInput(click.ClickException):
    """One sentence, and the exit code of a wrong call."""

    exit_code = 2


@click.group("workday")
def workday_command() -> None:
    """Working days."""


@workday_command.command("add", context_settings={"ignore_unknown_options": True})
@click.argument("day", metavar="DATE")
@click.argument("days", metavar="N")
@click.option("--json", "as_json", is_flag=True, help="The day as JSON.")
@click.pass_obj
def add(app: Flask, day: str, days: str, *, as_json: bool) -> None:
    """The Nth working day after DATE, which itself is not counted."""
    if not (days.isascii() and days.isdecimal() and 1 <= int(days[:9]) <= MOST_DAYS):
        raise BadInput(_("Write how many working days: a whole number from 1 to %(most)s.", most=MOST_DAYS))
    try:
        start = parse_date(day, today(app.config["SETTINGS"].timezone))
        with unit_of_work(writes=False):
            due = queries.calendar().add(start, int(days))
    except ValueError as error:
        raise BadInput(_("“%(written)s” is no day. Write one such as 2026-11-23 or 11-23.", written=day)) from error
    except OverflowError as error:
        raise BadInput(_("The calendar ends before that day.")) from error
    if as_json:
        click.echo(json.dumps({"date": due.day.isoformat(), "provisional": due.provisional}))
    else:
        click.echo(_("%(day)s (provisional)", day=due.day) if due.provisional else due.day.isoformat())
