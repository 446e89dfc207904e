"""`crm statistics pack`: the month-end pack as files."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask_babel import gettext as _

from crm.billing.runs.queries import month_typed
from crm.dates import business_day, utc_now
from crm.db import session, unit_of_work
from crm.files import store
from crm.files.models import Upload
from crm.jobs.command import work_off
from crm.jobs.models import Job
from crm.properties.queries import estate_called, estate_names
from crm.statistics.asked import Asked
from crm.statistics.forms import last_full_month
from crm.statistics.jobs import ask


@click.group("statistics")
def statistics_command() -> None:
    """The figures of a month."""


@statistics_command.command("pack")
@click.option("--month", default="", help="The month, such as 2026-10; the last that is over unless one is named.")
@click.option("--estate", "estate_name", default="", help="Its name; all estates unless one is named.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The PDF to be written.")
@click.option("--root", default="http://localhost:8000/", show_default=True, help="Address in the QR code.")
@click.pass_obj
def pack_command(app: Flask, month: str, estate_name: str, out: Path, root: str) -> None:
    """Every sheet in one PDF, with the workbook beside it."""
    with unit_of_work():
        first = month_typed(month, business_day()) if month else last_full_month()
        estate = estate_called(estate_name) if estate_name else None
        estates = {estate.id: estate.name} if estate else estate_names()
        job_id = ask(Asked(month=first, estates=estates, now=utc_now()), root).id
    work_off(app, job_id)
    with unit_of_work(writes=False):
        made = session().get_one(Job, job_id, populate_existing=True).result
        for name, path in (("upload_id", out), ("workbook_id", out.with_suffix(".xlsx"))):
            path.write_bytes(store.read(session().get_one(Upload, made[name])))
    click.echo(f"{out}  {_('%(count)s sheets', count=len(made['sheets']))}")
