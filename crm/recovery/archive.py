"""`crm archive check`: the archive's invariants and the log's chain, by hand and every night."""

from __future__ import annotations

import json
import sys

import click
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.events import ArchiveProved
from crm.archive.dossiers.invariants import examine
from crm.archive.dossiers.reports import business_day_of
from crm.audit.log import record
from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.auth.models import User, UserRole
from crm.auth.permissions import ROLES, Permission
from crm.dates import today, utc_now
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.recovery.heads import exported_heads

CHAIN = "I9"


def faults() -> dict[str, list[str]]:
    """Invariant -> what is wrong; the chain against every head that was exported (I9)."""
    found = examine()
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


def prove_nightly() -> bool:
    """Once a business day, told in the log; faults also to who oversees the work. Twice is as good as once."""
    with unit_of_work(writes=False):
        if _proved_today():
            return False
        found = faults()
    wrong = [f"{name}: {fault}" for name, each in found.items() for fault in each]
    with unit_of_work():
        record(ArchiveProved(checked=sorted(found), faults=len(wrong)))
        for user in _overseers() if wrong else ():
            with force_locale(user.locale):
                text = _("The archive's check found %(count)d faults: %(first)s", count=len(wrong), first=wrong[0])
            notify(user.id, text, "/archive/dossiers", icon="alert-triangle")
    return True


def _proved_today() -> bool:
    last = (
        session()
        .scalars(select(LogEntry.at).where(LogEntry.kind == "ArchiveProved").order_by(LogEntry.id.desc()).limit(1))
        .one_or_none()
    )
    day = today(current_app.config["SETTINGS"].timezone)
    return last is not None and business_day_of(last) == day and last <= utc_now()


def _overseers() -> list[User]:
    roles = [
        role for role, permissions in ROLES.items() if permissions & {Permission.dossier_keep, Permission.job_oversee}
    ]
    query = select(User).join(UserRole, UserRole.user_id == User.id).where(UserRole.role.in_(roles), User.active)
    return list(session().scalars(query.distinct()))
