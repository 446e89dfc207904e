"""Every migration tried on data, on both engines: step by step, killed at any statement, refused when it harms."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, inspect

from crm import schema
from crm.audit.queries import verify
from crm.db import connect, unit_of_work
from crm.errors import DomainError
from crm.recovery import rows
from tests.recovery.conftest import Place
from tests.recovery.filling import fill

pytestmark = [pytest.mark.postgres, pytest.mark.both]
ENGINES = ("sqlite", "postgresql")
Places = Callable[..., Place]
REVISIONS = [script.revision for script in ScriptDirectory.from_config(schema.config()).walk_revisions()][::-1]
FIRST = REVISIONS[0]


def filled(place: Place) -> None:
    with place.engine.connect().execution_options(writes=True) as connection, connection.begin():
        fill(connection)


def facts(connection: Connection) -> dict[str, dict[str, int]]:
    """Of every table the rows, and of every column of numbers the sum."""
    return {table.name: sums_of(connection, table) for table in rows.tables(connection)}


def sums_of(connection: Connection, table: rows.Table) -> dict[str, int]:
    numbers = [
        (spot, column.name) for spot, column in enumerate(table.columns) if column.kind in ("whole", "large", "truth")
    ]
    sums = {"rows": 0} | {name: 0 for _spot, name in numbers}
    for batch in rows.read(connection, table):
        sums["rows"] += len(batch)
        for spot, name in numbers:
            sums[name] += sum(row[spot] or 0 for row in batch)
    return sums


def of(place: Place) -> tuple[dict[str, dict[str, int]], list[Any]]:
    """Its facts, and what proves its log."""
    with place.engine.connect() as connection:
        known = rows.tables(connection)
        log = [rows.tally(connection, table).facts() for table in known if table.name in ("log_entry", "log_subject")]
        return {table.name: sums_of(connection, table) for table in known}, log


def kept(before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """`after`, as far as `before` speaks of it."""
    return {
        table: {name: after[table][name] for name in sums if name in after.get(table, {})}
        for table, sums in before.items()
    }


@pytest.mark.timeout(300)  # every table at every revision: longer with each
@pytest.mark.parametrize("engine", ENGINES)
def test_every_step_keeps_rows_sums_and_the_chain(place: Places, engine: str, living: Callable[..., Any]) -> None:
    standing = place(engine)
    assert schema.upgrade(standing.engine, FIRST) == FIRST
    for revision in REVISIONS[1:]:
        filled(standing)
        before, log = of(standing)
        assert all(sums["rows"] for sums in before.values())
        assert schema.upgrade(standing.engine, revision) == revision
        after, log_after = of(standing)
        assert kept(before, after) == before, revision
        assert log_after == log
    filled(standing)
    with living(standing), unit_of_work(writes=False) as db:
        assert verify(db).sound
        assert verify(db).entries


@pytest.mark.parametrize("engine", ENGINES)
def test_an_upgrade_killed_at_any_statement_leaves_the_old_revision_whole(place: Places, engine: str) -> None:
    standing = place(engine)
    schema.upgrade(standing.engine, FIRST)
    filled(standing)
    before, _log = of(standing)
    standing.engine.dispose()
    statements = count_of_statements(place(engine))
    for part in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        assert killed_after(int(statements * part), standing.url)
        with standing.engine.connect() as connection:
            assert schema.revision_of(connection) == FIRST
            assert facts(connection) == before
        standing.engine.dispose()
    assert schema.upgrade(standing.engine) == REVISIONS[-1]
    assert kept(before, of(standing)[0]) == before


def count_of_statements(place: Place) -> int:
    schema.upgrade(place.engine, FIRST)
    seen: list[str] = []
    event.listen(place.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    schema.upgrade(place.engine)
    return len(seen)


def killed_after(statements: int, url: str) -> bool:
    """Upgrade in a process of its own that dies by SIGKILL before its n-th statement."""
    child = os.fork()
    if child == 0:
        try:
            engine, left = connect(url), iter(range(statements))

            def count(*_arguments: object) -> None:
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(engine, "before_cursor_execute", count)
            schema.upgrade(engine)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


# Migrations of a house that does not exist, to see what the upgrade holds against them

GROUND = """
op.create_table("parent", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String()))
op.create_table("child", sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("parent_id", sa.Integer(), sa.ForeignKey("parent.id", ondelete="CASCADE", name="fk_child_parent_id")))
op.create_table("entry", sa.Column("id", sa.Integer(), primary_key=True))
op.execute("INSERT INTO parent (id, name) VALUES (1, 'a')")
op.execute("INSERT INTO child (id, parent_id) VALUES (1, 1), (2, 1)")
op.execute("INSERT INTO entry (id) VALUES (1), (2)")
protect("entry")
"""
REBUILT = """
with op.batch_alter_table("parent", recreate="always") as batch:
    batch.add_column(sa.Column("more", sa.Integer()))
"""
STUMBLES = """
op.execute("INSERT INTO no_such_table VALUES (1)")
"""
BREAKS_A_REFERENCE = """
op.execute("DELETE FROM parent")
"""
LOSES_TRIGGERS = """
with op.batch_alter_table("entry", recreate="always") as batch:
    batch.add_column(sa.Column("more", sa.Integer()))
"""
LOSES_ROWS = """
op.execute("DROP TRIGGER entry_no_delete")
op.execute("DELETE FROM entry WHERE id = 2")
op.execute("CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END")
"""
FRAME = """
import sqlalchemy as sa
from alembic import op
from crm.migrations.append_only import protect
revision, down_revision = "{revision}", {before}
def upgrade():
    {body}
"""


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """`house(step, step)`: the upgrade runs these instead of the product's."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    ours = Path(schema.__file__).parent / "migrations"
    (folder / "env.py").write_text((ours / "env.py").read_text())

    def build(*steps: str) -> None:
        for number, body in enumerate(steps, start=1):
            before = f'"{number - 1}"' if number > 1 else None
            text = FRAME.format(revision=number, before=before, body=body.strip().replace("\n", "\n    "))
            (folder / "versions" / f"{number}.py").write_text(text)

    def config() -> Config:
        found = Config()
        found.set_main_option("script_location", str(folder))
        return found

    monkeypatch.setattr(schema, "config", config)
    return build


def rows_of(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rebuilt_parent_does_not_take_its_children_along(place: Places, house: Any, engine: str) -> None:
    standing = place(engine)
    house(GROUND, REBUILT if engine == "sqlite" else REBUILT.replace(', recreate="always"', ""))
    assert schema.upgrade(standing.engine) == "2"
    assert rows_of(standing.engine, "child") == 2
    with standing.engine.connect() as connection:
        if engine == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_step_that_stumbles_takes_the_earlier_steps_back(place: Places, house: Any, engine: str) -> None:
    standing = place(engine)
    house(GROUND, STUMBLES)
    with pytest.raises(Exception, match="no_such_table"):
        schema.upgrade(standing.engine)
    with standing.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
        if engine == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


@pytest.mark.parametrize("harm", [BREAKS_A_REFERENCE, LOSES_TRIGGERS, LOSES_ROWS])
def test_what_harms_is_refused_and_changes_nothing(place: Places, house: Any, harm: str) -> None:
    """On SQLite, whose migrations rebuild tables; PostgreSQL itself refuses the first and loses no triggers."""
    standing = place("sqlite")
    house(GROUND)
    schema.upgrade(standing.engine)
    house(GROUND, harm)
    with pytest.raises(DomainError, match="nothing was changed"):
        schema.upgrade(standing.engine)
    with standing.engine.connect() as connection:
        assert schema.revision_of(connection) == "1"
    assert [rows_of(standing.engine, name) for name in ("parent", "child", "entry")] == [1, 2, 2]
    with pytest.raises(Exception, match="append-only"), standing.engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM entry")
