"""`crm backup`: one moment, whole or not there, and honest about what is not in it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.audit.log import record
from crm.audit.models import LogEntry
from crm.dates import utc_now
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.files.models import StoredFile
from crm.files.store import path_of
from crm.properties.models import Estate
from crm.recovery import backup, manifest, parts
from crm.recovery.backup import back_up, place_of
from crm.recovery.check import check
from crm.recovery.events import InstallationRestored
from crm.recovery.manifest import Manifest
from tests import forked
from tests.recovery.conftest import KEY, UNITS, Place

pytestmark = pytest.mark.timeout(300)  # some are several processes


def manifest_of(path: Path, place: Place, secret: str = "") -> Manifest:
    return check(path, secret, place.settings).manifest


def names_in(path: Path, secret: str) -> list[str]:
    with parts.reading(path, secret) as found:
        return [part.name for part in found]


def test_it_says_what_it_holds(company_place: Place, plain_backup: Path, living: Callable[..., object]) -> None:
    made = manifest_of(plain_backup, company_place)
    with living(company_place), unit_of_work(writes=False) as db:
        last = db.execute(select(LogEntry.id, LogEntry.hash).order_by(LogEntry.id.desc()).limit(1)).one()
        files = {row.sha256: row.size for row in db.execute(select(StoredFile.sha256, StoredFile.size))}
        assert made.tables["estate"]["rows"] == db.scalar(select(func.count()).select_from(Estate))
    assert (made.chain.entries, made.chain.head) == tuple(last)
    assert made.files == files
    assert len(made.files) > 12  # the uploads of the company and the evidence of its projects
    assert made.product == manifest.product_version()
    assert plain_backup.stat().st_mode & 0o777 == 0o600


def test_keys_travel_only_encrypted(plain_backup: Path, sealed_backup: Path) -> None:
    assert parts.KEYS not in names_in(plain_backup, "")
    assert parts.KEYS in names_in(sealed_backup, KEY)
    assert b"session_key" not in sealed_backup.read_bytes()


def test_the_same_moment_gives_the_same_hashes(company_place: Place, plain_backup: Path, sealed_backup: Path) -> None:
    plain, sealed = manifest_of(plain_backup, company_place), manifest_of(sealed_backup, company_place, KEY)
    assert plain.tables == sealed.tables
    assert plain.files == sealed.files


def test_uploads_lie_where_the_store_keeps_them(app: Flask) -> None:
    assert place_of(app.config["SETTINGS"].data_dir, "ab" * 32) == path_of("ab" * 32)


def test_what_is_written_meanwhile_is_not_in_it_and_does_not_wait(
    company_copy: Place, living: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before: Callable[..., object] = backup._pack_table
    written = []

    def write_between(*arguments: object) -> object:
        """Between any two tables somebody adds an estate and a log entry."""
        with living(company_copy), unit_of_work() as db:
            number = len(written)
            db.add(Estate(name=f"新小区{number}"))
            record(InstallationRestored(backed_up_at=utc_now(), entries=number, head="", product=""))
            written.append(number)
        return before(*arguments)

    with living(company_copy), unit_of_work(writes=False) as db:
        estates, entries = db.scalar(select(func.count(Estate.id))), db.scalar(select(func.count(LogEntry.id)))
    monkeypatch.setattr(backup, "_pack_table", write_between)
    made = back_up(company_copy.engine, company_copy.settings, tmp_path / "x", "").manifest
    assert len(written) == len(made.tables)
    assert (made.tables["estate"]["rows"], made.tables["log_entry"]["rows"]) == (estates, entries)
    assert made.chain.entries == entries


def test_no_file_is_overwritten_unasked(company_place: Place, tmp_path: Path) -> None:
    path = tmp_path / "x.backup"
    path.write_bytes(b"something dear")
    with pytest.raises(DomainError, match="--force"):
        back_up(company_place.engine, company_place.settings, path, "")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"something dear", ["x.backup"])
    back_up(company_place.engine, company_place.settings, path, "", force=True)
    assert manifest_of(path, company_place).files
    assert back_up(company_place.engine, company_place.settings, tmp_path, "").path.parent == tmp_path


def test_lost_and_changed_uploads_are_named_and_the_rest_is_kept(company_copy: Place, tmp_path: Path) -> None:
    stored = sorted((company_copy.settings.data_dir / "files").rglob("*"))
    lost, changed, *rest = [path for path in stored if path.is_file()]
    lost.unlink()
    changed.write_bytes(b"x")
    made = back_up(company_copy.engine, company_copy.settings, tmp_path / "x", "").manifest
    assert made.missing_files == sorted([lost.name, changed.name])
    assert len(made.files) == len(rest)


def test_a_folder_that_is_not_there_is_one_sentence(company_place: Place, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="No such file"):
        back_up(company_place.engine, company_place.settings, tmp_path / "no" / "x", "")


# As a process


@pytest.fixture
def run(company_place: Place, commands: forked.Server) -> Callable[..., forked.Process]:
    """`run("backup", path)`: the command beginning in the company's installation."""
    return lambda *arguments, **options: commands.start(arguments, company_place.env, **options)


def test_a_full_disk_is_one_sentence_and_leaves_no_half_file(run: Callable[..., Any], tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk's end."""
    child = run("backup", f"{tmp_path}/x.backup", largest_file=100_000)
    _out, said = child.communicate()
    assert (child.returncode, len(said.splitlines())) == (1, 1), said
    assert "MB free" in said
    assert os.listdir(tmp_path) == []


def test_a_kill_at_any_moment_leaves_no_half_file_and_no_lock(
    run: Callable[..., Any], company_place: Place, tmp_path: Path
) -> None:
    path, draft = tmp_path / "x.backup", tmp_path / "x.backup.draft"
    for wait in (0, 0.05, 0.1, 0.2, 0.4):
        child = run("backup", str(path), "--force")
        while child.poll() is None and not draft.exists():
            time.sleep(0.01)
        time.sleep(wait)
        child.kill()
        child.communicate()
        assert not path.exists() or manifest_of(path, company_place).files
    child = run("backup", str(path), "--force", "--json")
    out, _said = child.communicate()
    assert json.loads(out)["tables"]["unit"] >= UNITS
    assert manifest_of(path, company_place).files
    assert os.listdir(tmp_path) == ["x.backup"]
    last = json.loads((company_place.settings.data_dir / backup.LAST_BACKUP).read_text())
    assert last["path"] == str(path)


def test_a_second_backup_into_the_same_file_is_refused_while_the_first_is_written(
    company_place: Place, run: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "x.backup"
    with backup.draft_of(path, force=True) as file:
        child = run("backup", str(path), "--force")
        _out, said = child.communicate()
        assert (child.returncode, "Another backup" in said) == (1, True)
        file.write(b"the first")
    assert path.read_bytes() == b"the first"


def test_it_warns_that_keys_are_missing_and_takes_them_along_with_a_key(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "short").write_text("short")
    plain = run("backup", str(tmp_path / "plain"))
    assert "keys.json" in plain.communicate()[1]
    sealed = run("backup", str(tmp_path / "sealed"), "--key-file", str(tmp_path / "key"), "--json")
    out, said = sealed.communicate()
    assert (said, json.loads(out)["encrypted"]) == ("", True)
    refused = run("backup", str(tmp_path / "no"), "--key-file", str(tmp_path / "short"))
    assert (refused.wait(), (tmp_path / "no").exists()) == (1, False)
