"""Reading what is stored, again and again: are its bytes still those that were hashed? Clause L-01, decision 041.

Files are read outside of any unit of work, and what was found is noted in small ones.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from flask import current_app
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import business_day_of, utc_now
from crm.db import insert, session, unit_of_work
from crm.files import queries
from crm.files.events import FileFaultFound, FileWholeAgain
from crm.files.figures import READ_DAYS
from crm.files.models import Fault, FileCheck, StoredFile
from crm.files.store import path_of

BLOCK = 1 << 20
LEAST = 64 << 20  # bytes an hour, however little there is
SPARE = 0.75  # of the days: a round is done before its last day comes
LONGEST = 60.0  # seconds of one slice: a clock that is told to end waits for it
MOST_FILES = 20_000  # of one slice
MOST_FAULTS = 20  # new ones in one slice: then it is the disk, and the rest waits until somebody has looked
TOGETHER = 50  # files noted at once
HOURS = 24


@dataclass(frozen=True, slots=True)
class Reading:
    sha256: str
    size: int
    fault: str
    at: datetime


@dataclass(slots=True)
class Told:
    """What came of a reading of several."""

    files: int = 0
    size: int = 0
    new: list[Reading] = field(default_factory=list)  # with a fault that the reading before did not have


def fault_of(sha256: str, sm3: str) -> str:
    """What is wrong with the bytes on disk, "" when both digests are what they were."""
    digests = hashlib.sha256(), hashlib.new("sm3")
    try:
        with path_of(sha256).open("rb") as file:
            while block := file.read(BLOCK):
                for digest in digests:
                    digest.update(block)
    except FileNotFoundError:
        return Fault.missing
    except OSError:
        return Fault.unreadable
    return "" if tuple(digest.hexdigest() for digest in digests) == (sha256, sm3) else Fault.changed


def read_slice() -> int:
    """An hour's share of the store, what was not read for longest first; how many files.

    What is late is read beyond the share, so that a pause is caught up with; the time ends a slice in any case.
    """
    with unit_of_work(writes=False):
        wanted = due(utc_now())
    return read(wanted, until=time.monotonic() + LONGEST, most=MOST_FAULTS).files


def due(now: datetime) -> list[Any]:
    """Everything late, and as many bytes as an hour's share."""
    rows = session().execute(queries.oldest_first(MOST_FILES)).all()
    late, share = queries.last_day(now), _share(now)
    taken, chosen = 0, []
    for row in rows:
        if taken >= share and row.since >= late:
            break
        chosen.append(row)
        taken += row.size
    return chosen


def _share(now: datetime) -> int:
    """Bytes an hour."""
    hours = READ_DAYS.on(business_day_of(now)) * HOURS * SPARE
    return max(LEAST, round(queries.stand(now).size / hours))


def read(wanted: Sequence[Any], *, until: float | None = None, most: int | None = None) -> Told:
    """Read these and note what was found; `until` (of `time.monotonic`) and `most` new faults end it before."""
    if wanted:
        expect_store()
    told, coming = Told(), _readings(wanted, until)
    while readings := list(islice(coming, TOGETHER)):
        told.new += note(readings)
        told.files += len(readings)
        told.size += sum(reading.size for reading in readings)
        if most is not None and len(told.new) >= most:
            break
    return told


def expect_store() -> None:
    """Raises `FileNotFoundError`: a disk that is not mounted is one fault, not one of every file."""
    (current_app.config["SETTINGS"].data_dir / "files").stat()


def _readings(wanted: Sequence[Any], until: float | None) -> Iterator[Reading]:
    for row in wanted:
        if until is not None and time.monotonic() >= until:
            return
        fault = fault_of(row.sha256, row.sm3)
        yield Reading(row.sha256, row.size, fault, utc_now())


def note(readings: Sequence[Reading]) -> list[Reading]:
    """Keep what was read; those whose fault is new. What somebody else has read later stays."""
    found = {reading.sha256: reading for reading in readings}
    with unit_of_work():
        for wiped in session().scalars(
            select(StoredFile.sha256).where(StoredFile.sha256.in_(found), queries.is_wiped())
        ):
            del found[wiped]  # while it was read
        if not found:
            return []
        first = [{"sha256": key, "checked_at": queries.EPOCH, "fault": ""} for key in sorted(found)]
        session().execute(insert(FileCheck).values(first).on_conflict_do_nothing())
        held = select(FileCheck).where(FileCheck.sha256.in_(found)).order_by(FileCheck.sha256).with_for_update()
        checks = session().scalars(held.execution_options(populate_existing=True)).all()
        turned = [check for check in checks if _take(check, found[check.sha256])]
        _record(turned)
        return [found[check.sha256] for check in turned if check.fault]


def _take(check: FileCheck, reading: Reading) -> bool:
    """Whether the fault is another than before."""
    if check.checked_at > reading.at:
        return False
    before, check.fault, check.checked_at = check.fault, reading.fault, reading.at
    return before != check.fault


def _record(turned: Sequence[FileCheck]) -> None:
    uploads = {each.sha256: each for each in reversed(queries.uploads_of([check.sha256 for check in turned]))}
    for check in turned:
        upload = uploads.get(check.sha256)
        facts: dict[str, Any] = {
            "upload_id": upload.id if upload else None,
            "estate_id": upload.estate_id if upload else None,
            "name": upload.name if upload else "",
            "sha256": check.sha256,
        }
        record(FileFaultFound(fault=check.fault, **facts) if check.fault else FileWholeAgain(**facts))
