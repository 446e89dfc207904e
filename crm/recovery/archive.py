"""`crm archive check`: the archive's invariants and the log's chain, by hand and every night."""

from __future__ import annotations

import json
import re
import sys

import click
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.archive.dossiers.events import ArchiveProved
from crm.archive.dossiers.invariants import examine
from crm.audit.log import record
from crm.audit.queries import told_today, verify
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.recovery.heads import exported_heads

CHAIN = "I9"
DOSSIER = re.compile(r"\bdossier (\d+)")


def faults(*, nightly: bool = False) -> dict[str, list[str]]:
    """Invariant -> what is wrong; the chain against every head that was exported (I9)."""
    found = examine(nightly=nightly)
    found[CHAIN] = verify(session(), exported_heads(current_app.config["SETTINGS"])).faults
    return dict(sorted(found.items(), key=lambda entry: int(entry[0][1:])))


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
def check_command(*, as_json: bool) -> None:
    """Prove the archive's invariants on the live database. Exit code 1 when one does not hold."""
    with unit_of_work(writes=False):
        found = faults()
    if as_json:
        click.echo(json.dumps({"sound": not any(found.values()), "invariants": found}, ensure_ascii=False))
    else:
        for name, wrong in found.items():
            click.echo(f"{name}  " + (_("holds") if not wrong else "; ".join(wrong)))
    sys.exit(1 if any(found.values()) else 0)


def _place(fault: str) -> str:
    """The page of what is wrong: the dossier, the file, else the archive's list."""
    if found := DOSSIER.search(fault):
        return f"/archive/dossiers/{found[1]}"
    return "/admin/files" if "file " in fault else "/archive/dossiers"


def prove_nightly() -> bool:
    """Once a business day, told in the log; faults also to who oversees the work. Twice is as good as once."""
    with unit_of_work(writes=False):
        if told_today(ArchiveProved.__name__):
            return False
        found = faults(nightly=True)
    wrong = [f"{name}: {fault}" for name, each in found.items() for fault in each]
    with unit_of_work():
        record(ArchiveProved(checked=sorted(found), faults=len(wrong)))
        for user in who_may(Permission.dossier_keep, Permission.job_oversee) if wrong else ():
            with force_locale(user.locale):
                text = _("The archive's check found %(count)d faults: %(first)s", count=len(wrong), first=wrong[0])
            notify(user.id, text, _place(wrong[0]), icon="alert-triangle")
    return True
