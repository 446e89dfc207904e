"""The triggers that keep a table append-only, in the words of each engine."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from alembic import op

MESSAGE = "append-only"


def protect(table: str, key: str = "id", *, but: Collection[str] = ()) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE, and on SQLite also the INSERT OR REPLACE that would overwrite a row.

    `key` is a condition-ready column name of the primary key; several are given as "a,b". The columns named by `but`
    may be updated.
    """
    changes = f"UPDATE OF {', '.join(_fixed(table, but))}" if but else "UPDATE"
    if op.get_bind().dialect.name == "postgresql":
        _protect_postgresql(table, changes)
    else:
        _protect_sqlite(table, key.split(","), changes)


def _fixed(table: str, but: Collection[str]) -> list[str]:
    columns = [str(column["name"]) for column in sa.inspect(op.get_bind()).get_columns(table)]
    return [op.get_bind().dialect.identifier_preparer.quote(name) for name in columns if name not in but]


def _protect_postgresql(table: str, changes: str) -> None:
    _declare_refusal()
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE {changes} OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _protect_sqlite(table: str, key: list[str], changes: str) -> None:
    for action, words in (("update", changes), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{action} BEFORE {words} ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - names of our own tables
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def refuse(table: str, action: str, condition: str = "", suffix: str = "") -> None:
    """Refuse UPDATE or DELETE of rows for which `condition` over OLD (and NEW) holds, or of any row.

    A second refusal of the same action needs a `suffix` of its own.
    """
    name = "_".join(filter(None, (table, "refuse", action.lower(), suffix)))
    when = f"WHEN ({condition})" if condition else ""
    if op.get_bind().dialect.name == "postgresql":
        _declare_refusal()
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def refuse_if(table: str, action: str, name: str, query: str) -> None:
    """Refuse the UPDATE (or INSERT) of a row when `query` over NEW and OLD finds anything in other tables.

    An INSERT must stay possible in whatever order a backup's tables come back: ask there for nothing but what the row
    itself says.
    """
    trigger = f"{table}_{name}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF EXISTS ({query}) THEN RAISE EXCEPTION '{name}: %', TG_TABLE_NAME; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()")
    else:
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} WHEN EXISTS ({query}) "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def refuse_where(table: str, action: str, other: str, condition: str) -> None:
    """Refuse UPDATE or DELETE of rows for which `other` tables have a row; PostgreSQL asks that in a function."""
    name = f"{table}_refuse_{action.lower()}"
    found = f"EXISTS (SELECT 1 FROM {other} WHERE {condition})"  # noqa: S608 - names of our own tables
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {found} THEN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME; END IF; "
            f"RETURN {'OLD' if action == 'DELETE' else 'NEW'}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} WHEN {found} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def _declare_refusal() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME; END $$"
    )
