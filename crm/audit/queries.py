"""Reading the log: an object's timeline, and the proof that nothing was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from crm.audit.models import GENESIS, LogEntry, LogSubject, chained_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    entries: int
    head: str
    faults: list[str]

    @property
    def sound(self) -> bool:
        return not self.faults


def timeline(kind: str, object_id: int, limit: int = 50) -> Select[LogEntry]:
    """The entries about one object, newest first."""
    return (
        select(LogEntry)
        .join(LogSubject, LogSubject.entry_id == LogEntry.id)
        .where(LogSubject.kind == kind, LogSubject.object_id == object_id)
        .order_by(LogEntry.id.desc())
        .limit(limit)
    )


def verify(db: Session) -> Verdict:
    """Walk the whole chain. A cut-off tail shows only against a head kept elsewhere."""
    columns = LogEntry.__table__.columns
    number, head = 0, GENESIS
    faults: list[str] = []
    for row in db.execute(select(*columns).order_by(LogEntry.id).execution_options(yield_per=2000)).mappings():
        entry = dict(row)
        number += 1
        faults += _faults(entry, number, head)
        number, head = entry["id"], entry["hash"]
    faults += [f"entry {key}: its subjects name no entry" for key in db.scalars(_orphans())]
    return Verdict(entries=number, head=head, faults=faults)


def _faults(entry: dict[str, object], expected_id: int, head: str) -> Iterator[str]:
    if entry["id"] != expected_id:
        yield f"entry {expected_id} to {entry['id']}: missing"
    elif entry["previous_hash"] != head:
        yield f"entry {entry['id']}: does not follow the one before"
    if chained_hash(entry) != entry["hash"]:
        yield f"entry {entry['id']}: changed after it was written"


def _orphans() -> Select[int]:
    known = select(LogEntry.id).where(LogEntry.id == LogSubject.entry_id).exists()
    return select(LogSubject.entry_id).where(~known).distinct()
