"""Reading the log: an object's timeline, and the proof that nothing was changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from crm.audit.models import GENESIS, LogEntry, LogSubject, chained_hash, subjects_of
from crm.dates import beginning_of, business_day, utc_now
from crm.db import session

BATCH = 2_000  # entries read at a time
RESTORED = "InstallationRestored"  # the entry by which recovery says that later entries were given up

_ENTRIES = (
    select(*LogEntry.__table__.columns).where(LogEntry.id > bindparam("after")).order_by(LogEntry.id).limit(BATCH)
)
_SUBJECTS = select(LogSubject.entry_id, LogSubject.kind, LogSubject.object_id).where(
    LogSubject.entry_id > bindparam("after"), LogSubject.entry_id <= bindparam("upto")
)


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's length and last hash as they were exported at a moment."""

    entries: int
    head: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    entries: int
    head: str
    faults: list[str]
    notes: list[str] = field(default_factory=list)  # worth knowing, no fault

    @property
    def sound(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An entry in words, for whoever reads a timeline."""

    at: datetime
    who: str
    title: str
    text: str


def timeline(kind: str, object_id: int, limit: int = 50, *, also: Collection[int] = ()) -> Select[LogEntry]:
    """The entries about one object, newest first; `also` are others of its kind that belong to it."""
    return (
        select(LogEntry)
        .join(LogSubject, LogSubject.entry_id == LogEntry.id)
        .where(LogSubject.kind == kind, LogSubject.object_id.in_((object_id, *also)))
        .order_by(LogEntry.id.desc())
        .limit(limit)
    )


def told_today(kind: str) -> bool:
    """Whether an entry of this kind was written on this business day; one of a moment still to come does not count."""
    newest = select(LogEntry.at).where(LogEntry.kind == kind).order_by(LogEntry.id.desc()).limit(1)
    last = session().scalars(newest).one_or_none()
    return last is not None and beginning_of(business_day()) <= last <= utc_now()


def last_head(db: Session, now: datetime) -> Head:
    last = db.execute(select(LogEntry.id, LogEntry.hash).order_by(LogEntry.id.desc()).limit(1)).one_or_none()
    return Head(last.id, last.hash, now) if last else Head(0, GENESIS, now)


def verify(db: Session, heads: Sequence[Head] = ()) -> Verdict:
    """Walk the whole chain, with the objects each entry is about, and compare it with the heads exported earlier.

    Without heads a cut-off tail does not show.
    """
    walk = _Walk({head.entries for head in heads})
    while batch := db.execute(_ENTRIES, {"after": walk.last_id}).all():
        walk.take(batch, db.execute(_SUBJECTS, {"after": walk.last_id, "upto": batch[-1].id}).all())
    if beyond := db.scalar(select(func.count()).where(LogSubject.entry_id > walk.last_id)):
        walk.faults.append(f"{beyond} subjects name no entry")
    for head in heads:
        walk.compare(head)
    return Verdict(entries=walk.last_id, head=walk.head, faults=walk.faults, notes=walk.notes)


def faults_between(db: Session, after: int, upto: int) -> list[str]:
    """What is wrong with the entries after `after` up to `upto`: the chain is sound when every such part of it is."""
    before = db.scalar(select(LogEntry.hash).where(LogEntry.id == after))
    walk = _Walk(set(), last_id=after, head=before or GENESIS)
    part = _ENTRIES.where(LogEntry.id <= upto).limit(upto - after)
    walk.take(db.execute(part, {"after": after}).all(), db.execute(_SUBJECTS, {"after": after, "upto": upto}).all())
    if walk.last_id != upto:
        walk.faults.append(f"entry {walk.last_id + 1} to {upto}: missing")
    return walk.faults


@dataclass
class _Walk:
    """Where the walk stands and what it met."""

    exported: set[int]  # lengths at which heads were exported
    last_id: int = 0
    head: str = GENESIS
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=lambda: {0: GENESIS})  # at those lengths
    restores: list[tuple[int, datetime]] = field(default_factory=list)

    def take(self, entries: Sequence[Row[Any]], subjects: Sequence[Row[int, str, int]]) -> None:
        said: dict[int, set[tuple[str, int]]] = {}
        for entry_id, kind, object_id in subjects:
            said.setdefault(entry_id, set()).add((kind, object_id))
        for row in entries:
            entry = dict(row._mapping)
            self.faults += self._faults(entry, said.pop(entry["id"], set()))
            self._pass(entry)
        self.faults += [f"entry {entry_id}: its subjects name no entry" for entry_id in sorted(said)]

    def _faults(self, entry: dict[str, Any], said: set[tuple[str, int]]) -> Iterator[str]:
        if entry["id"] != self.last_id + 1:
            yield f"entry {self.last_id + 1} to {entry['id']}: missing"
        elif entry["previous_hash"] != self.head:
            yield f"entry {entry['id']}: does not follow the one before"
        if chained_hash(entry) != entry["hash"]:
            yield f"entry {entry['id']}: changed after it was written"
        if said != subjects_of(entry["data"]):
            yield f"entry {entry['id']}: is kept under other objects than it is about"

    def _pass(self, entry: dict[str, Any]) -> None:
        self.last_id, self.head = entry["id"], entry["hash"]
        if self.last_id in self.exported:
            self.hashes[self.last_id] = self.head
        if entry["kind"] == RESTORED:
            self.restores.append((self.last_id, entry["at"]))

    def compare(self, head: Head) -> None:
        """A head that the chain no longer has is a fault, unless a later restore says that it was given up."""
        if self.hashes.get(head.entries) == head.head:
            return
        name = f"the head of {head.at:%Y-%m-%d %H:%M} UTC ({head.entries} entries)"
        given_up = any(entry_id <= head.entries and at > head.at for entry_id, at in self.restores)
        if given_up:
            self.notes.append(f"{name} was given up by a later restore")
        elif head.entries > self.last_id:
            self.faults.append(f"{name} is not reached: entries were cut off")
        else:
            self.faults.append(f"{name} is another: entries were replaced")
