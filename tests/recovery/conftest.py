"""Installations of their own on either engine; the demo company, small and with uploads, is built once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, g
from sqlalchemy import URL, Engine, create_engine, delete, text

from crm import schema
from crm.auth.actor import system_actor
from crm.db import close_session, connect, open_session, unit_of_work
from crm.demo.command import demo_command
from crm.desk.models import SearchToken
from crm.files.store import keep
from crm.recovery.backup import back_up
from crm.settings import Settings, read_settings
from tests import postgresql

UNITS, MONTHS = 50, 2  # of the small demo company and its history
KEY = "0f" * 32  # a pass phrase would cost a third of a second each time


@dataclass(frozen=True)
class Place:
    """An installation in a folder of its own; nothing stands in it yet."""

    settings: Settings
    engine: Engine

    @property
    def url(self) -> str:
        return self.settings.database_url

    @property
    def env(self) -> dict[str, str]:
        """For `crm` as a process, in English."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
        own = {"CRM_DATA_DIR": str(self.settings.data_dir), "CRM_DATABASE_URL": self.url, "CRM_LANGUAGE": "en"}
        return kept | own


@pytest.fixture(scope="session")
def cluster_url(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server, whatever engine the tests run on."""
    if database_url.startswith("postgresql"):
        yield database_url
        return
    with postgresql.cluster(tmp_path_factory.mktemp("cluster")) as url:
        yield url


@contextmanager
def database_of(cluster_url: str, template: str = "template1") -> Iterator[str]:
    name = f"r{uuid4().hex}"
    admin = create_engine(cluster_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield cluster_url.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@contextmanager
def place_in(folder: Path, url: str) -> Iterator[Place]:
    settings = read_settings({"CRM_DATA_DIR": str(folder), "CRM_DATABASE_URL": url})
    engine = connect(settings.database_url)
    yield Place(settings, engine)
    engine.dispose()


@pytest.fixture(scope="session")
def session_place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Place]]:
    with ExitStack() as stack:

        def make(engine: str) -> Place:
            url = "" if engine == "sqlite" else stack.enter_context(database_of(request.getfixturevalue("cluster_url")))
            return stack.enter_context(place_in(tmp_path_factory.mktemp("place") / "var", url))

        yield make


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """`place()` on the tests' engine, `place("sqlite")`, `place("postgresql")`: an empty installation."""
    with ExitStack() as stack:

        def make(engine: str = ENGINE) -> Place:
            url = "" if engine == "sqlite" else stack.enter_context(database_of(request.getfixturevalue("cluster_url")))
            return stack.enter_context(place_in(tmp_path / f"var-{uuid4().hex[:6]}", url))

        yield make


ENGINE = os.environ.get("CRM_TEST_ENGINE", "sqlite")


@contextmanager
def living_in(app: Flask, place: Place) -> Iterator[None]:
    """Sessions and files of `place`, as the product there would have them."""
    bind, settings = open_session.kw["bind"], app.config["SETTINGS"]
    close_session()
    open_session.configure(bind=place.engine)
    app.config["SETTINGS"] = place.settings
    try:
        yield
    finally:
        close_session()
        open_session.configure(bind=bind)
        app.config["SETTINGS"] = settings


@pytest.fixture
def living(app: Flask) -> Callable[[Place], object]:
    return lambda place: living_in(app, place)


@pytest.fixture(autouse=True)
def as_the_command_line(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In English, whose words these tests know."""
    monkeypatch.setenv("CRM_LANGUAGE", "en")
    with app.app_context():
        g.actor = system_actor("tests")
        yield


@pytest.fixture
def empty_place(upgraded: URL, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An installation on the tests' engine whose tables stand, without a row."""
    folder, url = tmp_path / "empty", ""
    with ExitStack() as stack:
        if ENGINE == "sqlite":
            folder.mkdir(mode=0o700)
            shutil.copy(str(upgraded.database), folder / Path(str(upgraded.database)).name)
        else:
            url = stack.enter_context(database_of(request.getfixturevalue("cluster_url"), str(upgraded.database)))
        yield stack.enter_context(place_in(folder, url))


@pytest.fixture(scope="session")
def company_place(app: Flask, session_place: Callable[[str], Place]) -> Place:
    """The demo company, small, with some uploads, on the tests' engine. Only read it."""
    standing = session_place(ENGINE)
    schema.upgrade(standing.engine)
    with app.app_context(), living_in(app, standing):
        g.actor = system_actor("tests")
        demo_command.callback(units=UNITS, months=MONTHS, seed=1, if_empty=False, as_json=True)
        with unit_of_work() as db:
            db.execute(delete(SearchToken).where(SearchToken.object_id % 10 > 0))  # else four rows of five are these
            for number in range(12):
                keep(f"号码,姓名\n{number},张三\n".encode(), f"{number}.csv", purpose="import", estate_id=None)
    return standing


@pytest.fixture
def company_copy(company_place: Place, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """The small demo company to write into."""
    company_place.engine.dispose()
    folder = tmp_path / "copy"
    shutil.copytree(company_place.settings.data_dir, folder)
    with ExitStack() as stack:
        url = ""
        if not company_place.settings.embedded:
            template = str(company_place.engine.url.database)
            url = stack.enter_context(database_of(request.getfixturevalue("cluster_url"), template))
        yield stack.enter_context(place_in(folder, url))


@pytest.fixture(scope="session")
def plain_backup(app: Flask, company_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "plain.backup"
    with app.app_context():
        back_up(company_place.engine, company_place.settings, path, "")
    return path


@pytest.fixture(scope="session")
def sealed_backup(app: Flask, company_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "sealed.backup"
    with app.app_context():
        back_up(company_place.engine, company_place.settings, path, KEY)
    return path
