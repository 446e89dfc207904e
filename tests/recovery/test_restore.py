"""`crm restore`: proven before anything is touched, equal afterwards, whole or not there."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from crm import schema
from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.db import append_only_tables, unit_of_work
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.recovery import backup, building, parts, rows
from crm.recovery.backup import back_up
from crm.recovery.check import Checked, check
from crm.recovery.restore import MARKER, expect_finished, restore
from crm.recovery.sealing import Damaged, SealedWriter
from crm.secrecy import unseal
from crm.settings import read_settings
from crm.tenants.models import Customer
from tests import forked
from tests.recovery.conftest import KEY, Place

pytestmark = pytest.mark.timeout(300)  # some are several processes
ENGINES = ("sqlite", "postgresql")
Places = Callable[..., Place]


def facts_of(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        return {table.name: rows.tally(connection, table).facts() for table in rows.tables(connection)}


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def untouched(place: Place) -> bool:
    """Nothing but the keys every installation makes for itself."""
    if place.url.startswith("postgresql"):
        with place.engine.connect() as connection:
            assert inspect(connection).get_table_names() == []
    return os.listdir(place.settings.data_dir) == ["keys.json"]


def sealed(path: Path, place: Place) -> Checked:
    return check(path, KEY, place.settings)


# Equal


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ENGINES)
def test_the_company_comes_back_equal_on_either_engine(
    place: Places, engine: str, sealed_backup: Path, company_place: Place, living: Callable[..., Any]
) -> None:
    target = place(engine)
    checked = sealed(sealed_backup, target)
    done = restore(checked, target.settings)
    assert (done.chain_faults, done.broken_files, done.revision) == ([], [], schema.newest_revision())
    assert sorted(os.listdir(target.settings.data_dir)) == sorted(standing_in(target))
    before, after = facts_of(company_place.engine), facts_of(target.engine)
    assert differing(before, after) == {"log_entry"}
    assert sum(before["unit"]["sums"].values()) > 0
    assert after["log_entry"]["rows"] == before["log_entry"]["rows"] + 1
    with living(target), unit_of_work(writes=False) as db:
        assert verify(db).sound
        last = db.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
        assert (last.kind, last.data["entries"]) == ("InstallationRestored", before["log_entry"]["rows"])
    for sha256 in checked.manifest.files:
        assert backup.is_sound(backup.place_of(target.settings.data_dir, sha256), sha256)


def standing_in(target: Place) -> set[str]:
    """keys.json and the fresh ones it replaced, the uploads, the database."""
    found = {name for name in os.listdir(target.settings.data_dir) if name.startswith("keys.json")}
    assert len(found) == 2
    return found | {"files"} | ({"yihu.sqlite", "yihu.sqlite.lock"} if target.url.startswith("sqlite") else set())


@pytest.fixture
def restored(place: Places, sealed_backup: Path) -> Place:
    """The company, on the tests' engine, with its keys; the place as a process there would see it."""
    target = place()
    restore(sealed(sealed_backup, target), target.settings)
    keys = json.loads((target.settings.data_dir / "keys.json").read_text())
    assert keys["identity_key"] != target.settings.identity_key.hex()
    return target


def test_the_keys_come_back_and_open_the_id_numbers(restored: Place, living: Callable[..., Any]) -> None:
    now = read_settings({"CRM_DATA_DIR": str(restored.settings.data_dir), "CRM_DATABASE_URL": restored.url})
    with living(Place(now, restored.engine)), unit_of_work(writes=False) as db:
        number = db.scalars(select(Customer.id_number).where(Customer.id_number.is_not(None)).limit(1)).one()
        assert len(unseal(number)) >= 15
    assert (restored.settings.data_dir / "keys.json").stat().st_mode & 0o777 == 0o600


def test_append_only_tables_stand_closed_again(restored: Place) -> None:
    for name in append_only_tables:
        with restored.engine.connect() as connection:
            if not connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one():
                continue
            key = inspect(connection).get_pk_constraint(name)["constrained_columns"][0]
            for attack in (f"DELETE FROM {name}", f"UPDATE {name} SET {key} = {key}"):
                with pytest.raises(DBAPIError, match="append-only"):
                    connection.exec_driver_sql(attack)
                connection.rollback()


def test_references_stand_again_and_ids_go_on(restored: Place, living: Callable[..., Any]) -> None:
    with living(restored), unit_of_work() as db:
        highest = db.scalar(select(text("max(id)")).select_from(Estate))
        db.add(estate := Estate(name="新小区"))
        db.flush()
        assert estate.id == highest + 1
    with restored.engine.connect() as connection, pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        connection.exec_driver_sql(
            "INSERT INTO building (id, estate_id, number, sort_key, version) VALUES (-1, -1, '', '', 1)"
        )


def test_what_the_migrations_put_there_is_nobody_s_data(
    place: Places, sealed_backup: Path, company_place: Place
) -> None:
    """A new installation holds the published holidays; it is empty all the same, and they are not restored twice."""
    target = place()
    schema.upgrade(target.engine)
    assert not building.holds_data(target.engine)
    target.engine.dispose()
    restore(sealed(sealed_backup, target), target.settings)
    before, after = facts_of(company_place.engine), facts_of(target.engine)
    assert before["holiday_notice_day"]["rows"] > 60
    assert differing(before, after) == {"log_entry"}


# Nothing is touched unless all of it is proven


@pytest.mark.parametrize("secret", ["", KEY])
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_flipped_byte_anywhere_is_refused(
    place: Places, plain_backup: Path, sealed_backup: Path, company_place: Place, tmp_path: Path, secret: str, data: Any
) -> None:
    whole = (sealed_backup if secret else plain_backup).read_bytes()
    spot = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[spot] ^ data.draw(st.integers(1, 255))
    (tmp_path / "x").write_bytes(whole[:spot] + bytes([flipped]) + whole[spot + 1 :])
    with pytest.raises(DomainError):
        check(tmp_path / "x", secret, company_place.settings)


@given(length=st.floats(0, 0.9999))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_cut_off_one_is_refused(plain_backup: Path, company_place: Place, tmp_path: Path, length: float) -> None:
    whole = plain_backup.read_bytes()
    (tmp_path / "x").write_bytes(whole[: int(len(whole) * length)])
    with pytest.raises(DomainError):
        check(tmp_path / "x", "", company_place.settings)


Forge = Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]]


def forged(source: Path, path: Path, change: Forge, signing_key: bytes) -> Path:
    """The backup taken apart and put together again by somebody who knows the form."""
    with parts.reading(source, "") as found:
        pieces = [(part.name, part.content()) for part in found]
    with path.open("wb") as file:
        writer = SealedWriter(file, "", signing_key)
        for name, content in change(pieces):
            parts.put(writer.write, name, content)
        writer.finish()
    return path


def swap_tables(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    names = {"rows/customer": "rows/estate", "rows/estate": "rows/customer"}
    return [(names.get(name, name), content) for name, content in pieces]


def drop_a_file(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    spot = next(place for place, (name, _content) in enumerate(pieces) if name.startswith("file/"))
    return pieces[:spot] + pieces[spot + 1 :]


def change_a_file(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [(name, content + b"x" if name.startswith("file/") else content) for name, content in pieces]


def drop_the_manifest(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return pieces[:-1]


def manifest_first(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [pieces[-1], *pieces[:-1]]


def double_a_table(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [pieces[0], *pieces]


def add_keys(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [("keys.json", b"{}"), *pieces]


def add_a_path(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [("file/../../../etc/passwd", b"x"), *pieces]


def count_otherwise(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    manifest = json.loads(pieces[-1][1])
    manifest["tables"]["customer"]["rows"] += 1
    return [*pieces[:-1], ("manifest.json", json.dumps(manifest).encode())]


def no_manifest_at_all(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [*pieces[:-1], ("manifest.json", b'{"product": "1"}')]


FORGERIES = [
    swap_tables, drop_a_file, change_a_file, drop_the_manifest, manifest_first, double_a_table, add_keys, add_a_path,
    count_otherwise, no_manifest_at_all,
]  # fmt: skip


@pytest.mark.parametrize("change", FORGERIES, ids=lambda change: change.__name__)
def test_a_forger_without_the_keys_is_refused_and_one_with_them_must_be_consistent(
    place: Places, plain_backup: Path, company_place: Place, tmp_path: Path, change: Forge
) -> None:
    target = place()
    path = forged(plain_backup, tmp_path / "x", change, b"another's key")
    with pytest.raises(DomainError, match="unsigned"):
        check(path, "", company_place.settings)
    with pytest.raises(Damaged):
        check(path, "", target.settings, unsigned=True)
    path = forged(plain_backup, tmp_path / "y", change, company_place.settings.index_key)
    with pytest.raises(Damaged):
        check(path, "", company_place.settings)
    assert untouched(target)


def test_a_forger_s_sums_do_not_pass_the_proof(place: Places, plain_backup: Path, tmp_path: Path) -> None:
    """What only the loaded rows can show is found before anything counts."""

    def change(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        manifest = json.loads(pieces[-1][1])
        manifest["tables"]["unit"]["sums"]["rent"] += 1
        return [*pieces[:-1], ("manifest.json", json.dumps(manifest).encode())]

    target = place()
    checked = check(forged(plain_backup, tmp_path / "x", change, b""), "", target.settings, unsigned=True)
    with pytest.raises(DomainError, match="unit"):
        restore(checked, target.settings)
    assert not building.holds_data(target.engine)
    expect_finished(target.settings)


def test_one_without_a_key_goes_elsewhere_only_when_told(place: Places, plain_backup: Path) -> None:
    target = place()
    with pytest.raises(DomainError, match=r"keys\.json"):
        check(plain_backup, "", target.settings)
    assert untouched(target)
    checked = check(plain_backup, "", target.settings, unsigned=True)
    assert not checked.keys_fit
    assert restore(checked, target.settings).broken_files == []


def test_a_newer_one_is_refused_by_its_version(place: Places, plain_backup: Path, tmp_path: Path) -> None:
    def change(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        manifest = json.loads(pieces[-1][1]) | {"schema": "9999", "product": "7.7"}
        return [*pieces[:-1], ("manifest.json", json.dumps(manifest).encode())]

    target = place()
    with pytest.raises(DomainError, match=r"7\.7"):
        check(forged(plain_backup, tmp_path / "x", change, b""), "", target.settings, unsigned=True)


# Where something stands already


def test_data_is_only_replaced_when_told_and_saved_before(
    restored: Place, sealed_backup: Path, living: Callable[..., Any]
) -> None:
    with living(restored), unit_of_work() as db:
        db.add(Estate(name="后来的小区"))
    checked, before = sealed(sealed_backup, restored), facts_of(restored.engine)
    with pytest.raises(DomainError, match="--replace"):
        restore(checked, restored.settings)
    assert facts_of(restored.engine) == before
    restored.engine.dispose()
    done = restore(checked, restored.settings, replace=True)
    assert facts_of(restored.engine)["estate"]["rows"] == before["estate"]["rows"] - 1
    assert done.safety
    assert sealed(done.safety, restored).manifest.tables == before


def test_an_embedded_database_in_use_is_not_replaced(
    place: Places, sealed_backup: Path, living: Callable[..., Any]
) -> None:
    """Whoever has it open would go on writing into a file that no longer has a name."""
    target = place("sqlite")
    checked = sealed(sealed_backup, target)
    restore(checked, target.settings)
    keys = target.settings.data_dir / "keys.json"
    own = keys.read_text().replace("{", "{ ")  # other bytes than the backup's
    keys.write_text(own)
    with living(target), unit_of_work(writes=False) as db:
        assert db.query(Estate).count()
        with pytest.raises(DomainError, match="in use"):
            restore(checked, target.settings, replace=True)
        assert db.query(Estate).count()
    assert keys.read_text() == own, "foreign keys beside the old database would open none of its ID numbers"
    expect_finished(target.settings)
    target.engine.dispose()
    assert restore(checked, target.settings, replace=True).chain_faults == []
    expect_finished(target.settings)


def test_a_database_of_somebody_else_is_left_alone(place: Places, sealed_backup: Path) -> None:
    target = place()
    with target.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id INTEGER PRIMARY KEY)")
    with pytest.raises(DomainError, match="Yihu"):
        restore(sealed(sealed_backup, target), target.settings, replace=True)
    with target.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["thing"]


def test_a_new_database_without_rows_is_empty_enough(place: Places, sealed_backup: Path) -> None:
    target = place()
    schema.upgrade(target.engine)
    target.engine.dispose()
    assert restore(sealed(sealed_backup, target), target.settings).chain_faults == []


# Of another revision


def test_an_older_one_is_restored_as_it_was_and_then_upgraded(
    place: Places, sealed_backup: Path, living: Callable[..., Any], tmp_path: Path
) -> None:
    old, target = place(), place()
    schema.upgrade(old.engine, "0001")
    with old.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(
            "INSERT INTO estate (id, name, company, address, phone, version) VALUES (7, '老小区', '', '', '', 1)"
        )
    made = back_up(old.engine, old.settings, tmp_path / "old", KEY).manifest
    assert (made.schema, made.tables["estate"]["rows"]) == ("0001", 1)
    done = restore(sealed(tmp_path / "old", target), target.settings)
    assert done.revision == schema.newest_revision()
    with living(target), unit_of_work(writes=False) as db:
        assert db.scalars(select(Estate.name)).one() == "老小区"


# Killed


def test_a_kill_at_any_moment_leaves_nothing_that_looks_good_and_can_be_taken_up(
    place: Places, sealed_backup: Path, company_place: Place, commands: forked.Server
) -> None:
    target = place()
    command = ["restore", str(sealed_backup)]
    env = target.env | {"CRM_BACKUP_KEY": KEY}
    marker = target.settings.data_dir / MARKER
    for wait in (0, 0.2, 0.4, 0.8):
        child = commands.start(command, env)
        while child.poll() is None and not marker.exists():
            time.sleep(0.01)
        time.sleep(wait)
        child.kill()
        child.communicate()
        if not marker.exists():
            break
        if building.holds_data(target.engine):  # then all of it: killed between there and the end
            assert differing(facts_of(company_place.engine), facts_of(target.engine)) <= {"log_entry"}
        target.engine.dispose()
        refused = commands.run(["search", "张"], env)
        assert (refused.returncode, "crm restore" in refused.stderr) == (1, True)
    if marker.exists():
        done = commands.run(command, env)
        assert done.returncode == 0, done.stderr
    expect_finished(target.settings)
    assert differing(facts_of(company_place.engine), facts_of(target.engine)) == {"log_entry"}


def test_a_full_disk_leaves_the_installation_as_it_was(
    place: Places, sealed_backup: Path, commands: forked.Server
) -> None:
    target = place("sqlite")
    env = target.env | {"CRM_BACKUP_KEY": KEY}
    child = commands.start(["restore", str(sealed_backup)], env, largest_file=900_000)
    _out, said = child.communicate()
    assert (child.returncode, len(said.splitlines())) == (1, 1), said
    assert not building.holds_data(target.engine)
    expect_finished(target.settings)
    assert not (target.settings.data_dir / building.WORKSHOP).exists()
    assert restore(sealed(sealed_backup, target), target.settings).chain_faults == []
