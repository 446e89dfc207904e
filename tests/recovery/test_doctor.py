"""`crm doctor`: what is well is said, what is not is found and comes with a remedy."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from crm import schema
from crm.audit.log import record
from crm.clock.models import JobRun, Outcome
from crm.clock.service import pause
from crm.clock.tasks import tasks
from crm.dates import utc_now
from crm.db import connect, unit_of_work
from crm.files.store import keep
from crm.jobs.models import Job, JobState
from crm.outbox.models import Mail, MailState
from crm.properties.events import EstateAdded
from crm.recovery import backup, doctor, heads
from crm.recovery.backup import back_up
from crm.recovery.doctor import Finding, Level, examine
from crm.recovery.restore import MARKER
from tests import forked
from tests.recovery.conftest import Place, living_in

Places = Callable[..., Place]
NOW = datetime.now(UTC)


@pytest.fixture
def home(app: Flask, empty_place: Place, tmp_path: Path) -> Any:
    """An installation in good order."""
    with living_in(app, empty_place):
        with unit_of_work():
            record(EstateAdded(estate_id=1, name="阳光花园"))
            keep("号码,姓名\n1,张三\n".encode(), "x.csv", purpose="import", estate_id=None)
        heads.export_head()
        backup.remember(
            empty_place.settings.data_dir, back_up(empty_place.engine, empty_place.settings, tmp_path / "x", "")
        )
        yield empty_place


def found(home: Place, **options: bool) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(home.engine, home.settings, **options)}


def not_well(home: Place) -> dict[str, Level]:
    return {name: finding.level for name, finding in found(home).items() if finding.level is not Level.ok}


def test_a_healthy_installation_has_nothing_to_do(home: Place) -> None:
    assert not_well(home) == {}
    assert all(not finding.remedy and finding.text for finding in found(home, full=True).values())
    assert {
        "engine",
        "schema",
        "integrity",
        "disk",
        "data_folder",
        "keys_file",
        "fonts",
        "backup",
        "head",
        "files",
    } <= (set(found(home)))


def test_rights_that_are_too_wide(home: Place) -> None:
    home.settings.data_dir.chmod(0o755)
    (home.settings.data_dir / "keys.json").chmod(0o640)
    assert not_well(home) == {"data_folder": Level.warn, "keys_file": Level.warn}
    assert found(home)["keys_file"].remedy.startswith("chmod 600")


def test_uploads_gone_or_changed(home: Place) -> None:
    stored = next(path for path in (home.settings.data_dir / "files").rglob("*") if path.is_file())
    stored.write_bytes(b"x")
    assert not_well(home) == {"files": Level.bad}
    stored.unlink()
    assert stored.name in found(home)["files"].remedy


@pytest.mark.parametrize(("days", "level"), [(1, Level.ok), (3, Level.warn), (8, Level.bad)])
def test_an_old_backup(home: Place, days: int, level: Level) -> None:
    path = home.settings.data_dir / backup.LAST_BACKUP
    facts = json.loads(path.read_text()) | {"at": (NOW - timedelta(days=days)).isoformat()}
    path.write_text(json.dumps(facts))
    assert found(home)["backup"].level == level


def test_no_backup_and_a_damaged_note_of_it(home: Place) -> None:
    path = home.settings.data_dir / backup.LAST_BACKUP
    path.write_text("{")
    assert not_well(home) == {"backup": Level.warn}
    path.unlink()
    assert not_well(home) == {"backup": Level.warn}


def test_heads_missing_unreadable_or_no_longer_reached(home: Place) -> None:
    head = next((home.settings.data_dir / "heads").iterdir())
    facts = json.loads(head.read_text())
    head.write_text(json.dumps(facts | {"head": "0" * 64}))
    assert not_well(home) == {"head": Level.bad}
    head.write_text("{")
    assert not_well(home) == {"head": Level.bad}
    head.write_text(json.dumps(facts | {"at": (NOW - timedelta(days=9)).isoformat()}))
    assert not_well(home) == {"head": Level.warn}
    head.unlink()
    assert not_well(home) == {"head": Level.warn}


def test_an_unfinished_restore_and_a_left_drill(home: Place) -> None:
    (home.settings.data_dir / MARKER).write_text("{}")
    (home.settings.data_dir / "drill-abc").mkdir()
    assert not_well(home) == {"restore": Level.bad, "leftover": Level.warn}


def test_another_revision(home: Place, place: Places) -> None:
    old = place()
    schema.upgrade(old.engine, "0001")
    assert found(old)["schema"].level is Level.bad
    assert "crm init" in found(old)["schema"].remedy


def test_failed_and_waiting_background_work(home: Place) -> None:
    shared = {"kind": "x", "title": "x", "payload": {}, "actor_name": "x"}
    with unit_of_work() as db:
        db.add(Job(**shared, state=JobState.failed, asked_at=NOW, ended_at=NOW))
        db.add(Job(**shared, state=JobState.waiting, asked_at=NOW - timedelta(hours=2)))
    assert not_well(home) == {"jobs_failed": Level.warn, "jobs_waiting": Level.warn}


def test_mails_that_nobody_takes_or_that_came_back(home: Place) -> None:
    old = NOW - timedelta(hours=2)
    shared = {"recipient": "x", "subject": "x", "text": "x", "posted_at": old, "tried_since": old, "next_try_at": NOW}
    with unit_of_work() as db:
        db.add(Mail(**shared, message_id="1", state=MailState.waiting))
        db.add(Mail(**shared, message_id="2", state=MailState.failed))
    assert not_well(home) == {"mails": Level.warn}
    assert "1" in found(home)["mails"].text


def test_an_entry_written_in_the_future(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "utc_now", lambda: NOW - timedelta(hours=1))
    assert found(home)["clock_skew"].level is Level.bad


def test_little_room_on_the_disk(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    free = doctor.shutil.disk_usage(home.settings.data_dir).free
    monkeypatch.setattr(doctor, "LITTLE", free + (1 << 40))
    assert not_well(home) == {"disk": Level.warn}
    monkeypatch.setattr(doctor, "TOO_LITTLE", free + (1 << 40))
    assert not_well(home) == {"disk": Level.bad}


def test_a_broken_reference(home: Place) -> None:
    if home.settings.embedded:
        with home.engine.connect() as connection:
            schema.pragma(connection, "foreign_keys=OFF")
            connection.exec_driver_sql(
                "INSERT INTO building (id, estate_id, number, sort_key, version) VALUES (9, 9, '', '', 1)"
            )
            connection.commit()
    else:
        with home.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE building ADD CONSTRAINT odd CHECK (version > 0) NOT VALID")
    assert not_well(home) == {"integrity": Level.bad}


def test_a_damaged_database_file(place: Places, app: Flask) -> None:
    standing = place("sqlite")
    schema.upgrade(standing.engine)
    standing.engine.dispose()
    path = standing.settings.data_dir / "yihu.sqlite"
    content = bytearray(path.read_bytes())
    content[8192:20480] = bytes(12288)
    path.write_bytes(bytes(content))
    levels = [finding.level for finding in examine(standing.engine, standing.settings)]
    assert Level.bad in levels


def test_a_database_that_does_not_answer_is_one_finding_among_the_rest(home: Place) -> None:
    url = f"postgresql+psycopg://crm@/yihu?host={home.settings.data_dir}"
    engine = connect(url)
    findings = {finding.name: finding for finding in examine(engine, replace(home.settings, database_url=url))}
    assert findings["database"].level is Level.bad
    assert findings["disk"].level is Level.ok


def ran(home: Place, ago: timedelta, *names: str) -> None:
    """The tasks' last runs; all tasks' when none is named."""
    with unit_of_work() as db:
        for name in names or tasks:
            at = utc_now() - ago
            facts = {"due_at": at, "started_at": at, "beat_at": at, "ended_at": at, "outcome": Outcome.done}
            db.add(JobRun(task=name, attempt=1, **facts))


def test_scheduled_tasks_in_time(home: Place) -> None:
    ran(home, timedelta(days=3), "old runs")
    ran(home, timedelta(seconds=89))
    assert not_well(home) == {}


def test_scheduled_tasks_that_have_not_run_for_three_periods(home: Place) -> None:
    late = {"archive check", "call-backs"}
    ran(home, timedelta(minutes=181), *late)
    ran(home, timedelta(seconds=10), *(set(tasks) - late))
    said = [finding.text for finding in examine(home.engine, home.settings) if finding.level is Level.warn]
    assert all([any(str(tasks[name].title) in text for text in said) for name in late])
    assert len(said) == 2
    assert not_well(home) == {"schedule": Level.warn}


def test_a_paused_task_is_not_waited_for(home: Place) -> None:
    ran(home, timedelta(minutes=181), "archive check")
    ran(home, timedelta(seconds=10), *(set(tasks) - {"archive check"}))
    with unit_of_work():
        pause(tasks["archive check"], "搬迁机房")
    assert not_well(home) == {}


def test_a_task_that_came_new_counts_from_the_first_run_of_all(home: Place) -> None:
    ran(home, timedelta(hours=2), "old runs")
    ran(home, timedelta(seconds=10), *(set(tasks) - {"archive check"}))
    assert not_well(home) == {}
    ran(home, timedelta(hours=4), "old runs")
    assert not_well(home) == {"schedule": Level.warn}


def test_a_clock_that_stands_is_one_line(home: Place) -> None:
    ran(home, timedelta(hours=8))
    [said] = [finding for finding in examine(home.engine, home.settings) if finding.level is Level.warn]
    assert "crm schedule" in said.remedy


def test_the_command_s_exit_code_and_json(home: Place, commands: forked.Server) -> None:
    well = commands.run(["doctor", "--json"], home.env)
    assert (well.returncode, {entry["level"] for entry in json.loads(well.stdout)}) == (0, {"ok"})
    (home.settings.data_dir / MARKER).write_text("{}")
    ill = commands.run(["doctor"], home.env)
    assert ill.returncode == 1
    assert "crm restore" in ill.stdout
    with home.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM log_entry")).scalar_one() == 1
