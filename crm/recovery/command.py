"""`crm backup`, `crm restore`, `crm move`, `crm doctor`, `crm audit verify` and `crm audit head`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crm.audit.queries import Verdict, verify
from crm.db import open_session, unit_of_work
from crm.errors import DomainError
from crm.recovery import backup, check, drill, heads, restore
from crm.recovery.backup import Written
from crm.recovery.check import Checked
from crm.recovery.doctor import LEVEL_TITLES, Finding, Level, examine
from crm.recovery.drill import Drilled
from crm.recovery.manifest import Manifest
from crm.recovery.restore import Restored
from crm.settings import Settings, read_settings

FILE = click.Path(path_type=Path)
key_file = click.option("--key-file", type=FILE, help="A file with the backup key; else CRM_BACKUP_KEY.")
as_json = click.option("--json", "as_json", is_flag=True, help="The result as JSON.")


@click.command("backup")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@key_file
@as_json
def backup_command(path: Path, key_file: Path | None, *, force: bool, as_json: bool) -> None:
    """Back up database, uploads and, when encrypted, the keys into FILE, while the product works on.

    FILE may be a folder. Exit code 1 when uploads are missing on this disk; the backup is written all the same.
    """
    with _one_sentence():
        written = backup.back_up(_engine(), _settings(), path, _secret(key_file), force=force)
        backup.remember(_settings().data_dir, written)
    click.echo(json.dumps(_facts(written), ensure_ascii=False) if as_json else _told(written))
    for sha256 in written.manifest.missing_files:
        click.echo(_("MISSING %(name)s: the upload is gone or was changed on this disk.", name=sha256), err=True)
    if not written.encrypted:
        click.echo(_no_keys(), err=True)
    sys.exit(1 if written.manifest.missing_files else 0)


@click.command("restore")
@click.argument("path", metavar="[FILE]", type=FILE, required=False)
@click.option("--drill", "drills", is_flag=True, help="Restore for a moment into a temporary place and prove it.")
@click.option("--into", type=FILE, help="Another data folder; its database is SQLite unless --database-url says.")
@click.option("--database-url", default="", help="Another database.")
@click.option("--replace", is_flag=True, help="Replace what stands there, after a backup of it.")
@click.option("--unsigned", is_flag=True, help="Take an unencrypted backup that was not signed with the keys here.")
@key_file
@as_json
def restore_command(
    path: Path | None,
    into: Path | None,
    database_url: str,
    key_file: Path | None,
    *,
    drills: bool,
    replace: bool,
    unsigned: bool,
    as_json: bool,
) -> None:
    """Restore FILE into an empty installation, after proving every byte of it. --drill alone tries a fresh backup.

    Exit code 1 when it was refused, or when the log or a file that was restored has a fault.
    """
    with _one_sentence():
        if drills:
            _drill(path, _secret(key_file), unsigned=unsigned, as_json=as_json)
        if path is None:
            raise click.UsageError(_("Name the backup, or say --drill."))
        target = _target(into, database_url)
        checked = check.check(path, _secret(key_file), target, unsigned=unsigned)
        _end(checked, restore.restore(checked, target, replace=replace), as_json=as_json)


def _drill(path: Path | None, secret: str, *, unsigned: bool, as_json: bool) -> None:
    settings = _settings()
    if path is not None:
        checked = check.check(path, secret, settings, unsigned=unsigned)
        _end(checked, drill.drill(checked, settings), as_json=as_json)
    with drill.fresh(_engine(), settings, secret) as checked:
        drilled = drill.drill(checked, settings)
    _end(checked, drilled, as_json=as_json)


@click.command("move")
@click.option("--to", "url", required=True, help="The empty database to move into, as in CRM_DATABASE_URL.")
@as_json
def move_command(url: str, *, as_json: bool) -> None:
    """Carry the database to the other engine and prove it equal. Stop the product first; files and keys stay."""
    with _one_sentence():
        checked, built = drill.move(_engine(), _settings(), url)
    facts = _figures(checked.manifest) | {"revision": built.revision, "chain_faults": built.chain_faults}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        click.echo(_summary(checked.manifest))
        click.echo(_("Moved and proven equal. Set CRM_DATABASE_URL to the new database and start Yihu."))


@click.command("doctor")
@click.option("--full", is_flag=True, help="Read every upload and the whole database, not a sample.")
@as_json
def doctor_command(*, full: bool, as_json: bool) -> None:
    """Look over the installation; every line says what to do. Exit code 1 when something is bad."""
    findings = examine(_engine(), _settings(), full=full)
    if as_json:
        facts = [
            {"name": found.name, "level": found.level, "text": found.text, "remedy": found.remedy} for found in findings
        ]
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(map(_line, findings)))
    sys.exit(1 if any(found.level is Level.bad for found in findings) else 0)


def _line(found: Finding) -> str:
    line = f"[{LEVEL_TITLES[found.level]}] {found.text}"
    return f"{line}\n       → {found.remedy}" if found.remedy else line


@click.command("head")
def head_command() -> None:
    """Export today's head of the log's chain, once a day; the scheduler does it too."""
    head = heads.export_head()
    click.echo(_("%(entries)d entries, head %(head)s", entries=head.entries, head=head.head))


@click.command("verify")
@as_json
def verify_command(*, as_json: bool) -> None:
    """Prove that no entry was changed, taken out or cut off; exit code 1 when one was."""
    exported = heads.exported_heads(_settings())
    with unit_of_work(writes=False) as db:
        verdict = verify(db, exported)
    if as_json:
        click.echo(json.dumps(_verdict(verdict, len(exported)), ensure_ascii=False))
    else:
        click.echo(_("%(entries)d entries, head %(head)s", entries=verdict.entries, head=verdict.head))
        click.echo(_("compared with %(count)d exported heads", count=len(exported)))
        click.echo("".join(f"NOTE {note}\n" for note in verdict.notes), nl=False)
        click.echo("".join(f"FAULT {fault}\n" for fault in verdict.faults), nl=False)
    sys.exit(0 if verdict.sound else 1)


def _verdict(verdict: Verdict, exported: int) -> dict[str, Any]:
    return {
        "entries": verdict.entries,
        "head": verdict.head,
        "sound": verdict.sound,
        "faults": verdict.faults,
        "notes": verdict.notes,
        "exported_heads": exported,
    }


def _end(checked: Checked, done: Restored | Drilled, *, as_json: bool) -> None:
    """Say what was proven and leave with the exit code."""
    facts = _figures(checked.manifest) | {
        "proven": True,
        "seconds": round(done.seconds, 1),
        "chain_faults": done.chain_faults,
        "broken_files": done.broken_files,
        "missing_files": checked.manifest.missing_files,
        "keys_fit": checked.keys_fit,
    }
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _account(checked, done))
    sys.exit(1 if done.chain_faults or done.broken_files or checked.manifest.missing_files else 0)


def _account(checked: Checked, done: Restored | Drilled) -> str:
    proven = (
        _("Drilled: restored, proven equal and put away again in %(seconds).1f seconds.", seconds=done.seconds)
        if isinstance(done, Drilled)
        else _("Restored and proven equal in %(seconds).1f seconds.", seconds=done.seconds)
    )
    lines = [_summary(checked.manifest), str(proven)]
    lines += [f"FAULT {fault}" for fault in done.chain_faults]
    lines += [
        str(_("MISSING %(name)s: the upload was lost before the backup was made.", name=name))
        for name in checked.manifest.missing_files
    ]
    lines += [
        str(_("BROKEN %(name)s: the upload could not be kept on this disk.", name=name)) for name in done.broken_files
    ]
    if isinstance(done, Restored) and done.safety:
        lines.append(str(_("What stood here before: %(file)s", file=done.safety)))
    if not checked.keys_fit:
        lines.append(_no_keys_here())
    return "\n".join(lines)


def _no_keys() -> str:
    return str(
        _(
            "WARNING This backup is not encrypted, so keys.json is not in it. Without that file every ID number and "
            "every second factor is lost: keep a copy of it apart, or set CRM_BACKUP_KEY and back up again."
        )
    )


def _no_keys_here() -> str:
    return str(
        _(
            "WARNING The keys here are not those of the backup: put its keys.json into the data folder, else ID "
            "numbers cannot be read."
        )
    )


def _told(written: Written) -> str:
    size = f"{written.size / 1e6:,.1f} MB"
    if written.encrypted:
        line = _("Backup written, encrypted, keys included: %(file)s (%(size)s)", file=written.path, size=size)
    else:
        line = _("Backup written, not encrypted: %(file)s (%(size)s)", file=written.path, size=size)
    return f"{line}\n{_summary(written.manifest)}"


def _summary(made: Manifest) -> str:
    figures = {
        "rows": f"{made.rows:,}",
        "tables": len(made.tables),
        "files": f"{len(made.files):,}",
        "size": f"{made.bytes_of_files / 1e6:,.1f} MB",
        "entries": f"{made.chain.entries:,}",
        "moment": made.created_at,
    }
    text = _(
        "%(rows)s rows in %(tables)d tables, %(files)s uploads (%(size)s), %(entries)s log entries, as of %(moment)s",
        **figures,
    )
    return str(text)


def _figures(made: Manifest) -> dict[str, Any]:
    return {
        "created_at": made.created_at,
        "schema": made.schema,
        "engine": made.engine,
        "rows": made.rows,
        "tables": {name: facts["rows"] for name, facts in made.tables.items()},
        "files": len(made.files),
        "bytes_of_files": made.bytes_of_files,
        "entries": made.chain.entries,
        "head": made.chain.head,
    }


def _facts(written: Written) -> dict[str, Any]:
    return _figures(written.manifest) | {
        "path": str(written.path),
        "bytes": written.size,
        "encrypted": written.encrypted,
        "missing_files": written.manifest.missing_files,
    }


def _target(into: Path | None, database_url: str) -> Settings:
    if into is None and not database_url:
        return _settings()
    folder = into or _settings().data_dir
    return read_settings({**os.environ, "CRM_DATA_DIR": str(folder), "CRM_DATABASE_URL": database_url})


def _secret(path: Path | None) -> str:
    if path is None:
        return os.environ.get("CRM_BACKUP_KEY", "")
    secret = path.read_text().strip()
    if not secret:
        raise DomainError(_("The key file %(file)s is empty.", file=path))
    return secret


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Faults of disk and database as a sentence without values, which may be personal."""
    try:
        yield
    except OSError as error:
        raise DomainError(_("%(file)s: %(reason)s", file=error.filename or "", reason=error.strerror)) from error
    except DBAPIError as error:
        reason = str(error.orig).partition("\n")[0]
        raise DomainError(_("The database refused: %(reason)s. Nothing was changed.", reason=reason)) from error


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _engine() -> Engine:
    engine: Engine = open_session.kw["bind"]
    return engine


COMMANDS: tuple[click.Command, ...] = (backup_command, restore_command, move_command, doctor_command)
AUDIT_COMMANDS: tuple[click.Command, ...] = (verify_command, head_command)
MEND = {"restore", "doctor"}  # run where a restore was left unfinished
ANY_REVISION = MEND | {"init", "backup", "move"}  # run on a database of another version
