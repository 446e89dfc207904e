"""`crm review run`: every living dossier looked at, from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.checking import Measure
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.properties.models import Estate
from crm.properties.queries import estate_called
from crm.review.models import FilingReview
from crm.review.queries import found_by_kind, per_cent, running
from crm.review.service import carry_out, here, open_review
from crm.review.wording import title_of_kind


@click.group("review")
def review_command() -> None:
    """The periodic filing review."""


@review_command.command("run")
@click.option("--estate", "estate_name", default="", help="Its name; all of them and the loan archive otherwise.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def run_command(estate_name: str, *, as_json: bool) -> None:
    """Review every living dossier now, whenever it was reviewed last; a review under way is carried to its end."""
    with unit_of_work():
        every = [*session().scalars(select(Estate.id).order_by(Estate.id)), None]
        scopes: Sequence[int | None] = [estate_called(estate_name).id] if estate_name else every
        opened = [running(scope) or open_review(scope, business_day()) for scope in scopes]
    reviews = [carry_out(review.id, here) for review in opened if review is not None]
    with unit_of_work(writes=False):
        told = _facts(reviews)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _lines(told))


def _facts(reviews: Sequence[FilingReview]) -> dict[str, Any]:
    def total(figure: str) -> int:
        return sum(getattr(review, figure) or 0 for review in reviews)

    scores = {measure.value: per_cent(total(f"{measure}_asked"), total(f"{measure}_failed")) for measure in Measure}
    findings = found_by_kind([review.id for review in reviews])
    return {"dossiers": sum(review.dossiers for review in reviews), **scores, "findings": findings}


def _lines(told: dict[str, Any]) -> str:
    shown = {measure: "–" if told[measure] is None else f"{told[measure]} %" for measure in Measure}
    head = _(
        "%(count)s dossiers: complete %(complete)s, accurate %(accurate)s, valid %(valid)s",
        count=told["dossiers"],
        **{measure.value: words for measure, words in shown.items()},
    )
    return "\n".join([head, *(f"{count:>8}  {title_of_kind(kind)}" for kind, count in told["findings"].items())])
