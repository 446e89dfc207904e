"""The session and its unit of work, column types, the rules set on every connection."""

import os
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from crm.auth.models import LoginAttempt, User
from crm.db import PRAGMAS, UtcDateTime, before_commit, session, unit_of_work, wholly, write_lock
from crm.errors import Stale
from crm.properties.models import Building, Estate, Unit
from tests import factories as make

MOMENT = datetime(2026, 11, 23, 10, 30, 15, 123456, tzinfo=UTC)
SHANGHAI = timezone(timedelta(hours=8))


class Failure(Exception):
    pass


def attempt(at):
    return LoginAttempt(at=at, username="limin", address="", outcome="entered")


def estate_named(name):
    return select(func.count()).select_from(Estate).where(Estate.name == name)


# Moments


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
def test_a_moment_without_a_time_zone_is_refused(dialect):
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(MOMENT.replace(tzinfo=None), dialect)


def test_a_naive_moment_never_reaches_the_database(db):
    db.add(attempt(MOMENT.replace(tzinfo=None)))
    with pytest.raises(StatementError, match="naive"):
        db.flush()


@pytest.mark.parametrize("given", [MOMENT, MOMENT.astimezone(SHANGHAI)], ids=["UTC", "Shanghai"])
def test_a_moment_comes_back_in_utc_to_the_microsecond(work, given):
    with work() as db:
        db.add(entry := attempt(given))
        db.flush()
        back = db.scalar(select(LoginAttempt.at).where(LoginAttempt.id == entry.id))
    assert back == MOMENT
    assert back.tzinfo is UTC


# The unit of work


def test_what_ends_well_stays_and_what_fails_does_not(own_work):
    with own_work() as db:
        db.add(Estate(name="kept"))
    with pytest.raises(Failure), own_work() as db:  # noqa: PT012
        db.add(Estate(name="lost"))
        db.flush()
        raise Failure
    with own_work(writes=False) as db:
        assert [db.scalar(estate_named(name)) for name in ("kept", "lost")] == [1, 0]


def test_a_failing_last_step_takes_everything_back(own_work):
    def fail(_db):
        raise Failure

    before_commit.append(fail)
    try:
        with pytest.raises(Failure), own_work() as db:
            db.add(Estate(name="lost"))
    finally:
        before_commit.remove(fail)
    with own_work(writes=False) as db:
        assert db.scalar(estate_named("lost")) == 0


def test_a_failed_unit_leaves_nothing_noted_for_the_next_one(app, db):
    with app.app_context():
        with pytest.raises(Failure), unit_of_work() as opened:  # noqa: PT012
            opened.info["events"] = ["something that did not happen"]
            raise Failure
        assert session().info == {}


def test_what_fails_in_between_leaves_nothing_and_the_thing_as_it_was_read(work, estate):
    user_id = make.make_user(estates=[estate]).id
    with work() as db:
        db.add(Building(estate_id=estate.id, number="old", sort_key="1"))
        db.flush()
        db.expunge_all()
        building = db.scalars(select(Building).options(joinedload(Building.estate))).one()
        user = db.get_one(User, user_id, options=[selectinload(User.estates)])
        db.info["events"] = ["said before"]
        with pytest.raises(Failure), wholly():  # noqa: PT012
            building.number = user.full_name = "new"
            user.estates.clear()
            db.add(Building(estate_id=estate.id, number="ghost", sort_key="2"))
            db.info["events"].append("said of what failed")
            db.info["tasks"] = ["asked for by what failed"]
            db.flush()
            raise Failure
        assert (building.number, building.estate.name) == ("old", estate.name)
        assert (user.full_name, [each.estate_id for each in user.estates]) == ("林青", [estate.id])
        assert db.scalars(select(Building.number)).all() == ["old"]
        assert (db.info.pop("events"), db.info.pop("tasks")) == (["said before"], [])


def test_what_goes_well_in_between_stays(work, estate):
    with work() as db:
        with wholly():
            db.add(Building(estate_id=estate.id, number="1", sort_key="1"))
        assert db.scalars(select(Building.number)).all() == ["1"]


def test_an_application_context_has_one_session_of_its_own(app, db):
    with app.app_context():
        outer = session()
        assert session() is outer
        with app.app_context():
            assert session() is not outer


def test_writers_of_several_threads_lose_nothing(own_work):
    """Read, add one, write: on SQLite only the write lock keeps two from reading the same number."""
    with own_work() as db:
        db.add(Estate(name="counter", address="0"))

    def count(times=20):
        for _ in range(times):
            with own_work() as db:
                estate = db.scalars(select(Estate).with_for_update()).one()
                estate.address = str(int(estate.address) + 1)

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_work(writes=False) as db:
        assert db.scalar(select(Estate.address)) == "60"


def test_readers_do_not_wait_for_a_writer(own_work):
    with own_work() as db:
        db.add(Estate(name="present"))
    with own_work() as writer:
        writer.add(Estate(name="not yet"))
        writer.flush()
        with own_work(writes=False) as reader:
            assert reader.scalars(select(Estate.name)).all() == ["present"]


# Versions


def test_a_form_opened_on_an_older_state_is_refused(app, work, estate):
    with work() as db:
        loaded = db.get_one(Estate, estate.id)
        loaded.expect_version(loaded.version)
        for old in (loaded.version - 1, None):
            with pytest.raises(Stale):
                loaded.expect_version(old)


def test_two_writes_at_the_same_moment_are_noticed(work, estate):
    with pytest.raises(StaleDataError), work() as db:  # noqa: PT012
        loaded = db.get_one(Estate, estate.id)
        db.execute(
            update(Estate).where(Estate.id == estate.id).values(version=Estate.version + 1),
            execution_options={"synchronize_session": False},
        )
        loaded.address = "somewhere else"


# What the database holds by itself


def test_a_reference_to_nothing_is_refused(db):
    db.add(Building(estate_id=999_999, number="1", sort_key="1"))
    with pytest.raises(IntegrityError):
        db.flush()


def test_a_new_state_needs_no_migration(db, estate):
    """States are plain text without a CHECK (decision 004)."""
    db.add(unit := Unit(estate_id=estate.id, number="9", label="9", sort_key="9", use="parking"))
    db.flush()
    db.execute(text("UPDATE unit SET status = 'some_later_state' WHERE id = :id"), {"id": unit.id})
    assert db.scalar(text("SELECT status FROM unit WHERE id = :id"), {"id": unit.id}) == "some_later_state"


# PostgreSQL


def test_no_list_waits_for_a_compiler(own_engine):
    """Nor does a connection whose transaction was thrown away (decision 025)."""
    if own_engine.dialect.name != "postgresql":
        pytest.skip("a compiler of PostgreSQL's")
    with own_engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()
        assert connection.exec_driver_sql("SHOW jit").scalar() == "off"


# SQLite


@pytest.fixture
def sqlite_engine(engine, request):
    if engine.dialect.name != "sqlite":
        pytest.skip("rules of SQLite")
    return request.getfixturevalue("own_engine")


@pytest.mark.parametrize("pragma", PRAGMAS)
def test_every_connection_has_the_rules(sqlite_engine, pragma):
    name, value = pragma.split("=")
    words = {"ON": "1", "NORMAL": "1", "MEMORY": "2", "WAL": "wal"}
    with sqlite_engine.connect() as one, sqlite_engine.connect() as other:
        for connection in (one, other):
            assert str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) == words.get(value, value)


def test_a_writer_begins_immediately_and_a_reader_does_not(sqlite_engine, own_work, queries):
    from sqlalchemy import event

    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(sqlite_engine, "before_cursor_execute", note)
    with own_work():
        pass
    with own_work(writes=False) as db:
        db.execute(select(1))
    begins = [statement for statement in seen if statement.startswith("BEGIN")]
    assert begins == ["BEGIN IMMEDIATE", "BEGIN"]


def test_the_write_lock_keeps_others_out(tmp_path):
    database = tmp_path / "yihu.sqlite"
    entered = threading.Event()

    def second():
        with write_lock(database):
            entered.set()

    with write_lock(database):
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.2)
    assert entered.wait(5)
    thread.join()


def test_a_killed_process_gives_the_lock_back(tmp_path):
    database = tmp_path / "yihu.sqlite"
    told, tell = os.pipe()
    child = os.spawnv(
        os.P_NOWAIT,
        os.sys.executable,
        [
            os.sys.executable,
            "-c",
            f"import os,time; from pathlib import Path; from crm.db import write_lock\n"
            f"with write_lock(Path({str(database)!r})):\n"
            f" open({str(tmp_path / 'held')!r}, 'w').close(); time.sleep(60)",
        ],
    )
    os.close(told)
    os.close(tell)
    for _ in range(200):
        if Path(tmp_path / "held").exists():
            break
        threading.Event().wait(0.05)
    os.kill(child, 9)
    os.waitpid(child, 0)
    with write_lock(database):
        pass
