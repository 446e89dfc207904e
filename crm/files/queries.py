"""How long each stored file has not been read, and what the readings found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from crm.dates import business_day_of
from crm.db import session
from crm.files.figures import READ_DAYS
from crm.files.models import FileCheck, StoredFile, Upload, WipedFile

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stand:
    """Of the whole store. `size` in bytes; `late`: not read within the days; `oldest`: since when one is unread."""

    files: int
    size: int
    late: int
    faults: int
    oldest: datetime | None


def is_wiped(sha256: Any = StoredFile.sha256) -> ColumnElement[bool]:
    """Of the bytes asked about: they were taken off the disk, and nobody has brought them since."""
    brought = exists().where(Upload.sha256 == WipedFile.sha256, Upload.uploaded_at > WipedFile.wiped_at)
    return exists().where(WipedFile.sha256 == sha256, ~brought.correlate(WipedFile))


def since() -> tuple[Select[*tuple[Any, ...]], ColumnElement[datetime]]:
    """Stored files with the moment of their last reading; what was just stored was read when it was hashed."""
    first = select(Upload.sha256, func.min(Upload.uploaded_at).label("at")).group_by(Upload.sha256).subquery()
    moment = func.coalesce(FileCheck.checked_at, first.c.at, EPOCH, type_=FileCheck.checked_at.type)
    files = select(StoredFile.sha256, StoredFile.sm3, StoredFile.size, moment.label("since"))
    joined = files.outerjoin(FileCheck, FileCheck.sha256 == StoredFile.sha256)
    return joined.outerjoin(first, first.c.sha256 == StoredFile.sha256).where(~is_wiped()), moment


def oldest_first(count: int) -> Select[*tuple[Any, ...]]:
    found, moment = since()
    return found.order_by(moment, StoredFile.sha256).limit(count)


def every_file() -> Select[*tuple[Any, ...]]:
    """That is to be on the disk."""
    return select(StoredFile.sha256, StoredFile.sm3, StoredFile.size).where(~is_wiped()).order_by(StoredFile.sha256)


def last_day(now: datetime) -> datetime:
    """What has not been read since is late."""
    return now - timedelta(days=READ_DAYS.on(business_day_of(now)))


def stand_query(day: datetime) -> Select[*tuple[Any, ...]]:
    """One row, the fields of `Stand`; late is what was not read since `day`."""
    found, _moment = since()
    each = found.add_columns(func.coalesce(FileCheck.fault, "").label("fault")).subquery()
    size = func.coalesce(func.sum(each.c.size), 0)
    late = func.count().filter(each.c.since < day)
    return select(func.count(), size, late, func.count().filter(each.c.fault != ""), func.min(each.c.since))


def stand(now: datetime) -> Stand:
    files, size, late, faults, oldest = session().execute(stand_query(last_day(now))).one()
    return Stand(files, int(size), late, faults, oldest)


def faulty(count: int) -> Sequence[FileCheck]:
    """Read last, first."""
    found = select(FileCheck).where(FileCheck.fault != "").order_by(FileCheck.checked_at.desc(), FileCheck.sha256)
    return session().scalars(found.limit(count)).all()


def every_fault() -> Select[str, str]:
    return select(FileCheck.sha256, FileCheck.fault).where(FileCheck.fault != "").order_by(FileCheck.sha256)


def uploads_of(sha256s: Sequence[str]) -> Sequence[Upload]:
    """Under which names these bytes were brought, the first one first."""
    return session().scalars(select(Upload).where(Upload.sha256.in_(sha256s)).order_by(Upload.id)).all()
