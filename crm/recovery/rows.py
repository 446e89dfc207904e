"""Rows in a form neither engine owns: JSON lines, one array a row, rows in key order, columns by name.

Tables and columns are read from the database itself, so that a database of any revision can be carried. A column is
of one of a few kinds; every value is a whole number, a text, a floating number or null:

    truth 0 or 1 · whole · large (also summed up: money is kept in fen) · real · text · json (its text)
    day 2026-11-23 · time 21:00:00.000000 · moment 2026-11-23 02:30:00.000000 in UTC · bytes as hex digits
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select
from sqlalchemy.types import TypeEngine

from crm.errors import DomainError

REVISION_TABLE = "alembic_version"
BATCH = 2_000  # rows fetched at a time
Row = Sequence[Any]
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # built once: half the time of json.dumps

KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (  # the first that fits
    (sa.Boolean, "truth"),
    (sa.BigInteger, "large"),
    (sa.Integer, "whole"),
    (sa.Float, "real"),
    (sa.DateTime, "moment"),
    (sa.Date, "day"),
    (sa.Time, "time"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "bytes"),
    (sa.String, "text"),
)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What proves a table: its rows counted, their lines hashed, its large numbers summed."""

    table: Table
    rows: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, rows: Sequence[Row]) -> bytes:
        """Take the rows in; returns their lines."""
        self.rows += len(rows)
        for place, column in enumerate(self.table.columns):
            if column.kind == "large":
                self.sums[column.name] = self.sums.get(column.name, 0) + sum(row[place] or 0 for row in rows)
        block = "".join([f"{line}\n" for line in map(ENCODE, rows)]).encode()
        self.digest.update(block)
        return block

    def facts(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return {
            "columns": [[column.name, column.kind] for column in self.table.columns],
            "rows": self.rows,
            "sha256": self.digest.hexdigest(),
            "sums": {name: self.sums[name] for name in sorted(self.sums)},
        }


def tables(connection: Connection) -> list[Table]:
    """Every table of the database but Alembic's, by name. Raises `DomainError` on a column of no known kind."""
    inspector = sa.inspect(connection)
    keys = {name: key for (_schema, name), key in inspector.get_multi_pk_constraint().items()}
    found = {name: columns for (_schema, name), columns in inspector.get_multi_columns().items()}
    return [
        Table(
            name,
            tuple(
                Column(column["name"], _kind(name, column["name"], column["type"]))
                for column in sorted(found[name], key=lambda column: column["name"])
            ),
            tuple(keys[name]["constrained_columns"]),
        )
        for name in sorted(found)
        if name != REVISION_TABLE
    ]


def _kind(table: str, column: str, found: TypeEngine[Any]) -> str:
    for type_, kind in KINDS:
        if isinstance(found, type_):
            return kind
    raise DomainError(f"{table}.{column} is of a kind ({found}) that backups do not know.")


def read(connection: Connection, table: Table) -> Iterator[Sequence[Row]]:
    """The table's rows in key order, some thousand at a time."""
    options = {"stream_results": True, "yield_per": BATCH}
    numbers = _places(table, "json")
    with connection.execute(_select(table, connection.dialect.name), execution_options=options) as result:
        for rows in result.partitions():
            yield [_settled(row, numbers) for row in rows] if numbers else [tuple(row) for row in rows]


def _settled(row: Row, places: list[int]) -> Row:
    """SQLite keeps a bare number in a JSON column as a number, and 30.0 as 30: said in one way here."""
    values = list(row)
    for place in places:
        value = values[place]
        if isinstance(value, str) and value[:1] not in "-0123456789":
            continue
        if value is not None:
            number = json.loads(value) if isinstance(value, str) else value
            values[place] = json.dumps(int(number) if number == number // 1 else number)
    return values


def tally(connection: Connection, table: Table) -> Tally:
    """Read the table once and say what proves it."""
    found = Tally(table)
    for rows in read(connection, table):
        found.add(rows)
    return found


def _select(table: Table, dialect: str) -> Select[Any]:
    kinds = {column.name: column.kind for column in table.columns}
    carried = CARRIED[dialect]
    order = [_ordered(sa.column(name), kinds[name], dialect) for name in table.key]
    wanted = [carried.get(column.kind, _as_it_is)(sa.column(column.name)) for column in table.columns]
    return sa.select(*wanted).select_from(sa.table(table.name)).order_by(*order)


def _ordered(column: ColumnElement[Any], kind: str, dialect: str) -> ColumnElement[Any]:
    """By the bytes of texts on both engines, whatever language the server sorts in."""
    return sa.collate(column, "C") if dialect == "postgresql" and kind == "text" else column


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


Expression = Callable[[ColumnElement[Any]], ColumnElement[Any]]
CARRIED: dict[str, dict[str, Expression]] = {
    "sqlite": {"bytes": lambda column: sa.case((column.is_not(None), sa.func.lower(sa.func.hex(column))))},
    "postgresql": {
        "truth": lambda column: sa.cast(column, sa.Integer),
        "real": lambda column: column + sa.literal_column("0"),  # -0.0, which SQLite does not keep, becomes 0.0
        "day": lambda column: sa.func.to_char(column, "YYYY-MM-DD"),
        "time": lambda column: sa.func.to_char(column, "HH24:MI:SS.US"),
        "moment": lambda column: sa.func.to_char(sa.func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US"),
        "json": lambda column: sa.cast(column, sa.Text),
        "bytes": lambda column: sa.func.encode(column, "hex"),
    },
}


def load(connection: Connection, table: Table, lines: bytes, besides: Collection[tuple[Any, ...]] = ()) -> None:
    """Put the rows of these lines into the table, but for those whose keys stand there already."""
    rows = json.loads(b"[" + lines.rstrip(b"\n").replace(b"\n", b",") + b"]")  # at once: a third of line by line
    if besides:
        rows = [row for row in rows if _key(table, row) not in besides]
    if rows:
        LOADERS[connection.dialect.name](connection, table, rows)


def keys(connection: Connection, table: Table) -> set[tuple[Any, ...]]:
    """The keys of all its rows, as lines have them."""
    return {_key(table, row) for batch in read(connection, table) for row in batch}


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[place] for place, column in enumerate(table.columns) if column.name in table.key)


def _load_sqlite(connection: Connection, table: Table, rows: list[list[Any]]) -> None:
    for place in _places(table, "bytes"):
        for row in rows:
            row[place] = None if row[place] is None else bytes.fromhex(row[place])
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {_name(connection, table)} ({_columns(connection, table)}) VALUES ({marks})"  # noqa: S608
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _load_postgresql(connection: Connection, table: Table, rows: list[list[Any]]) -> None:
    for place in _places(table, "bytes"):
        for row in rows:
            row[place] = None if row[place] is None else f"\\x{row[place]}"
    driver: Any = connection.connection.cursor()
    with driver, driver.copy(f"COPY {_name(connection, table)} ({_columns(connection, table)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


LOADERS = {"sqlite": _load_sqlite, "postgresql": _load_postgresql}


def _places(table: Table, kind: str) -> list[int]:
    return [place for place, column in enumerate(table.columns) if column.kind == kind]


def _name(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.quote(table.name)


def _columns(connection: Connection, table: Table) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return ", ".join(quote(column.name) for column in table.columns)
