"""`crm files check`: reading the store by hand."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask_babel import gettext as _

from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.files import fixity, queries
from crm.files.fixity import Told
from crm.files.models import FAULT_TITLES, Fault


@click.group("files")
def files_command() -> None:
    """The stored files."""


@files_command.command("check")
@click.option("--all", "everything", is_flag=True, help="Read every file, however lately each was read.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
def check_command(*, everything: bool, as_json: bool) -> None:
    """Read what is due of the stored files, and say which are missing or changed. Exit code 1 when one is."""
    with unit_of_work(writes=False):
        wanted = session().execute(queries.every_file()).all() if everything else fixity.due(utc_now())
    told = fixity.read(wanted)
    with unit_of_work(writes=False):
        faults = [{"sha256": sha256, "fault": fault} for sha256, fault in session().execute(queries.every_fault())]
        late = queries.stand(utc_now()).late
    if as_json:
        facts = {"read": told.files, "bytes": told.size, "new": len(told.new), "late": late, "faults": faults}
        click.echo(json.dumps(facts))
    else:
        click.echo(_in_words(told, faults))
    sys.exit(1 if faults else 0)


def _in_words(told: Told, faults: list[dict[str, Any]]) -> str:
    read = _("%(files)s files read (%(size)s MB)", files=f"{told.files:,}", size=f"{told.size / 1e6:,.1f}")
    lines = [f"{each['sha256']}  {FAULT_TITLES[Fault(each['fault'])]}" for each in faults]
    return "\n".join([str(read), *lines] if lines else [str(read), str(_("All of them are whole."))])
