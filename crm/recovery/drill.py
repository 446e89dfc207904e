"""The drill: restore into a temporary place and prove it equal. The move: the same onto the other engine, for good."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import Engine

from crm.db import connect
from crm.errors import DomainError
from crm.recovery import backup, building, check
from crm.recovery.building import Built
from crm.recovery.check import Checked
from crm.recovery.restore import broken_files, put_files
from crm.settings import Settings

PREFIX = "drill-"


@dataclass(frozen=True, slots=True)
class Drilled:
    """The backup was restored for a moment and was equal; else there is none of this but an error."""

    checked: Checked
    seconds: float
    chain_faults: list[str]
    broken_files: list[str]


def drill(checked: Checked, settings: Settings) -> Drilled:
    """Restore rows and files on this installation's engine, prove them, leave nothing. Raises `DomainError`."""
    began = time.monotonic()
    with TemporaryDirectory(prefix=PREFIX, dir=settings.data_dir) as folder:
        put_files(checked, Path(folder))
        broken = broken_files(checked, Path(folder))
        built = _build(checked, settings, Path(folder))
    return Drilled(checked, time.monotonic() - began, built.chain_faults, broken)


def _build(checked: Checked, settings: Settings, folder: Path) -> Built:
    if settings.embedded:
        return building.build_sqlite(checked, folder / "drill.sqlite")
    engine = connect(settings.database_url)
    try:
        return _build_for_a_moment(engine, checked)
    finally:
        engine.dispose()


def _build_for_a_moment(engine: Engine, checked: Checked) -> Built:
    """In a schema that no other connection ever sees: the transaction ends in a rollback, also when it is killed."""
    with engine.connect() as connection:
        name = f"drill_{uuid4().hex}"
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        connection.exec_driver_sql(f"SET LOCAL search_path TO {name}")
        built = building.build(connection, checked)
        connection.rollback()
        return built


@contextmanager
def fresh(engine: Engine, settings: Settings, secret: str) -> Iterator[Checked]:
    """A backup of this moment, checked, gone afterwards."""
    with TemporaryDirectory(prefix=PREFIX, dir=settings.data_dir) as folder:
        written = backup.back_up(engine, settings, Path(folder) / "fresh.backup", secret)
        yield check.check(written.path, secret, settings)


def move(engine: Engine, settings: Settings, url: str) -> tuple[Checked, Built]:
    """Carry the database to `url`, which must be empty; files and keys stay. Raises `DomainError` and leaves the
    target empty when somebody wrote in the meantime: the product has to stand still."""
    target = connect(url)
    try:
        if building.holds_data(target):
            raise DomainError(_("Data stands at the target already. Give an empty database."))
    finally:
        target.dispose()

    with fresh(engine, settings, "") as checked:

        def expect_stillness() -> None:
            with backup.snapshot(engine) as connection:
                if backup.chain(connection) != checked.manifest.chain:
                    raise DomainError(_("Something was written while it was moved. Stop Yihu, then move again."))

        return checked, building.put_in_place(checked, url, expect_stillness)
