"""`crm search QUERY`: the search of the top bar on the command line, best first."""

from __future__ import annotations

import json

import click
from flask_babel import gettext as _

from crm.db import unit_of_work
from crm.desk import index
from crm.desk.queries import Hit, search


@click.command("search")
@click.argument("query")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="The hits as JSON.")
def search_command(query: str, limit: int, *, as_json: bool) -> None:
    """Find customers, units and estates by name, pinyin, phone, unit, plate or ID number."""
    with unit_of_work(writes=False):
        hits = search(query, limit)
    if as_json:
        click.echo(json.dumps([_plain(hit) for hit in hits], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(map(_line, hits)) or _("Nothing was found."))


@click.command("reindex")
def reindex_command() -> None:
    """Build the search index anew. Only needed when an update or a restored backup says so."""
    with unit_of_work():
        index.rebuild()
    click.echo(_("The search index is built."))


def _plain(hit: Hit) -> dict[str, str | int]:
    detail = " · ".join(filter(None, (hit.estate, hit.detail)))
    return {"kind": hit.kind, "id": hit.id, "title": hit.title, "detail": detail, "url": hit.url}


def _line(hit: Hit) -> str:
    return f"{hit.kind:<9} {hit.title}  {hit.estate}  {hit.detail}  {hit.url}"
