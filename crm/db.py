"""The database: one session per application context, one commit per unit of work, two engines.

Facts behind the SQLite rules (decision 003): deferred BEGIN under writing processes fails by the thousand, so
writers use BEGIN IMMEDIATE behind a file lock; the same lock keeps two connections from checkpointing at once.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

from flask import g
from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, String, create_engine, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, Session, declared_attr, mapped_column, sessionmaker
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import TypeDecorator

from crm.errors import Stale

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # without it INSERT OR REPLACE slips past the append-only triggers
    "cache_size=-32000",
    "temp_store=MEMORY",
)
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

open_session = sessionmaker(expire_on_commit=False)
before_commit: list[Callable[[Session], None]] = []  # run once at the end of every writing unit of work, in order
after_commit: list[Callable[[Session], None]] = []  # run when it stands and nobody waits for it; they never fail


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, UTC in the database; refuses naive ones."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


Moment = Annotated[datetime, mapped_column(UtcDateTime)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,  # a new state must not rewrite a table (decision 004)
            length=40,
            values_callable=lambda kind: [member.value for member in kind],
        ),
        str: String(),
    }


RECYCLE = 6 * 3600  # seconds: a connection of SQLite's knows the statistics of the day it was opened
STATEMENTS = 3000  # kept compiled: a day's work has more than SQLAlchemy's 500, and to compile one takes milliseconds
append_only_tables: set[str] = set()  # their triggers stand in the migrations; a test compares
movable_columns: dict[str, frozenset[str]] = {}  # of an append-only table: what may change, all else stays


def append_only(model: type[Base], *, but: Collection[str] = ()) -> None:
    """Rows of `model` are only ever added; the database's triggers refuse whoever comes another way.

    The columns named by `but` may change: what is still open of a bill follows from the rows that settle it.
    """
    append_only_tables.add(model.__tablename__)
    movable_columns[model.__tablename__] = frozenset(but)
    event.listen(model, "before_update", _refuse_change)
    event.listen(model, "before_delete", _refuse_deletion)


def _refuse_change(mapper: Mapper[Any], _connection: object, target: Any) -> None:
    movable = movable_columns[mapper.class_.__tablename__]
    changed = {attr.key for attr in mapper.column_attrs if inspect(target).attrs[attr.key].history.has_changes()}
    if not movable or changed - movable:
        raise TypeError(f"{mapper.class_.__name__} is append-only: correct it by a new row")


def _refuse_deletion(mapper: Mapper[Any], _connection: object, _target: object) -> None:
    raise TypeError(f"{mapper.class_.__name__} is append-only: correct it by a new row")


class Versioned:
    """A row that two people may open at once: forms carry `version`, a second writer is refused."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def expect_version(self, version: int | None) -> None:
        """Raise `Stale` when the form was opened on an older state; `version_id_col` alone cannot see that."""
        if version != self.version:
            raise Stale


def connect(url: str) -> Engine:
    """An engine with this product's rules set on every connection; its errors name no values, they may be personal."""
    rules: dict[str, Any] = {"hide_parameters": True, "query_cache_size": STATEMENTS}
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10, **rules)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    arguments = {"timeout": 10, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, pool_recycle=RECYCLE, **rules)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Without its just-in-time compiler, which made long lists up to six times slower (decision 025)."""
    connection.autocommit = True
    connection.execute("SET jit = off")
    connection.autocommit = False


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def session() -> Session:
    """This application context's session, opened on first use."""
    if "session" not in g:
        g.session = open_session()
    opened: Session = g.session
    return opened


def close_session(_error: BaseException | None = None) -> None:
    if "session" in g:
        g.pop("session").close()


def insert(table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows `on_conflict_do_…`; the two engines' words for it are the same."""
    dialect = sqlite if session().get_bind().dialect.name == "sqlite" else postgresql
    statement: postgresql.Insert | sqlite.Insert = dialect.insert(table)
    return statement


@contextmanager
def unit_of_work(*, writes: bool = True) -> Iterator[Session]:
    """Commit at the end, roll back on any error. Nobody else commits.

    Writers take their turn on SQLite; readers never wait. Reads end in COMMIT as well: a rollback would drop
    PostgreSQL's prepared statements.
    """
    db = session()
    with _turn(db) if writes else nullcontext():
        try:
            if writes:
                db.connection(execution_options={"writes": True})
            yield db
            if writes:
                finish(db)
            elif db.info.get("events"):
                raise RuntimeError("a reading unit of work recorded an event: it would be lost")
            db.commit()
        except BaseException:
            db.rollback()
            db.info.clear()
            raise
    for step in after_commit:
        step(db)


@contextmanager
def wholly() -> Iterator[None]:
    """All of what is done meanwhile, or nothing: where it fails neither rows stay nor what was noted for the end.

    Where no unit of work is under way, what is done has its own.
    """
    db = session()
    if not db.in_transaction():
        yield
        return
    db.flush()
    parts = [(thing, _parts_of(thing)) for thing in db]
    noted = {name: len(held) for name, held in db.info.items() if isinstance(held, list)}
    try:
        with db.begin_nested():
            yield
    except BaseException:
        for name, held in db.info.items():
            if isinstance(held, list):
                del held[noted.get(name, 0) :]
        for thing, loaded in parts:
            _put_back(thing, loaded)
        raise


def _parts_of(thing: Any) -> dict[str, Any]:
    """What is loaded of what hangs on it."""
    present = vars(thing)
    names = [part.key for part in inspect(type(thing)).relationships if part.key in present]
    return {name: list(present[name]) if isinstance(present[name], list) else present[name] for name in names}


def _put_back(thing: Any, parts: dict[str, Any]) -> None:
    """A page that says why not shows the thing as it was read: its columns are read anew, its parts are not."""
    for name, part in parts.items():
        if name not in vars(thing):
            set_committed_value(thing, name, part)


@contextmanager
def reading() -> Iterator[Session]:
    """A session of its own that only reads: one state of the data, while units of work go on being committed."""
    with open_session() as db:
        try:
            yield db
        finally:
            db.commit()


def finish(db: Session) -> None:
    """What belongs to every commit: the audit log's rows and the search index."""
    for step in before_commit:
        step(db)


@contextmanager
def _turn(db: Session) -> Iterator[None]:
    """One writer at a time over all processes of an SQLite installation; nothing on PostgreSQL.

    A session joined to somebody's open connection writes in that one's turn.
    """
    bind = db.get_bind()
    if isinstance(bind, Engine) and bind.dialect.name == "sqlite":
        with write_lock(Path(str(bind.url.database))):
            yield
    else:
        yield


@contextmanager
def write_lock(database: Path) -> Iterator[None]:
    """Hold `database`'s lock file; the system gives it back when a process dies."""
    descriptor = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
