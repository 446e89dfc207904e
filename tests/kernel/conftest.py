"""An installation of its own for tests that need real commits, several connections or threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, g
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import schema
from crm.auth.actor import system_actor
from crm.db import connect, open_session, unit_of_work
from crm.settings import read_settings


@pytest.fixture
def own_engine(app: Flask, fresh_database: dict[str, str]) -> Iterator[Engine]:
    """An empty, upgraded database that every session opens until the test ends."""
    before = open_session.kw["bind"]
    engine = connect(read_settings(fresh_database).database_url)
    schema.upgrade(engine)
    open_session.configure(bind=engine)
    yield engine
    open_session.configure(bind=before)
    engine.dispose()


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
