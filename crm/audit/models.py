"""The log and what each entry is about."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment, append_only

GENESIS = "0" * 64


class LogEntry(Base):
    """`id` runs 1, 2, 3 … without gaps; `hash` covers every other column and the hash before."""

    __tablename__ = "log_entry"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Moment] = mapped_column(index=True)
    actor: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str]
    request_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str]
    hash: Mapped[str]


class LogSubject(Base):
    """An object the entry is about: what makes a timeline one index look-up."""

    __tablename__ = "log_subject"
    __table_args__ = (Index("ix_log_subject_kind_object_id", "kind", "object_id", "entry_id"),)
    entry_id: Mapped[int] = mapped_column(ForeignKey("log_entry.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)


append_only(LogEntry)
append_only(LogSubject)


_written = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def subjects_of(data: dict[str, Any]) -> set[tuple[str, int]]:
    """(kind, id) of what the entry is about: of every field named `<kind>_id` that is set, and of `<kind>_ids` each."""
    ones = {(name[:-3], value) for name, value in data.items() if name.endswith("_id") and isinstance(value, int)}
    several = [(name[:-4], value) for name, value in data.items() if name.endswith("_ids") and isinstance(value, list)]
    return ones | {(kind, each) for kind, values in several for each in values if isinstance(each, int)}


def chained_hash(entry: dict[str, Any]) -> str:
    """SHA-256 over the columns in a form both engines give back unchanged."""
    covered = {name: entry[name] for name in ("id", "actor", "user_id", "address", "request_id", "kind", "data")}
    covered["at"] = entry["at"].isoformat(timespec="microseconds")
    covered["previous_hash"] = entry["previous_hash"]
    return hashlib.sha256(_written(covered).encode()).hexdigest()
