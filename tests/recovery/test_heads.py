"""The chain's head, exported daily: what a chain alone cannot show."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import text

from crm.audit.log import record
from crm.audit.queries import Verdict, verify
from crm.auth.actor import system_actor
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.recovery import heads
from crm.recovery.backup import back_up
from crm.recovery.check import check
from crm.recovery.heads import export_head, exported_heads
from crm.recovery.restore import restore
from tests.recovery.conftest import KEY, Place, living_in

Places = Callable[..., Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingChanged:
    thing_id: int
    note: str = ""


@pytest.fixture
def home(app: Flask, empty_place: Place, tmp_path: Path) -> Any:
    """An installation with two places for heads, ten entries in its log, and its sessions open."""
    standing = replace(empty_place, settings=replace(empty_place.settings, heads_dir=tmp_path / "outside"))
    with living_in(app, standing):
        write(10)
        yield standing


def write(count: int) -> None:
    with unit_of_work():
        for number in range(count):
            record(ThingChanged(thing_id=number))


def verdict(home: Place) -> Verdict:
    with unit_of_work(writes=False) as db:
        return verify(db, exported_heads(home.settings))


def on_day(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    monkeypatch.setattr(heads, "today", lambda _zone: date(2026, 11, day))


def cut_off(home: Place, after: int) -> None:
    """What somebody with the database's password does: the last entries go, triggers and all."""
    with home.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for table, key in (("log_subject", "entry_id"), ("log_entry", "id")):
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
            else:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            connection.execute(text(f"DELETE FROM {table} WHERE {key} > :after"), {"after": after})


def test_a_day_s_head_is_written_once_in_both_places(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, 23)
    first = export_head()
    write(1)
    assert export_head() == first
    for folder in (home.settings.data_dir / "heads", home.settings.heads_dir):
        facts = json.loads((folder / "2026-11-23.json").read_text())
        assert (facts["day"], facts["entries"], facts["head"]) == ("2026-11-23", 10, first.head)
        assert facts["at"] == first.at.isoformat()
        assert len(list(folder.iterdir())) == 1
    on_day(monkeypatch, 24)
    assert export_head().entries == 11
    assert [head.entries for head in exported_heads(home.settings)] == [10, 11]
    assert verdict(home).sound


def test_the_second_place_is_filled_when_it_comes_back(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, 23)
    outside = home.settings.heads_dir
    outside.write_text("not mounted")
    with pytest.raises(DomainError, match="outside"):
        export_head()
    outside.unlink()
    write(1)
    assert export_head().entries == 10
    assert (outside / "2026-11-23.json").read_text() == (home.settings.data_dir / "heads/2026-11-23.json").read_text()


def test_many_at_once_write_one_head(app: Flask, home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, 23)

    def export(_number: int) -> str:
        with app.app_context():
            g.actor = system_actor("tests")
            write(1)
            return export_head().head

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(export, range(8)))
    assert len(list((home.settings.data_dir / "heads").iterdir())) == 1
    assert verdict(home).sound


def test_a_cut_off_tail_is_found(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, 23)
    export_head()
    cut_off(home, 8)
    with unit_of_work(writes=False) as db:
        assert verify(db).sound, "the chain alone does not know"
    faults = verdict(home).faults
    assert len(faults) == 1
    assert "cut off" in faults[0]


def test_a_tail_written_anew_is_found(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, 23)
    export_head()
    cut_off(home, 8)
    write(5)
    assert [fault for fault in verdict(home).faults if "replaced" in fault]


def test_one_place_s_heads_are_enough(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, 23)
    export_head()
    (home.settings.data_dir / "heads/2026-11-23.json").unlink()
    cut_off(home, 8)
    assert not verdict(home).sound


def test_a_head_that_cannot_be_read_is_named(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, 23)
    export_head()
    (home.settings.data_dir / "heads/2026-11-23.json").write_text("{}")
    with pytest.raises(DomainError, match="2026-11-23"):
        verdict(home)


def test_a_restore_gives_later_heads_up_and_says_so(
    home: Place, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    back_up(home.engine, home.settings, tmp_path / "x", KEY)
    write(5)
    on_day(monkeypatch, 24)
    export_head()
    home.engine.dispose()
    restore(check(tmp_path / "x", KEY, home.settings), home.settings, replace=True)
    found = verdict(home)
    assert (found.faults, len(found.notes), found.entries) == ([], 1, 11)
    write(20)
    assert verdict(home).sound
    cut_off(home, 10)
    assert not verdict(home).sound


# Subjects are part of the proof


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log_subject WHERE entry_id = 4",
        "INSERT INTO log_subject (entry_id, kind, object_id) VALUES (4, 'thing', 99)",
        "INSERT INTO log_subject (entry_id, kind, object_id) VALUES (4, 'customer', 3)",
        "UPDATE log_subject SET object_id = 99 WHERE entry_id = 4",
    ],
)
def test_removed_and_added_subjects_are_found(home: Place, statement: str) -> None:
    with home.engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            for action in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER log_subject_no_{action}")
        else:
            connection.exec_driver_sql("ALTER TABLE log_subject DISABLE TRIGGER USER")
        connection.exec_driver_sql(statement)
    with unit_of_work(writes=False) as db:
        assert verify(db).faults == ["entry 4: is kept under other objects than it is about"]
