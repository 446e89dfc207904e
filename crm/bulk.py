"""Many rows into one table, the quickest way each driver knows: COPY on PostgreSQL, executemany on SQLite.

A half to an eighth of the time of SQLAlchemy's rows of parameters. The values are the model's own, the types turn
them into what the database keeps; plain defaults are filled in, keys that the database gives out are not read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Column, Connection, Dialect, Table, func, select, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from crm.db import Base, session, unit_of_work

SEEN = 400  # rows of an index that SQLite counts: all of a large company's tables take it some milliseconds
PIECE = 20_000  # rows whose values are in memory at once
Row = Mapping[str, Any]
Piece = TypeVar("Piece")


def pour(model: type[Base], rows: Sequence[Row]) -> None:
    """Insert the rows; each says something about the same columns, `defaults` of the others are plain values."""
    if not rows:
        return
    table, dialect = _table(model), _connection().dialect
    names = tuple(rows[0])
    fixed = {name: value for name, value in _defaults(table).items() if name not in names}
    writers = [_writer(table.c[name], dialect) for name in (*names, *fixed)]
    constant = tuple(write(value) for write, value in zip(writers[len(names) :], fixed.values(), strict=True))
    changed = [(place, write) for place, write in enumerate(writers[: len(names)]) if write is not _as_it_is]
    pour_rows(model, (*names, *fixed), (_written(row, names, changed, constant) for row in rows))


def pour_rows(model: type[Base], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values that are already as the database keeps them, in the order of `names`."""
    for piece in _pieces(rows):
        if _on_postgresql():
            with _copy(model, names) as copy:
                for row in piece:
                    copy.write_row(row)
        else:
            _connection().exec_driver_sql(_insert(model, names), [tuple(row) for row in piece])


def pour_lines(model: type[Base], names: Sequence[str], lines: Iterable[str]) -> None:
    """Insert lines of values between tabs. None may hold a tab, a backslash or a line break, or be missing."""
    for piece in _pieces(lines):
        if _on_postgresql():
            with _copy(model, names) as copy:
                copy.write("\n".join([*piece, ""]))
        else:
            _connection().exec_driver_sql(_insert(model, names), [tuple(line.split("\t")) for line in piece])


@contextmanager
def _copy(model: type[Base], names: Sequence[str]) -> Iterator[Any]:
    driver: Any = _connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {_table(model).name} ({_columns(names)}) FROM STDIN") as copy:
        yield copy


def _insert(model: type[Base], names: Sequence[str]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {_table(model).name} ({_columns(names)}) VALUES ({marks})"  # noqa: S608 - our own names


def _columns(names: Sequence[str]) -> str:
    return ", ".join(map(_connection().dialect.identifier_preparer.quote, names))


def keys(model: type[Any], count: int) -> list[int]:
    """Keys for new rows of the table, nobody else gets them: SQLite has one writer, PostgreSQL a sequence."""
    if _on_postgresql():
        sequence = func.pg_get_serial_sequence(_table(model).name, "id")
        drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return list(session().scalars(drawn))
    return list(Ids().take(model, count))


class Ids:
    """Keys given out by ourselves, where nobody else writes: nothing has to be read back from the database."""

    def __init__(self) -> None:
        self._next: dict[type[Any], int] = {}

    def take(self, model: type[Any], count: int) -> range:
        """The next `count` keys of the table."""
        first = self._next.get(model) or 1 + (session().scalar(select(func.max(model.id))) or 0)
        self._next[model] = first + count
        return range(first, first + count)

    def settle(self) -> None:
        """Let the database go on behind the last key; SQLite does so by itself."""
        if _on_postgresql():
            following = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :next, false)")
            for model, key in self._next.items():
                session().execute(following, {"name": _table(model).name, "next": key})


def _connection() -> Connection:
    return session().connection()


def _on_postgresql() -> bool:
    return _connection().dialect.name == "postgresql"


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


def _defaults(table: Table) -> dict[str, Any]:
    """Of the columns whose default is a plain value."""
    plain = ((column.name, column.default) for column in table.c)
    return {name: default.arg for name, default in plain if isinstance(default, ScalarElementColumnDefault)}


def _as_it_is(value: Any) -> Any:
    return value


@lru_cache
def _writer(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any]:
    return column.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _written(
    row: Row, names: Sequence[str], changed: Sequence[tuple[int, Callable[[Any], Any]]], constant: tuple[Any, ...]
) -> list[Any]:
    values = [row[name] for name in names]
    for place, write in changed:
        values[place] = write(values[place])
    values.extend(constant)
    return values


def _pieces(rows: Iterable[Piece]) -> Iterator[list[Piece]]:
    remaining = iter(rows)
    while piece := list(islice(remaining, PIECE)):
        yield piece


def look_anew() -> None:
    """Tell the planner how much there is now: until it knows, large tables are taken for empty ones."""
    connection = _connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit={SEEN}")
    connection.exec_driver_sql("ANALYZE")


def look_again() -> None:
    """PostgreSQL looks by itself as tables grow; an embedded database is told to, from time to time."""
    with unit_of_work():
        if _connection().dialect.name == "sqlite":
            look_anew()
