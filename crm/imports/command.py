"""`crm import FILE`: exit code 0 all taken, 1 rows refused, 2 the file could not be read."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import gettext as _

from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.imports import service
from crm.imports.models import ImportRun
from crm.imports.titles import kind_title
from crm.jobs.command import work_off

CHANGES = ("created", "updated", "unchanged")


@click.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--estate", default="", help="The estate it goes into; else the file's own column, else the file's name.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
@click.pass_obj
def import_command(app: Flask, path: Path, estate: str, *, dry_run: bool, as_json: bool) -> None:
    """Import a workbook (.xlsx, .xls, .csv)."""
    try:
        content = path.read_bytes()
        with service.undisturbed():
            result = _run(app, content, path.name, estate.strip(), dry_run=dry_run)
    except OSError as error:
        _fail(_("%(file)s cannot be opened: %(reason)s", file=path, reason=error.strerror))
    except DomainError as error:
        _fail(str(error))
    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else _table(result, dry_run=dry_run))
    raise click.exceptions.Exit(1 if result["refused"] else 0)


def _run(app: Flask, content: bytes, name: str, estate: str, *, dry_run: bool) -> dict[str, Any]:
    """The file is read before the unit of work begins: nobody waits for the parser."""
    file = service.open_file(content, name)
    if dry_run:
        with unit_of_work(writes=False):
            return service.dry_run(file, estate)
    while True:
        try:
            return _stored(app, file, content, estate)
        except service.EstateTaken as taken:
            _finish_first(app, taken)


def _stored(app: Flask, file: service.File, content: bytes, estate: str) -> dict[str, Any]:
    with unit_of_work():
        run = service.upload(file, content, estate)
        if run.rows <= service.LARGE:
            return service.carry_out(run, file)
        job_id = service.ask_carry_out(run, file).id
    work_off(app, job_id)
    with unit_of_work(writes=False):
        return session().get_one(ImportRun, run.id, populate_existing=True).result


def _finish_first(app: Flask, taken: service.EstateTaken) -> None:
    """The earlier import may be running elsewhere, or its process was killed: wait for it, or go on with it here."""
    click.echo(_("An earlier import into %(name)s is not finished yet: that comes first.", name=taken.estate), err=True)
    with suppress(DomainError):  # however it ended, the estate is free
        work_off(app, taken.job_id)


def _fail(message: str) -> None:
    click.echo(message, err=True)
    raise click.exceptions.Exit(2)


def _table(result: dict[str, Any], *, dry_run: bool) -> str:
    kinds = list(dict.fromkeys(kind for change in CHANGES for kind in result[change]))
    lines = [_("Dry run: nothing was stored.")] if dry_run else []
    lines.append(_("Estate: %(names)s", names=", ".join(result["estate"])))
    lines.append("  ".join([_("created"), _("updated"), _("unchanged")]))
    for kind in kinds:
        counts = "".join(f"{result[change].get(kind, 0):>9,}" for change in CHANGES)
        lines.append(f"{counts}  {kind_title(kind)}")
    lines += [_kept(kind, count) for kind, count in result["kept_for_later"].items()]
    return "\n".join([*lines, *_refusals(result["refused"])])


def _kept(kind: str, count: int) -> str:
    return str(_("kept for later: %(kind)s × %(count)s", kind=kind_title(kind), count=count))


def _refusals(refused: list[dict[str, Any]]) -> list[str]:
    if not refused:
        return [_("Nothing was refused.")]
    lines = [_("Refused: %(count)s", count=len(refused))]
    place = "  {sheet} · {row} · {column} “{value}”: {reason}"
    return lines + [place.format(**entry) for entry in refused]
