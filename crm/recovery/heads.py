"""The audit chain's head, exported daily: a chain whose last entries were cut off still verifies, but not against it.

`heads/2026-11-23.json` in the data folder and, when CRM_HEADS_DIR names one, in a second place that the person who
keeps the database cannot write to afterwards. A day's head is written once and never overwritten.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from crm.audit.queries import Head, last_head
from crm.dates import today, utc_now
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.settings import Settings


def export_head() -> Head:
    """Write today's head where it is not written yet; returns the one that stands. Safe at any time, also twice."""
    settings: Settings = current_app.config["SETTINGS"]
    day = today(settings.timezone)
    standing = [path for path in _paths(settings, f"{day}.json") if path.exists()]
    if standing:
        head = _read(standing[0])
    else:
        with unit_of_work(writes=False) as db:
            head = last_head(db, utc_now())
    for path in _paths(settings, f"{day}.json"):
        _write_once(path, head, day.isoformat())
    return head


def exported_heads(settings: Settings) -> list[Head]:
    """Every head of both places. Raises `DomainError` when one cannot be read: it would prove nothing."""
    found = {_read(path) for folder in _folders(settings) for path in sorted(folder.glob("????-??-??.json"))}
    return sorted(found, key=lambda head: (head.entries, head.at))


def _folders(settings: Settings) -> list[Path]:
    return [folder for folder in (settings.data_dir / "heads", settings.heads_dir) if folder]


def _paths(settings: Settings, name: str) -> list[Path]:
    return [folder / name for folder in _folders(settings)]


def _read(path: Path) -> Head:
    try:
        facts = json.loads(path.read_text())
        return Head(int(facts["entries"]), str(facts["head"]), datetime.fromisoformat(facts["at"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DomainError(_("The exported head %(file)s cannot be read.", file=path)) from error


def _write_once(path: Path, head: Head, day: str) -> None:
    """Linked into place when whole: of two at once one wins, and what stands is never written again."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("x") as file:
            json.dump(asdict(head) | {"day": day, "at": head.at.isoformat()}, file)
            file.flush()
            os.fsync(file.fileno())
        _link_once(draft, path)
    except OSError as error:
        raise DomainError(_("%(file)s could not be written: %(reason)s", file=path, reason=error.strerror)) from error


def _link_once(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
