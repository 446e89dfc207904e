"""`crm arrears`: a month's review opened on the command line, and its letters in one file."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from crm.billing.arrears.letters import jobs, queries, service
from crm.billing.arrears.reviews.models import Review
from crm.billing.arrears.reviews.service import open_review
from crm.billing.runs.queries import month_typed
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.jobs.command import work_off
from crm.jobs.models import Job
from crm.properties.models import Estate
from crm.properties.queries import estate_called


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


@arrears_command.command("letters")
@click.option("--review", "review_id", required=True, type=int, help="The review's number, as `open` says it.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The PDF to be written.")
@click.option("--make", is_flag=True, help="Make the letters that are to be made first.")
@click.option("--reason", default="", help="Why letters that were printed before are printed again.")
@click.option("--root", default="http://localhost:8000/", show_default=True, help="Address in the letters' QR codes.")
@click.pass_obj
def letters_command(app: Flask, review_id: int, out: Path, *, make: bool, reason: str, root: str) -> None:
    """Every letter of a review in one PDF. Runners of `crm serve` help where they are at work."""
    with unit_of_work():
        review = _review(review_id)
        if make:
            service.make(review, f"command {secrets.token_hex(8)}")
        job = jobs.ask_print(queries.live_letters(review.id), reason, root)
    work_off(app, job.id)
    with unit_of_work(writes=False):
        done = session().get_one(Job, job.id, populate_existing=True)
        out.write_bytes(store.read(session().get_one(Upload, done.upload_id)))
    told = _("%(count)s letters, %(size)s kB each", count=done.result["letters"], size=_kilobytes(out, done))
    click.echo(f"{out}  {told}")


def _review(review_id: int) -> Review:
    try:
        return queries.get_review(review_id)
    except NotFound as error:
        raise DomainError(_("There is no review %(number)s.", number=review_id)) from error


def _kilobytes(out: Path, done: Job) -> str:
    return f"{out.stat().st_size / 1000 / done.result['letters']:.1f}"
