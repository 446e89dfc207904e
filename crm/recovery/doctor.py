"""`crm doctor`: what could keep the installation from working or from being restored, and what to do about it."""

from __future__ import annotations

import fcntl
import json
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Engine, Select, func, select, text
from sqlalchemy.exc import DBAPIError

from crm import schema
from crm.audit.models import LogEntry
from crm.clock.models import JobRun, TaskPause
from crm.clock.tasks import Task, tasks
from crm.dates import utc_now
from crm.errors import DomainError
from crm.files import queries as stored
from crm.files.figures import READ_DAYS
from crm.files.models import StoredFile
from crm.files.queries import is_wiped
from crm.jobs.models import Job, JobState
from crm.outbox.models import Mail, MailState
from crm.policy.figures import in_force
from crm.policy.models import FigureValue
from crm.recovery import backup, heads
from crm.recovery.drill import PREFIX
from crm.recovery.restore import MARKER
from crm.settings import Settings

SAMPLE = 200  # uploads read without --full
LITTLE = 1 << 30  # bytes free
TOO_LITTLE = 200 << 20
OLD, TOO_OLD = timedelta(days=2), timedelta(days=7)  # of a backup or an exported head
SKEW = timedelta(minutes=2)
WAITS = timedelta(hours=1)  # a job or a mail that nobody takes up
MISSED = 3  # periods of a scheduled task
WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))  # first and last version that has it (decision 003)


class Level(StrEnum):
    ok = "ok"
    warn = "warn"
    bad = "bad"


LEVEL_TITLES = {Level.ok: _l("ok"), Level.warn: _l("look"), Level.bad: _l("BAD")}


@dataclass(frozen=True, slots=True)
class Finding:
    name: str  # of the check, stable for programs
    level: Level
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The installation looked over; `connection` reads only."""

    connection: Connection
    settings: Settings
    full: bool
    now: datetime


Check = Callable[[Patient], Iterator[Finding]]


def examine(engine: Engine, settings: Settings, *, full: bool = False) -> list[Finding]:
    """Every finding, the database's first. Where the database does not answer, the rest is looked at without it."""
    try:
        with engine.connect() as connection:
            patient = Patient(connection, settings, full, utc_now())
            checks = (*GROUND, *INSIDE) if _at_this_version(connection) else GROUND
            return [found for check in checks for found in check(patient)]
    except DBAPIError as error:
        reason = str(error.orig).partition("\n")[0]
        silent = Finding(
            "database",
            Level.bad,
            str(_("The database does not answer: %(reason)s", reason=reason)),
            str(_("Start it; look at CRM_DATABASE_URL, the disk and the rights of the data folder.")),
        )
        return [silent, *_outside(settings)]


def _at_this_version(connection: Connection) -> bool:
    return schema.revision_of(connection) == schema.newest_revision()


def _engine(patient: Patient) -> Iterator[Finding]:
    if patient.connection.dialect.name != "sqlite":
        yield Finding("engine", Level.ok, backup.engine_name(patient.connection))
        return
    name = f"SQLite {sqlite3.sqlite_version}"
    if WAL_RESET_BUG[0] <= sqlite3.sqlite_version_info <= WAL_RESET_BUG[1]:
        name = str(_("%(engine)s (has the WAL-reset bug; the write lock keeps it away from us)", engine=name))
    yield Finding("engine", Level.ok, name)
    mode = patient.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode != "wal":
        remedy = _("Is the data folder on a network disk? Move it to a local one.")
        yield Finding("journal", Level.bad, str(_("journal mode is %(mode)s, not wal", mode=mode)), str(remedy))
    yield _lock(patient)


def _lock(patient: Patient) -> Finding:
    path = Path(f"{patient.connection.engine.url.database}.lock")
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Finding("lock", Level.ok, str(_("write lock: somebody is writing just now")))
    except FileNotFoundError:
        return Finding("lock", Level.ok, str(_("write lock: never taken yet")))
    return Finding("lock", Level.ok, str(_("write lock: free")))


def _revision(patient: Patient) -> Iterator[Finding]:
    revision, newest = schema.revision_of(patient.connection), schema.newest_revision()
    if revision == newest:
        yield Finding("schema", Level.ok, str(_("database revision %(name)s", name=revision)))
    else:
        said = _("database revision %(name)s, this version wants %(newest)s", name=revision or "–", newest=newest)
        yield Finding("schema", Level.bad, str(said), str(_("Back up, then run `crm init`.")))


def _integrity(patient: Patient) -> Iterator[Finding]:
    faults = _faults_sqlite(patient) if patient.settings.embedded else _faults_postgresql(patient)
    if faults:
        remedy = _("Stop Yihu, keep a copy of the data folder, restore the last good backup.")
        yield Finding("integrity", Level.bad, str(_("the database is damaged: %(what)s", what=faults)), str(remedy))
    else:
        yield Finding("integrity", Level.ok, str(_("the database is sound in itself")))


def _faults_sqlite(patient: Patient) -> str:
    look = "integrity_check" if patient.full else "quick_check"
    said = patient.connection.exec_driver_sql(f"PRAGMA {look}(5)").scalars().all()
    broken = patient.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    faults = [line for line in said if line != "ok"]
    return "; ".join([*faults, *(f"{table} {row} → {parent}" for table, row, parent, _number in broken)])


def _faults_postgresql(patient: Patient) -> str:
    """Indexes left invalid and references left unchecked: what an interrupted repair leaves behind."""
    query = (
        "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid "
        "UNION ALL SELECT conname FROM pg_constraint WHERE NOT convalidated"
    )
    return "; ".join(patient.connection.execute(text(query)).scalars())


def _clock(patient: Patient) -> Iterator[Finding]:
    """The database's clock against ours; and nobody has written in the future."""
    zone = patient.settings.timezone
    yield Finding("clock", Level.ok, f"{patient.now.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}")
    if not patient.settings.embedded:
        theirs = patient.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        yield from _skewed(theirs - patient.now, str(_("the database's clock")))


def _last_entry(patient: Patient) -> Iterator[Finding]:
    last = patient.connection.execute(select(func.max(LogEntry.at))).scalar()
    if last and last - patient.now > SKEW:
        yield from _skewed(last - patient.now, str(_("the log's last entry")))


def _skewed(off: timedelta, whose: str) -> Iterator[Finding]:
    if abs(off) > SKEW:
        said = _("%(whose)s is %(seconds)d seconds off this machine's", whose=whose, seconds=off.total_seconds())
        yield Finding("clock_skew", Level.bad, str(said), str(_("Let both machines take their time from one server.")))


def _disk(patient: Patient) -> Iterator[Finding]:
    yield from _outside(patient.settings)


def _outside(settings: Settings) -> Iterator[Finding]:
    """What can be seen without the database."""
    yield _space(settings)
    yield from _rights(settings)
    yield _fonts()
    yield _last_backup(settings)
    yield from _leftovers(settings)


def _space(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    level = Level.bad if free < TOO_LITTLE else Level.warn if free < LITTLE else Level.ok
    said = _("%(free)s MB free for the data folder", free=f"{free >> 20:,}")
    return Finding("disk", level, str(said), "" if level is Level.ok else str(_("Make room or enlarge the disk.")))


def _rights(settings: Settings) -> Iterator[Finding]:
    for name, path, mode in (
        ("data_folder", settings.data_dir, 0o700),
        ("keys_file", settings.data_dir / "keys.json", 0o600),
    ):
        found = path.stat().st_mode & 0o777
        if found & 0o077:
            said = _("%(path)s can be read by others (%(mode)o)", path=path, mode=found)
            yield Finding(name, Level.warn, str(said), f"chmod {mode:o} {path}")
        else:
            yield Finding(name, Level.ok, str(_("%(path)s is its owner's alone", path=path)))


def _fonts() -> Finding:
    """WeasyPrint takes its fonts through fontconfig, and so does this question."""
    program = shutil.which("fc-list")
    asked = [program, ":lang=zh-cn", "family"] if program else ["true"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False).stdout
    families = sorted({line.partition(",")[0] for line in said.splitlines() if line})
    if families:
        return Finding("fonts", Level.ok, str(_("Chinese font: %(names)s", names=", ".join(families[:3]))))
    remedy = _("Install fonts-wqy-microhei and fontconfig; without them forms print boxes.")
    return Finding("fonts", Level.bad, str(_("no Chinese font was found")), str(remedy))


def _last_backup(settings: Settings) -> Finding:
    remedy = str(_("Run `crm backup` daily and keep the file on another machine."))
    try:
        facts = json.loads(settings.last_backup.read_text())
        made = datetime.fromisoformat(facts["at"])
    except FileNotFoundError:
        return Finding("backup", Level.warn, str(_("no backup was ever made")), remedy)
    except (ValueError, KeyError, TypeError):
        return Finding("backup", Level.warn, str(_("the note of the last backup cannot be read")), remedy)
    level = _level_of_age(utc_now() - made)
    said = _(
        "last backup %(moment)s: %(path)s",
        moment=f"{made.astimezone(settings.timezone):%Y-%m-%d %H:%M}",
        path=facts["path"],
    )
    return Finding("backup", level, str(said), "" if level is Level.ok else remedy)


def _level_of_age(age: timedelta) -> Level:
    return Level.bad if age > TOO_OLD else Level.warn if age > OLD else Level.ok


def _leftovers(settings: Settings) -> Iterator[Finding]:
    if (settings.data_dir / MARKER).exists():
        yield Finding(
            "restore",
            Level.bad,
            str(_("a restore was begun here and not finished")),
            str(_("Run the same `crm restore` again.")),
        )
    for path in sorted(settings.data_dir.glob(f"{PREFIX}*")):
        said = _("%(path)s was left by an interrupted drill", path=path)
        yield Finding("leftover", Level.warn, str(said), str(_("Delete it when no drill is running.")))


def _head(patient: Patient) -> Iterator[Finding]:
    try:
        exported = heads.exported_heads(patient.settings)
    except DomainError as error:
        yield Finding("head", Level.bad, str(error), str(_("Compare it with the copy in the second place.")))
        return
    if not exported:
        yield Finding("head", Level.warn, str(_("the log's head was never exported")), "crm audit head")
        return
    newest = max(exported, key=lambda head: head.at)
    stands = patient.connection.execute(select(LogEntry.hash).where(LogEntry.id == newest.entries)).scalar()
    if newest.entries and stands != newest.head:
        said = _("the log no longer has the head exported at %(moment)s", moment=_local(patient, newest.at))
        yield Finding("head", Level.bad, str(said), "crm audit verify")
    else:
        level = min(_level_of_age(patient.now - newest.at), Level.warn, key=[Level.ok, Level.warn, Level.bad].index)
        said = _("the log's head was last exported at %(moment)s", moment=_local(patient, newest.at))
        yield Finding("head", level, str(said), "" if level is Level.ok else "crm audit head")


def _files(patient: Patient) -> Iterator[Finding]:
    known = patient.connection.execute(select(StoredFile.sha256).where(~is_wiped())).scalars().all()
    looked = known if patient.full or len(known) <= SAMPLE else random.sample(known, SAMPLE)
    broken = [
        sha256 for sha256 in looked if not backup.is_sound(backup.place_of(patient.settings.data_dir, sha256), sha256)
    ]
    said = _(
        "%(looked)d of %(all)d uploads read, %(broken)d missing or changed",
        looked=len(looked),
        all=len(known),
        broken=len(broken),
    )
    if broken:
        remedy = _("Put these back from a backup: %(names)s", names=" ".join(broken[:5]))
        yield Finding("files", Level.bad, str(said), str(remedy))
    else:
        yield Finding("files", Level.ok, str(said))


def _readings(patient: Patient) -> Iterator[Finding]:
    """What the clock's readings found, and whether every file has its turn."""
    days = _read_days(patient)
    asked = stored.stand_query(patient.now - timedelta(days=days))
    stand = stored.Stand(*patient.connection.execute(asked).one())
    if stand.faults:
        said = _("%(count)d stored files were missing or changed when they were last read", count=stand.faults)
        remedy = _("Put them back from a backup, then run `crm files check`; the page of stored files names them.")
        yield Finding("readings", Level.bad, str(said), str(remedy))
    if stand.late:
        said = _("%(count)d stored files were not read for %(days)d days", count=stand.late, days=days)
        remedy = _("Is the clock running? Else `crm files check` reads them now.")
        yield Finding("readings_late", Level.warn, str(said), str(remedy))
    elif not stand.faults:
        yield Finding("readings", Level.ok, str(_("every stored file was read within %(days)d days", days=days)))


def _read_days(patient: Patient) -> int:
    wanted = select(FigureValue.value, FigureValue.valid_from).where(FigureValue.key == READ_DAYS.key)
    rows = patient.connection.execute(wanted.order_by(FigureValue.id)).all()
    row = in_force(rows, patient.now.astimezone(patient.settings.timezone).date())
    return READ_DAYS.default if row is None else READ_DAYS.restored(row.value)


def _jobs(patient: Patient) -> Iterator[Finding]:
    lost = select(func.count(Job.id)).where(Job.state == JobState.failed, Job.ended_at > _week(patient))
    asked = select(func.min(Job.asked_at)).where(Job.state.in_([JobState.waiting, JobState.running]))
    failed = _count(patient, lost)
    if failed:
        said = _("%(count)d background jobs failed within a week", count=failed)
        yield Finding("jobs_failed", Level.warn, str(said), str(_("Look at them on the page of background work.")))
    oldest = patient.connection.execute(asked).scalar()
    if oldest and patient.now - oldest > WAITS:
        said = _("a background job has been waiting since %(moment)s", moment=_local(patient, oldest))
        yield Finding("jobs_waiting", Level.warn, str(said), str(_("Is the scheduler or the worker running?")))
    elif not failed:
        yield Finding("jobs", Level.ok, str(_("background work is up to date")))


def _mails(patient: Patient) -> Iterator[Finding]:
    failed = select(func.count(Mail.id)).where(Mail.state == MailState.failed, Mail.posted_at > _week(patient))
    late = select(func.count(Mail.id)).where(Mail.state == MailState.waiting, Mail.posted_at < patient.now - WAITS)
    lost, waiting = _count(patient, failed), _count(patient, late)
    if lost or waiting:
        said = _("mails: %(lost)d not delivered within a week, %(waiting)d waiting", lost=lost, waiting=waiting)
        yield Finding("mails", Level.warn, str(said), str(_("Is the mail server reachable? Is the scheduler running?")))
    else:
        yield Finding("mails", Level.ok, str(_("no mail is stuck")))


def _schedule(patient: Patient) -> Iterator[Finding]:
    """A task that has not run for three of its periods; where none has, it is the clock that stands still."""
    paused = set(patient.connection.execute(select(TaskPause.task)).scalars())
    first = patient.connection.execute(select(func.min(JobRun.started_at))).scalar()
    if first is None:
        yield Finding("schedule", Level.ok, str(_("no scheduled task has run yet")))
        return
    going = [task for task in tasks.values() if task.name not in paused]
    last = {task: _last_run(patient, task) or first for task in going}
    late = [task for task in going if patient.now - last[task] > MISSED * task.every]
    newest = max(last.values(), default=patient.now)
    if late and patient.now - newest > MISSED * min(task.every for task in going):
        said = _("no scheduled task has run since %(moment)s", moment=_local(patient, newest))
        yield Finding("schedule", Level.warn, str(said), str(_("Start `crm serve` or `crm schedule`.")))
    elif not late:
        yield Finding("schedule", Level.ok, str(_("the scheduled tasks are up to date")))
    else:
        for task in late:
            said = _("“%(task)s” has not run since %(moment)s", task=task.title, moment=_local(patient, last[task]))
            yield Finding("schedule", Level.warn, str(said), str(_("Look at it on the page of scheduled tasks.")))


def _last_run(patient: Patient, task: Task) -> datetime | None:
    return patient.connection.execute(select(func.max(JobRun.started_at)).where(JobRun.task == task.name)).scalar()


def _count(patient: Patient, query: Select[int]) -> int:
    return patient.connection.execute(query).scalar_one()


def _week(patient: Patient) -> datetime:
    return patient.now - timedelta(days=7)


def _local(patient: Patient, moment: datetime) -> str:
    return f"{moment.astimezone(patient.settings.timezone):%Y-%m-%d %H:%M}"


GROUND: tuple[Check, ...] = (_engine, _revision, _integrity, _clock, _disk)
# these read the tables of this version
INSIDE: tuple[Check, ...] = (_last_entry, _head, _files, _readings, _jobs, _schedule, _mails)
