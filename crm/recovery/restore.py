"""`crm restore`: a proven backup becomes an installation. Files first, the database last, a marker round it all.

Uploads only add. The database appears whole or not at all; while the marker lies there the product does not start,
and restoring again clears it.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from crm.audit.log import record
from crm.db import close_session, connect, open_session, unit_of_work
from crm.errors import DomainError
from crm.recovery import backup, building, manifest, parts
from crm.recovery.check import Checked
from crm.recovery.events import InstallationRestored
from crm.settings import Settings

MARKER = "restore-unfinished.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    revision: str
    seconds: float
    chain_faults: list[str]
    broken_files: list[str]  # sha256, not as backed up on this disk
    safety: Path | None  # the backup of what was replaced


def restore(checked: Checked, target: Settings, *, replace: bool = False) -> Restored:
    """Put the backup in the target's place. Raises `DomainError` when data stands there and `replace` is not said."""
    began = time.monotonic()
    safety = _make_room(checked, target, replace=replace)
    built = _put_in_place(checked, target)
    broken = broken_files(checked, target.data_dir)
    _note(checked, target)
    (target.data_dir / MARKER).unlink()
    return Restored(
        revision=built.revision,
        seconds=time.monotonic() - began,
        chain_faults=built.chain_faults,
        broken_files=broken,
        safety=safety,
    )


def _put_in_place(checked: Checked, target: Settings) -> building.Built:
    """Files, then keys and database together. What fails before those two leaves the old installation as it was."""
    replacing = False

    def put_keys() -> None:
        nonlocal replacing
        replacing = True
        if checked.manifest.keys_included:
            _put_keys(checked, target.data_dir / "keys.json")

    try:
        put_files(checked, target.data_dir)
        return building.put_in_place(checked, target.database_url, put_keys)
    except Exception:
        if not replacing:
            (target.data_dir / MARKER).unlink()
        raise


def _make_room(checked: Checked, target: Settings, *, replace: bool) -> Path | None:
    """Refuse, or save what stands there, and set the marker. A restore that was killed is simply taken up again."""
    if _begun(target):
        return None
    engine = connect(target.database_url)
    try:
        full = building.holds_data(engine)
        if full and not replace:
            raise DomainError(_("Data stands here already. Restore into an empty installation, or say --replace."))
        safety = _save(engine, checked, target) if full else None
    finally:
        engine.dispose()
    facts = {"file": str(checked.path.resolve()), "begun_at": manifest.now(), "database": _address(target)}
    with backup.draft_of(target.data_dir / MARKER, force=True) as file:
        file.write(json.dumps(facts, ensure_ascii=False).encode())
    return safety


def _begun(target: Settings) -> bool:
    """Whether a restore into this very database was begun and not finished: nothing but it can stand there."""
    marker = target.data_dir / MARKER
    return marker.exists() and json.loads(marker.read_text()).get("database") == _address(target)


def expect_finished(settings: Settings) -> None:
    """Raise `DomainError` where a restore was begun and not finished."""
    if (settings.data_dir / MARKER).exists():
        raise DomainError(_("A restore was begun here and not finished. Run the same `crm restore` again."))


def _address(target: Settings) -> str:
    return make_url(target.database_url).render_as_string(hide_password=True)


def _save(engine: Engine, checked: Checked, target: Settings) -> Path:
    moment = manifest.now()[:19].replace(":", "")
    return backup.back_up(engine, target, target.data_dir / f"before-restore-{moment}.backup", checked.secret).path


def put_files(checked: Checked, data_dir: Path) -> None:
    """Every upload under its hash; what lies there sound is left alone."""
    with parts.reading(checked.path, checked.secret) as found:
        for part in found:
            if part.name.startswith(parts.FILE):
                sha256 = part.name.removeprefix(parts.FILE)
                place = backup.place_of(data_dir, sha256)
                if not backup.is_sound(place, sha256):
                    _put_file(part, place, sha256)


def _put_file(part: parts.Part, place: Path, sha256: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with backup.draft_of(place, force=True) as file:
        for block in part.blocks():
            digest.update(block)
            file.write(block)
        if digest.hexdigest() != sha256:
            raise DomainError(_("The backup changed while it was read. Restore again from another copy."))


def broken_files(checked: Checked, data_dir: Path) -> list[str]:
    return [
        sha256 for sha256 in checked.manifest.files if not backup.is_sound(backup.place_of(data_dir, sha256), sha256)
    ]


def _put_keys(checked: Checked, path: Path) -> None:
    """The backup's keys; other ones that lay here are kept beside it, they may open something."""
    with parts.reading(checked.path, checked.secret) as found:
        content = next(part.content() for part in found if part.name == parts.KEYS)
    if path.exists() and path.read_bytes() != content:
        os.link(path, path.with_name(f"keys.json.until-{manifest.now()[:19].replace(':', '')}"))
    with backup.draft_of(path, force=True) as file:
        file.write(content)


def _note(checked: Checked, target: Settings) -> None:
    """Say in the restored log that it was restored, and from what."""
    made = checked.manifest
    event = InstallationRestored(
        backed_up_at=datetime.fromisoformat(made.created_at),
        entries=made.chain.entries,
        head=made.chain.head,
        product=made.product,
    )
    with _sessions_of(target), unit_of_work():
        record(event)


@contextmanager
def _sessions_of(target: Settings) -> Iterator[None]:
    before, engine = open_session.kw["bind"], connect(target.database_url)
    close_session()
    open_session.configure(bind=engine)
    try:
        yield
    finally:
        close_session()
        open_session.configure(bind=before)
        engine.dispose()
