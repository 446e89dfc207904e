"""Building a database out of a backup, on either engine, and proving it equal before it counts.

SQLite: a draft file in a folder of its own, which is renamed when proven. PostgreSQL: one transaction over
everything. Killed on the way, neither leaves anything that looks like a database.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from crm import schema
from crm.audit.queries import verify
from crm.db import connect, write_lock
from crm.errors import DomainError
from crm.recovery import backup, manifest, parts, rows
from crm.recovery.check import Checked

WORKSHOP = "restoring"
# What the migrations themselves put into every new database, and nobody may take out: not yet anybody's data.
MIGRATED = ("holiday_notice", "holiday_notice_day")
# What `crm init` puts there.
SEEDED = ("dossier_template", "template_section", "template_slot", "policy_version", "archive_location")
NO_DATA = {rows.REVISION_TABLE, *MIGRATED, *SEEDED}  # stands in every installation from its first day
FOREIGN_KEYS = (
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'f' AND pg_table_is_visible(conrelid)"
)


@dataclass(frozen=True, slots=True)
class Built:
    """What stands now: the newest revision, and what the log itself had against it, if anything."""

    revision: str
    chain_faults: list[str]


def build(connection: Connection, checked: Checked) -> Built:
    """Within the caller's transaction, into a database without tables: the backup's revision, its rows, the proof,
    then the newest revision. Raises `DomainError` when what stands is not what the manifest says."""
    schema.advance(connection, checked.manifest.schema)
    _fill(connection, checked)
    _prove(connection, checked)
    revision = schema.advance(connection)
    with Session(bind=connection) as db:
        return Built(revision, verify(db).faults)


def _fill(connection: Connection, checked: Checked) -> None:
    known = {table.name: table for table in rows.tables(connection)}
    said = {name: facts["columns"] for name, facts in checked.manifest.tables.items()}
    if said != {name: [[column.name, column.kind] for column in table.columns] for name, table in known.items()}:
        raise DomainError(_("The backup's tables are not those of revision %(name)s.", name=checked.manifest.schema))
    there = {name: rows.keys(connection, known[name]) for name in MIGRATED if name in known}
    with _unbound(connection), parts.reading(checked.path, checked.secret) as found:
        for part in found:
            if part.name.startswith(parts.ROWS):
                name = part.name.removeprefix(parts.ROWS)
                rows.load(connection, known[name], part.lines(), there.get(name, ()))


@contextmanager
def _unbound(connection: Connection) -> Iterator[None]:
    """Load without regard to the tables' order; every reference is checked at the end."""
    if connection.dialect.name == "sqlite":
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise DomainError(_("The backup holds %(count)d broken references.", count=len(broken)))
        return
    connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
    references = connection.exec_driver_sql(FOREIGN_KEYS).all()
    for table, name, _definition in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    _wind_sequences(connection)


def _wind_sequences(connection: Connection) -> None:
    """PostgreSQL counts ids apart from the rows: on from the highest there is."""
    for table in rows.tables(connection):
        for key in table.key:
            place = {"table": table.name, "column": key}
            sequence = connection.scalar(text("SELECT pg_get_serial_sequence(quote_ident(:table), :column)"), place)
            if sequence:
                highest = connection.exec_driver_sql(f'SELECT max("{key}") FROM "{table.name}"').scalar()  # noqa: S608
                connection.execute(
                    text("SELECT setval(:sequence, :value, :used)"),
                    {"sequence": sequence, "value": highest or 1, "used": highest is not None},
                )


def _prove(connection: Connection, checked: Checked) -> None:
    found = {table.name: rows.tally(connection, table).facts() for table in rows.tables(connection)}
    unequal = manifest.differences(checked.manifest, found)
    if backup.chain(connection) != checked.manifest.chain:
        unequal.append(str(_("the audit log ends elsewhere")))
    if unequal:
        raise DomainError(_("What was restored is not what was backed up: %(what)s", what="; ".join(unequal)))


def holds_data(engine: Engine) -> bool:
    """Whether any row stands there besides what `crm init` puts. Raises `DomainError` when the tables are not ours."""
    if engine.dialect.name == "sqlite" and not _has_bytes(Path(str(engine.url.database))):
        return False
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        if names and rows.REVISION_TABLE not in names:
            raise DomainError(_("The database holds tables that are not Yihu's. Give an empty one."))
        quote = connection.dialect.identifier_preparer.quote
        filled = (f"SELECT 1 FROM {quote(name)} LIMIT 1" for name in names if name not in NO_DATA)  # noqa: S608
        return any(connection.exec_driver_sql(query).first() for query in filled)


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def put_in_place(checked: Checked, url: str, last_look: Callable[[], None]) -> Built:
    """Build the database at `url`; whatever tables stood there go. `last_look` may still refuse, after the proof."""
    if url.startswith("sqlite"):
        return _put_sqlite(checked, Path(url.removeprefix("sqlite:///")), last_look)
    engine = connect(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": schema.MIGRATION_LOCK})
            _drop_tables(connection)
            built = build(connection, checked)
            last_look()
            return built
    finally:
        engine.dispose()


def _drop_tables(connection: Connection) -> None:
    quote = connection.dialect.identifier_preparer.quote
    if names := inspect(connection).get_table_names():
        connection.exec_driver_sql(f"DROP TABLE {', '.join(map(quote, names))} CASCADE")


def _put_sqlite(checked: Checked, database: Path, last_look: Callable[[], None]) -> Built:
    workshop = database.parent / WORKSHOP
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(mode=0o700, parents=True)
    try:
        draft = workshop / database.name
        built = build_sqlite(checked, draft)
        with write_lock(database):
            _close_down(database)
            last_look()
            draft.replace(database)
        backup.settle(database.parent)
        return built
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def build_sqlite(checked: Checked, draft: Path) -> Built:
    """A proven database file without a WAL beside it. A journal would save nothing: a failed draft is thrown away."""
    engine = connect(f"sqlite:///{draft}")
    try:
        with engine.connect() as connection:
            for words in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF"):
                schema.pragma(connection, words)
            with connection.execution_options(writes=True).begin():
                built = build(connection, checked)
    finally:
        engine.dispose()
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return built


def _close_down(database: Path) -> None:
    """Fold the WAL of the database that goes into it, which only works when nobody has it open.

    A WAL left beside the new file would be read as the new file's.
    """
    if not _has_bytes(database):
        return
    engine = connect(f"sqlite:///{database}")
    try:
        with engine.connect() as connection:
            schema.pragma(connection, "busy_timeout=0")
            schema.pragma(connection, "journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise DomainError(_("The database is in use. Stop Yihu, then restore again.")) from error
    finally:
        engine.dispose()
