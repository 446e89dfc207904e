"""The drill proves a backup without leaving a trace; the move carries a whole installation onto the other engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from crm.audit.log import record
from crm.audit.queries import verify
from crm.db import connect, unit_of_work
from crm.errors import DomainError
from crm.properties.events import EstateAdded
from crm.properties.models import Estate
from crm.recovery import backup, drill, rows
from crm.recovery.check import check
from crm.settings import read_settings
from tests.recovery.conftest import ENGINE, KEY, UNITS, Place

Places = Callable[..., Place]


def schemas(engine: Engine) -> set[str]:
    if engine.dialect.name == "sqlite":
        return set()
    with engine.connect() as connection:
        return set(connection.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars())


@pytest.mark.parametrize("secret", ["", KEY])
def test_a_fresh_backup_is_drilled_and_nothing_is_left(company_place: Place, secret: str) -> None:
    before = (sorted(os.listdir(company_place.settings.data_dir)), schemas(company_place.engine))
    with drill.fresh(company_place.engine, company_place.settings, secret) as checked:
        done = drill.drill(checked, company_place.settings)
    assert (done.chain_faults, done.broken_files) == ([], [])
    assert done.checked.manifest.tables["unit"]["rows"] >= UNITS
    assert (sorted(os.listdir(company_place.settings.data_dir)), schemas(company_place.engine)) == before


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_other_engine_s_backup_passes_the_drill(place: Places, sealed_backup: Path, engine: str) -> None:
    target = place(engine)
    done = drill.drill(check(sealed_backup, KEY, target.settings), target.settings)
    assert (done.chain_faults, done.broken_files) == ([], [])
    assert os.listdir(target.settings.data_dir) == ["keys.json"]
    assert rows_standing(target) == 0


def rows_standing(place: Place) -> int:
    with place.engine.connect() as connection:
        return len(rows.tables(connection))


def test_what_cannot_be_loaded_fails_the_drill_and_leaves_nothing(
    company_place: Place, plain_backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (sorted(os.listdir(company_place.settings.data_dir)), schemas(company_place.engine))
    load = rows.load

    def lose_a_row(connection: Any, table: rows.Table, lines: bytes, besides: Any) -> None:
        load(connection, table, lines.partition(b"\n")[2] if table.name == "member" else lines, besides)

    monkeypatch.setattr(rows, "load", lose_a_row)
    with pytest.raises(DomainError, match="member"):
        drill.drill(check(plain_backup, "", company_place.settings), company_place.settings)
    assert (sorted(os.listdir(company_place.settings.data_dir)), schemas(company_place.engine)) == before


# Moving


@pytest.mark.postgres
def test_an_installation_moves_to_the_other_engine_and_is_equal(
    company_copy: Place, place: Places, living: Callable[..., Any]
) -> None:
    target = place("postgresql" if ENGINE == "sqlite" else "sqlite")
    target.engine.dispose()
    checked, built = drill.move(company_copy.engine, company_copy.settings, target.url)
    assert built.chain_faults == []
    url = {"CRM_DATA_DIR": str(company_copy.settings.data_dir), "CRM_DATABASE_URL": target.url}
    moved = Place(read_settings(url), connect(target.url))
    with moved.engine.connect() as connection:
        found = {table.name: rows.tally(connection, table).facts() for table in rows.tables(connection)}
        assert found == checked.manifest.tables
        assert backup.chain(connection) == checked.manifest.chain
    with living(moved), unit_of_work() as db:
        assert verify(db).sound
        db.add(Estate(name="搬家以后"))
    moved.engine.dispose()


@pytest.mark.postgres
def test_it_does_not_move_over_data_nor_while_somebody_writes(
    company_copy: Place, place: Places, living: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = place("postgresql" if ENGINE == "sqlite" else "sqlite")
    with pytest.raises(DomainError):
        drill.move(company_copy.engine, company_copy.settings, company_copy.url)
    before = drill.building.put_in_place

    def write_first(*arguments: Any) -> Any:
        with living(company_copy), unit_of_work() as db:
            estate = db.scalars(select(Estate).limit(1)).one()
            record(EstateAdded(estate_id=estate.id, name=estate.name))
        return before(*arguments)

    monkeypatch.setattr(drill.building, "put_in_place", write_first)
    with pytest.raises(DomainError, match="Stop Yihu"):
        drill.move(company_copy.engine, company_copy.settings, target.url)
    assert rows_standing(target) == 0
