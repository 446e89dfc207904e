"""`record(event)`: note it for the log and tell its handlers, all inside the current unit of work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from crm.audit.models import GENESIS, LogEntry, LogSubject, chained_hash, subjects_of
from crm.bulk import pour
from crm.dates import utc_now
from crm.db import before_commit, session

handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)
CHAIN_LOCK = 7_001  # PostgreSQL advisory lock; SQLite has one writer anyway


def record(event: object) -> None:
    """Log the event and tell its handlers. Its `…_id` fields are the objects it is about.

    The rows are written at the end of the unit of work, so that the chain is locked only for a moment.
    """
    session().info.setdefault("events", []).append((utc_now(), event))
    for tell in handlers[type(event)]:
        tell(event)


def write_log(db: Session) -> None:
    """Chain what was recorded since the last commit."""
    events = db.info.pop("events", [])
    if not events:
        return
    last_id, last_hash = _head(db)
    who = _who()
    entries: list[dict[str, Any]] = []
    subjects: list[dict[str, Any]] = []
    for entry_id, (at, event) in enumerate(events, start=last_id + 1):
        entry = {"id": entry_id, "at": at, **who, **_told(event), "previous_hash": last_hash}
        last_hash = entry["hash"] = chained_hash(entry)
        entries.append(entry)
        about = sorted(subjects_of(entry["data"]))
        subjects += [{"entry_id": entry_id, "kind": kind, "object_id": key} for kind, key in about]
    pour(LogEntry, entries)
    pour(LogSubject, subjects)


before_commit.append(write_log)


def _head(db: Session) -> tuple[int, str]:
    """The chain's last id and hash, held against other writers until the commit."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last = db.execute(select(LogEntry.id, LogEntry.hash).order_by(LogEntry.id.desc()).limit(1)).one_or_none()
    return (last.id, last.hash) if last else (0, GENESIS)


def _who() -> dict[str, Any]:
    """Who does all that is recorded in this unit of work, and from where."""
    return {
        "actor": g.actor.name if g.actor else "",
        "user_id": g.actor.user_id if g.actor else None,
        "address": (request.remote_addr or "") if has_request_context() else "",
        "request_id": g.get("request_id", ""),
    }


def _told(event: object) -> dict[str, Any]:
    facts = {each.name: getattr(event, each.name) for each in fields(event)}  # type: ignore[arg-type]
    return {"kind": type(event).__name__, "data": plain(facts)}


def differences(thing: Any, given: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What `given` would change: field -> [old, new], as the log keeps it."""
    found = {name: (getattr(thing, name), value) for name, value in given.items()}
    return {name: [plain(old), plain(new)] for name, (old, new) in found.items() if old != new}


def plain(value: Any) -> Any:
    """The value as JSON keeps it: the same text before and after the database."""
    match value:
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value
