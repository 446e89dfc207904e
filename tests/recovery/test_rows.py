"""Rows carried between the engines: every kind of value, unchanged, in one order."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from crm import schema
from crm.db import UtcDateTime
from crm.errors import DomainError
from crm.models import Base
from crm.recovery import building, rows
from tests.recovery.conftest import Place

pytestmark = [pytest.mark.postgres, pytest.mark.both]
ENGINES = ("sqlite", "postgresql")
METADATA = sa.MetaData()
THING = sa.Table(
    "thing",
    METADATA,
    sa.Column("word", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("truth", sa.Boolean),
    sa.Column("large", sa.BigInteger),
    sa.Column("real", sa.Double),
    sa.Column("text", sa.Text),
    sa.Column("day", sa.Date),
    sa.Column("hour", sa.Time),
    sa.Column("moment", UtcDateTime),
    sa.Column("blob", sa.LargeBinary),
    sa.Column("json", sa.JSON),
    sa.Column("order", sa.Enum("a", "b", native_enum=False)),
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
# A bare number in a JSON column is one of SQLite's own, which reads no more than 15 digits exactly; figures are such.
FIGURES = st.integers(-(10**9), 10**9).map(lambda thousandths: thousandths / 1000)
SINGLE = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS
SCALARS = SINGLE | st.floats(-1e6, 1e6)
THINGS = st.fixed_dictionaries(
    {
        "word": TEXTS,
        "number": st.integers(-(2**31), 2**31 - 1),
        "truth": st.none() | st.booleans(),
        "large": st.none() | st.integers(-(2**63), 2**63 - 1),
        "real": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "text": st.none() | TEXTS,
        "day": st.none() | st.dates(date(1, 1, 1)),
        "hour": st.none() | st.times(),
        "moment": st.none() | st.datetimes(datetime(1, 1, 2), timezones=st.just(UTC)),
        "blob": st.none() | st.binary(max_size=9),
        "json": SINGLE | FIGURES | st.lists(SCALARS, max_size=3) | st.dictionaries(TEXTS, SCALARS, max_size=3),
        "order": st.sampled_from(["a", "b", None]),
    }
)


@pytest.fixture
def engines(place: Callable[..., Place]) -> dict[str, Engine]:
    found = {name: place(name).engine for name in ENGINES}
    for engine in found.values():
        METADATA.create_all(engine)
    return found


def lines_of(engine: Engine) -> bytes:
    with engine.connect() as connection:
        table = rows.tables(connection)[0]
        tally = rows.Tally(table)
        return b"".join(tally.add(batch) for batch in rows.read(connection, table))


def refill(engine: Engine, lines: bytes) -> None:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        connection.execute(THING.delete())
        rows.load(connection, rows.tables(connection)[0], lines)


@given(things=st.lists(THINGS, max_size=6, unique_by=lambda thing: (thing["word"], thing["number"])))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_value_travels_there_and_back(engines: dict[str, Engine], things: list[dict[str, object]]) -> None:
    for first, second in (ENGINES, ENGINES[::-1]):
        with engines[first].begin() as connection:
            connection.execute(THING.delete())
            if things:
                connection.execute(THING.insert(), things)
        with engines[first].connect() as connection:
            asked = sa.select(THING).order_by(sa.collate(THING.c.word, "C" if first != "sqlite" else "BINARY"))
            before = connection.execute(asked.order_by(THING.c.number)).all()
        lines = lines_of(engines[first])
        refill(engines[second], lines)
        assert lines_of(engines[second]) == lines
        refill(engines[first], lines)
        with engines[first].connect() as connection:
            assert connection.execute(asked.order_by(THING.c.number)).all() == before


def test_both_engines_give_the_same_lines(engines: dict[str, Engine]) -> None:
    draw = random.Random(7)
    letters = string.printable + "一户档é𠮷\u2028"
    things = [
        {
            "word": "".join(draw.choices(letters, k=5)),
            "number": number,
            "truth": draw.choice([True, False, None]),
            "large": draw.randrange(10**15),
            "real": draw.random() * 1e9,
            "text": "".join(draw.choices(letters, k=20)),
            "day": date(2026, 1, 1) + timedelta(draw.randrange(9999)),
            "hour": time(draw.randrange(24), draw.randrange(60), draw.randrange(60), draw.randrange(10**6)),
            "moment": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=draw.randrange(10**15)),
            "blob": draw.randbytes(8),
            "json": draw.choice([7, 7.0, 2.5, "7", None, {"b": 1.0, "a": ["一", None]}, [], True]),
            "order": "a",
        }
        for number in range(500)
    ]
    for engine in engines.values():
        with engine.begin() as connection:
            connection.execute(THING.insert(), things)
    assert lines_of(engines["sqlite"]) == lines_of(engines["postgresql"])


def test_a_tally_tells_rows_sums_and_contents(engines: dict[str, Engine]) -> None:
    with engines["sqlite"].begin() as connection:
        connection.execute(
            THING.insert(), [{"word": "a", "number": 1, "large": 5}, {"word": "b", "number": 1, "large": None}]
        )
        found = rows.tally(connection, rows.tables(connection)[0]).facts()
        assert (found["rows"], found["sums"]) == (2, {"large": 5})
        connection.execute(THING.update().where(THING.c.word == "b").values(text="x"))
        changed = rows.tally(connection, rows.tables(connection)[0]).facts()
    assert changed["sha256"] != found["sha256"]
    assert changed["columns"] == found["columns"]


def test_a_column_of_no_known_kind_is_refused_by_name(engines: dict[str, Engine]) -> None:
    with engines["sqlite"].begin() as connection:
        connection.exec_driver_sql("CREATE TABLE odd (id INTEGER PRIMARY KEY, span NUMERIC(10, 2))")
        with pytest.raises(DomainError, match=r"odd\.span"):
            rows.tables(connection)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_table_of_the_product_is_carried(place: Callable[..., Place], engine: str) -> None:
    """And a new database is empty but for what is known: rows of migrations meet the backup's own."""
    standing = place(engine)
    schema.upgrade(standing.engine)
    with standing.engine.connect() as connection:
        found = rows.tables(connection)
        assert {table.name for table in found} == set(Base.metadata.tables)
        assert [table.name for table in found if not table.key] == []
        assert [table.name for table in found if rows.tally(connection, table).rows] == list(building.MIGRATED)
    assert not building.holds_data(standing.engine)


def test_both_engines_call_the_columns_the_same(place: Callable[..., Place]) -> None:
    found = []
    for engine in ENGINES:
        standing = place(engine)
        schema.upgrade(standing.engine)
        with standing.engine.connect() as connection:
            found.append({table.name: table.columns for table in rows.tables(connection)})
    assert found[0] == found[1]
