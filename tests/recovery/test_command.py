"""The commands as they are typed: exit codes, JSON, and what they say to whoever keeps the machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm.files.models import StoredFile
from crm.recovery.restore import MARKER
from tests import forked
from tests.recovery.conftest import ENGINE, KEY, UNITS, Place

pytestmark = pytest.mark.timeout(300)  # each is a process or several
Places = Callable[..., Place]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def crm(commands: forked.Server) -> Run:
    """`crm(place, "restore", …, CRM_BACKUP_KEY=…)`: the command in that installation."""
    return lambda place, *arguments, **env: commands.run(arguments, place.env | env)


def files_of(place: Place) -> int:
    with place.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(StoredFile)) or 0


def test_a_drill_of_a_fresh_backup_and_of_a_file(crm: Run, company_place: Place, sealed_backup: Path) -> None:
    fresh = crm(company_place, "restore", "--drill", "--json")
    facts = json.loads(fresh.stdout)
    assert (fresh.returncode, facts["proven"], facts["files"]) == (0, True, files_of(company_place))
    assert facts["tables"]["unit"] >= UNITS
    told = crm(company_place, "restore", str(sealed_backup), "--drill", CRM_BACKUP_KEY=KEY)
    assert (told.returncode, "proven equal" in told.stdout) == (0, True)
    wrong = crm(company_place, "restore", str(sealed_backup), "--drill", CRM_BACKUP_KEY="1f" * 32)
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)


def test_a_restore_beside_the_standing_one(crm: Run, company_place: Place, place: Places, sealed_backup: Path) -> None:
    refused = crm(company_place, "restore", str(sealed_backup), CRM_BACKUP_KEY=KEY)
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    target = place()
    url = [] if ENGINE == "sqlite" else ["--database-url", target.url]
    into = ["restore", str(sealed_backup), "--into", str(target.settings.data_dir), *url, "--json"]
    done = crm(company_place, *into, CRM_BACKUP_KEY=KEY)
    assert (done.returncode, json.loads(done.stdout)["keys_fit"]) == (0, True), done.stderr
    assert crm(target, "audit", "head").returncode == 0
    proof = json.loads(crm(target, "audit", "verify", "--json").stdout)
    assert (proof["sound"], proof["exported_heads"]) == (True, 1)
    assert crm(target, "doctor").returncode == 0


def test_without_a_file_there_is_nothing_to_restore(crm: Run, company_place: Place) -> None:
    done = crm(company_place, "restore")
    assert (done.returncode, "--drill" in done.stderr) == (2, True)
    gone = crm(company_place, "restore", "/no/such/file")
    assert (gone.returncode, len(gone.stderr.splitlines())) == (1, 1)


@pytest.mark.postgres
def test_a_move_is_told_in_figures(crm: Run, company_place: Place, place: Places) -> None:
    target = place("postgresql" if ENGINE == "sqlite" else "sqlite")
    target.engine.dispose()
    done = crm(company_place, "move", "--to", target.url, "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert (facts["chain_faults"], facts["files"]) == ([], files_of(company_place))
    again = crm(company_place, "move", "--to", target.url)
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)


def test_nothing_starts_on_an_unfinished_restore(crm: Run, place: Places) -> None:
    target = place()
    (target.settings.data_dir / MARKER).write_text("{}")
    for command in (["init"], ["audit", "verify"]):
        done = crm(target, *command)
        assert (done.returncode, "crm restore" in done.stderr) == (1, True), command
