"""One database per test process, on the engine that CRM_TEST_ENGINE names; each test's rows are thrown away."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask, g
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, make_url, select, text
from sqlalchemy.orm import Session

from crm import schema
from crm.app import create_app
from crm.archive.dossiers.seeding import seed
from crm.auth import passwords
from crm.auth.actor import Actor, system_actor
from crm.auth.models import LoginSession, User
from crm.auth.passwords import token_hash
from crm.auth.views.pages import COOKIE_KEY
from crm.complaints.categories.seeding import seed as seed_complaint_categories
from crm.dates import utc_now
from crm.db import connect, open_session, unit_of_work
from crm.demo.cast import CAST
from crm.demo.storing import store_cast
from crm.properties.models import Estate
from crm.renovations.acceptance.items.seeding import seed as seed_check_items
from crm.renovations.works.seeding import seed as seed_renovation_works
from crm.repairs.categories.seeding import seed as seed_categories
from crm.settings import read_settings
from crm.violations.types.seeding import seed as seed_violation_types
from tests import forked, postgresql
from tests.meeting import OwnCompany
from tests.together import Together

pytest_plugins = ["tests.browser.served"]
SESSION_ENV = ("CRM_DATABASE_URL", "CRM_DATA_DIR", "CRM_LANGUAGE")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What touches no database is the same on both engines, as is what uses both of them: SQLite's run has it alone."""
    if os.environ.get("CRM_TEST_ENGINE") != "postgresql":
        return
    stay: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        stored = "database_url" in item.fixturenames  # type: ignore[attr-defined]
        alike = any(item.get_closest_marker(mark) for mark in ("both", "before_sql", "told"))
        stay[stored and not alike].append(item)
    config.hook.pytest_deselected(items=stay[False])
    items[:] = stay[True]


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: not worth looking through for garbage, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def pytest_sessionfinish() -> None:
    """pytest looks for forgotten warnings in what is thrown away, five times over everything: once is enough."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of this process."""
    folder = tmp_path_factory.mktemp("database")
    if os.environ.get("CRM_TEST_ENGINE", "sqlite") == "postgresql":
        with postgresql.cluster(folder) as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'test.sqlite'}"


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Flask:
    """The application with two estates and the cast stored for good. All workers share the compiled templates."""
    data_dir = tmp_path_factory.mktemp("data")
    app = create_app(read_settings({"CRM_DATA_DIR": str(data_dir), "CRM_DATABASE_URL": database_url}))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(pytestconfig.cache.mkdir("templates")))
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # its own has a test of its own
    schema.upgrade(open_session.kw["bind"])
    _people(app, Estate(name="科创大厦"))
    return app


def _people(app: Flask, *more: Estate) -> None:
    """阳光花园 with the cast, and what a company begins with."""
    with app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work() as db:
            estate = Estate(name="阳光花园", company="和安物业服务有限公司")
            db.add_all([estate, *more])
            db.flush()
            seed()
            seed_categories()
            seed_violation_types()
            seed_renovation_works()
            seed_check_items()
            store_cast({"YG": estate.id})
            seed_complaint_categories()


@pytest.fixture(scope="session")
def engine(app: Flask) -> Engine:
    bind: Engine = open_session.kw["bind"]
    bind.dialect.do_savepoint = _said("SAVEPOINT")  # type: ignore[method-assign]
    bind.dialect.do_release_savepoint = _said("RELEASE SAVEPOINT")  # type: ignore[method-assign]
    bind.dialect.do_rollback_to_savepoint = _said("ROLLBACK TO SAVEPOINT")  # type: ignore[method-assign]
    if bind.dialect.name == "postgresql":
        bind.dialect.do_rollback = _roll_back  # type: ignore[method-assign]
    return bind


def _said(words: str) -> Callable[[Connection, str], None]:
    return lambda connection, name: _say(connection.connection.driver_connection, f"{words} {name}")


def _roll_back(connection: Any) -> None:
    if connection.driver_connection.info.transaction_status != TransactionStatus.IDLE:
        _say(connection.driver_connection, "ROLLBACK")


def _say(driver: Any, words: str) -> None:
    """To the database itself, since a test's every unit of work is a savepoint.

    SQLAlchemy would compile each anew; psycopg would forget all that it has prepared whenever one is rolled back.
    """
    if isinstance(driver, sqlite3.Connection):
        driver.execute(words)
        return
    with driver.lock:  # a thread may be waiting for an answer of its own
        begun = driver.info.transaction_status != TransactionStatus.IDLE
        answer = driver.pgconn.exec_((words if begun else f"BEGIN; {words}").encode())
    assert answer.status == ExecStatus.COMMAND_OK, answer.error_message


@contextmanager
def thrown_away(engine: Engine) -> Iterator[Session]:
    """A session on a connection whose outer transaction is thrown away; commits inside are savepoints."""
    with engine.connect() as connection:
        outer = connection.begin()
        open_session.configure(bind=connection, join_transaction_mode="create_savepoint")
        with open_session() as session:
            yield session
        outer.rollback()
    open_session.configure(bind=engine, join_transaction_mode="conditional_savepoint")


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    with thrown_away(engine) as session:
        yield session


@pytest.fixture
def client(app: Flask, db: Session) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def cast_ids(app: Flask, engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {row.username: row.id for row in connection.execute(select(User.username, User.id))}


@pytest.fixture
def sign_in(app: Flask, db: Session, cast_ids: dict[str, int]) -> Callable[[str], FlaskClient]:
    """`sign_in("limin")` or `sign_in("service_desk")`: a client with that person's session.

    It is opened without asking for the password and without a word in the log; signing in itself has tests of its own.
    """

    def enter(who: str) -> FlaskClient:
        username = next(member.username for member in CAST if who == member.username or who in member.roles)
        token, now = secrets.token_urlsafe(32), utc_now()
        moments = {"started_at": now, "seen_at": now, "confirmed_at": now}
        where = {"address": "127.0.0.1", "agent": "werkzeug", "token_hash": token_hash(token)}
        with open_session() as own:
            own.execute(insert(LoginSession).values(user_id=cast_ids[username], **moments, **where))
            own.commit()
        entered = app.test_client()
        with entered.session_transaction() as cookie:
            cookie.update({COOKIE_KEY: token})
            cookie.permanent = True
        return entered

    return enter


@pytest.fixture
def work(app: Flask, db: Session) -> Callable[..., object]:
    """`with work() as db:` runs a unit of work as the system, or as a given actor."""

    @contextmanager
    def run(actor: Actor | None = None) -> Iterator[Session]:
        with app.app_context():
            g.actor = actor or system_actor("tests")
            with unit_of_work() as session:
                yield session

    return run


@pytest.fixture
def estate(db: Session) -> Estate:
    """阳光花园, which the clerk sees; 科创大厦 she does not."""
    return db.query(Estate).filter_by(name="阳光花园").one()


@pytest.fixture
def other_estate(db: Session) -> Estate:
    return db.query(Estate).filter_by(name="科创大厦").one()


@pytest.fixture
def queries(engine: Engine) -> Callable[..., object]:
    """`with queries() as seen: …; assert len(seen) == 2`: the statements sent to the database."""

    @contextmanager
    def watch() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
                seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return watch


@pytest.fixture
def fresh_database(tmp_path: Path, database_url: str) -> Iterator[dict[str, str]]:
    """The environment of an installation of its own, for tests that run `crm` as a process."""
    env = {key: value for key, value in os.environ.items() if key not in SESSION_ENV}
    env["CRM_DATA_DIR"] = str(tmp_path / "var")
    if database_url.startswith("sqlite"):
        yield env
        return
    name = f"t{os.getpid()}_{abs(hash(tmp_path)) % 10**9}"
    run_sql(database_url, f"CREATE DATABASE {name}")
    yield env | {"CRM_DATABASE_URL": database_url.replace("/postgres?", f"/{name}?")}
    run_sql(database_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def installed(database_url: str, tmp_path_factory: pytest.TempPathFactory, commands: forked.Server) -> Path:
    """What `crm init` makes, to be copied: the data folder, on PostgreSQL a database of that name beside it."""
    env = {key: value for key, value in os.environ.items() if key not in SESSION_ENV}
    env["CRM_DATA_DIR"] = str(tmp_path_factory.mktemp("installed") / "var")
    if not database_url.startswith("sqlite"):
        run_sql(database_url, "CREATE DATABASE installed")
        env["CRM_DATABASE_URL"] = database_url.replace("/postgres?", "/installed?")
    done = commands.run(["init"], env)
    assert done.returncode == 0, done.stderr
    return Path(env["CRM_DATA_DIR"])


@pytest.fixture
def installation(installed: Path, database_url: str, fresh_database: dict[str, str]) -> dict[str, str]:
    """`fresh_database` as it is after `crm init`."""
    shutil.copytree(installed, fresh_database["CRM_DATA_DIR"], dirs_exist_ok=True)
    if url := fresh_database.get("CRM_DATABASE_URL"):
        name = make_url(url).database
        run_sql(database_url, f"DROP DATABASE {name}", f"CREATE DATABASE {name} TEMPLATE installed")
    return fresh_database


@pytest.fixture(scope="session")
def upgraded(app: Flask, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> URL:
    """An empty, upgraded database to be copied."""
    url = _named(database_url, "upgraded", tmp_path_factory)
    engine = connect(url.render_as_string(hide_password=False))
    schema.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def peopled(app: Flask, database_url: str, upgraded: URL, tmp_path_factory: pytest.TempPathFactory) -> URL:
    """One with the cast in it, to be copied."""
    url = _named(database_url, "peopled", tmp_path_factory)
    with _opened(database_url, upgraded, url):
        _people(app)
    return url


def _named(database_url: str, name: str, factory: pytest.TempPathFactory) -> URL:
    if database_url.startswith("sqlite"):
        return make_url(f"sqlite:///{factory.mktemp(name) / 'yihu.sqlite'}")
    run_sql(database_url, f"CREATE DATABASE {name}")
    return make_url(database_url).set(database=name)


@contextmanager
def _opened(database_url: str, template: URL, own: URL) -> Iterator[Engine]:
    """A copy of the template, which every session opens meanwhile."""
    if template.drivername == "sqlite":
        shutil.copy(str(template.database), str(own.database))
    else:
        run_sql(
            database_url,
            f"DROP DATABASE {own.database}",
            f"CREATE DATABASE {own.database} TEMPLATE {template.database}",
        )
    before, engine = open_session.kw["bind"], connect(own.render_as_string(hide_password=False))
    open_session.configure(bind=engine)
    yield engine
    open_session.configure(bind=before)
    engine.dispose()


@pytest.fixture
def own_engine(app: Flask, database_url: str, upgraded: URL, fresh_database: dict[str, str]) -> Iterator[Engine]:
    """An empty, upgraded database that every session opens until the test ends."""
    with _opened(database_url, upgraded, make_url(read_settings(fresh_database).database_url)) as engine:
        yield engine


@pytest.fixture
def own_company(app: Flask, database_url: str, peopled: URL, fresh_database: dict[str, str]) -> Iterator[OwnCompany]:
    """阳光花园 and the cast in a database that every session opens until the test ends."""
    with _opened(database_url, peopled, make_url(read_settings(fresh_database).database_url)):
        with open_session() as db:
            estate = db.query(Estate).one()
        yield OwnCompany(app, estate)


def run_sql(url: str, *statements: str) -> None:
    """As whoever keeps the server: each by itself."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


@pytest.fixture
def own_work(app: Flask, own_engine: Engine) -> Callable[..., object]:
    """Like `work`, but it commits: callable from any thread."""

    @contextmanager
    def run(*, writes: bool = True) -> Iterator[Session]:
        with app.app_context():
            g.actor = system_actor("tests")
            with unit_of_work(writes=writes) as session:
                yield session

    return run


@pytest.fixture(scope="session")
def commands() -> Iterator[forked.Server]:
    server = forked.Server()
    yield server
    server.stop()


@pytest.fixture
def crm(fresh_database: dict[str, str], commands: forked.Server) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the `crm` command as a process, in an installation of its own; `crm("init")`."""

    def run(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = commands.run(arguments, fresh_database)
        assert not check or done.returncode == 0, done.stderr
        return done

    return run
