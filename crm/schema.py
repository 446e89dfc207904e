"""Creating and upgrading the database: `crm init`. Safe to run again, on both engines; whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from crm.db import write_lock
from crm.errors import DomainError

MIGRATION_LOCK = 7_002  # PostgreSQL advisory lock: two `crm init` at once wait for each other
HEAD = "head"
PROTECTED = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_no_delete'",
    "postgresql": "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE t.tgname = c.relname || '_append_only' AND pg_table_is_visible(c.oid)",
}


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def upgrade(engine: Engine, revision: str = HEAD) -> str:
    """Bring the database to `revision`; returns the one it has then. One transaction over all steps."""
    if engine.dialect.name == "sqlite":
        with write_lock(Path(str(engine.url.database))), engine.connect() as connection:
            return _upgrade_sqlite(connection, revision)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        return advance(connection, revision)


def _upgrade_sqlite(connection: Connection, revision: str) -> str:
    """Batch migrations rebuild tables: with foreign keys on, a CASCADE would erase the children (measured)."""
    pragma(connection, "foreign_keys=OFF")
    try:
        with connection.execution_options(writes=True).begin():
            reached = advance(connection, revision)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise DomainError(f"The upgrade would break {len(broken)} references; nothing was changed.")
    finally:
        pragma(connection, "foreign_keys=ON")
    return reached


def pragma(connection: Connection, words: str) -> Any:
    """Say it to SQLite itself: SQLAlchemy would begin a transaction first, and inside one most pragmas do nothing."""
    driver: Any = connection.connection.driver_connection
    answer = driver.execute(f"PRAGMA {words}").fetchone()
    return answer[0] if answer else None


def advance(connection: Connection, revision: str = HEAD) -> str:
    """Run the migrations inside the caller's transaction. Alembic joins one that has begun; left to itself it would
    commit after every step on SQLite. Raises `DomainError` when an append-only table lost rows or its triggers."""
    before = _protected(connection)
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)
    after = _protected(connection)
    poorer = sorted(table for table, count in before.items() if after.get(table, -1) < count)
    if poorer:
        raise DomainError(f"The upgrade would take rows or their protection from {poorer}; nothing was changed.")
    return revision_of(connection)


def _protected(connection: Connection) -> dict[str, int]:
    """The append-only tables and how many rows each has."""
    tables = connection.exec_driver_sql(PROTECTED[connection.dialect.name]).scalars().all()
    return {table: connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one() for table in tables}  # noqa: S608 - names of our own tables


def revision_of(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this version can build a database of that revision."""
    return revision in {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
