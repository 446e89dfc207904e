"""Creating and upgrading the database: `crm init`. Safe to run again, on both engines."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from crm.db import write_lock
from crm.errors import DomainError

MIGRATION_LOCK = 7_002  # PostgreSQL advisory lock: two `crm init` at once wait for each other


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def upgrade(engine: Engine) -> str:
    """Bring the database to this version's schema; returns the revision it has then."""
    if engine.dialect.name == "sqlite":
        with write_lock(Path(str(engine.url.database))), engine.connect() as connection:
            return _upgrade_sqlite(connection)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        return _run(connection)


def _upgrade_sqlite(connection: Connection) -> str:
    """Batch migrations rebuild tables: with foreign keys on, a CASCADE would erase the children (measured)."""
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.commit()
    revision = _run(connection)
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        connection.rollback()
        raise DomainError(f"The upgrade would break {len(broken)} references; nothing was changed.")
    connection.commit()
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    connection.commit()
    return revision


def _run(connection: Connection) -> str:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
    return revision_of(connection)


def revision_of(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    return ScriptDirectory.from_config(config()).get_current_head() or ""
