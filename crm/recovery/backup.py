"""`crm backup`: one consistent moment of the database, every upload, a manifest; one file, whole or not there.

One reading transaction sees the whole database as it was at one moment while the product goes on writing: a WAL
reader on SQLite (which neither writes nor checkpoints), REPEATABLE READ on PostgreSQL.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import Connection, Engine, Select, inspect, select, text

from crm import schema
from crm.audit.models import GENESIS
from crm.errors import DomainError
from crm.files.models import StoredFile, WipedFile
from crm.files.queries import is_wiped
from crm.recovery import manifest, parts, rows, sealing
from crm.recovery.manifest import Chain, Manifest
from crm.settings import LAST_BACKUP, Settings

PART = 4 << 20  # bytes of JSON lines put together before they are packed
Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Written:
    path: Path
    size: int  # bytes
    encrypted: bool
    manifest: Manifest


def back_up(engine: Engine, settings: Settings, path: Path, secret: str, *, force: bool = False) -> Written:
    """Write the backup to `path`, or into it when it is a folder, under a name that tells the time."""
    sealing.expect_usable(secret)
    path = path / f"yihu-{manifest.now()[:19].replace(':', '')}.backup" if path.is_dir() else path
    with draft_of(path, force=force) as file, snapshot(engine) as connection:
        writer = sealing.SealedWriter(file, secret, settings.index_key)
        made = _pack(connection, settings, writer.write, with_keys=bool(secret))
        writer.finish()
    return Written(path, path.stat().st_size, bool(secret), made)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, however long it reads."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def _pack(connection: Connection, settings: Settings, write: Write, *, with_keys: bool) -> Manifest:
    moment, revision = manifest.now(), schema.revision_of(connection)
    tallies = {table.name: _pack_table(connection, table, write).facts() for table in rows.tables(connection)}
    kept, missing = _pack_files(connection, settings.data_dir, write)
    if with_keys:
        parts.put(write, parts.KEYS, (settings.data_dir / "keys.json").read_bytes())
    made = Manifest(
        product=manifest.product_version(),
        schema=revision,
        engine=engine_name(connection),
        created_at=moment,
        tables=tallies,
        files=kept,
        missing_files=missing,
        chain=chain(connection),
        keys=fingerprint(settings),
        keys_included=with_keys,
    )
    parts.put(write, parts.MANIFEST, made.as_json())
    return made


def _pack_table(connection: Connection, table: rows.Table, write: Write) -> rows.Tally:
    tally, waiting, size = rows.Tally(table), list[bytes](), 0
    for batch in rows.read(connection, table):
        waiting.append(tally.add(batch))
        size += len(waiting[-1])
        if size >= PART:
            parts.put_lines(write, parts.ROWS + table.name, b"".join(waiting))
            waiting, size = [], 0
    parts.put_lines(write, parts.ROWS + table.name, b"".join(waiting))
    return tally


def _pack_files(connection: Connection, data_dir: Path, write: Write) -> tuple[dict[str, int], list[str]]:
    kept: dict[str, int] = {}
    missing: list[str] = []
    for sha256 in connection.execute(_stored(connection)).scalars():
        place = place_of(data_dir, sha256)
        if not is_sound(place, sha256):
            missing.append(sha256)
            continue
        with place.open("rb") as file:
            kept[sha256] = os.fstat(file.fileno()).st_size
            parts.put_file(write, parts.FILE + sha256, kept[sha256], file)
    return kept, missing


def _stored(connection: Connection) -> Select[str]:
    """What is to be on the disk; of a company that is upgraded only afterwards too."""
    stored = select(StoredFile.sha256).order_by(StoredFile.sha256)
    return stored.where(~is_wiped()) if inspect(connection).has_table(WipedFile.__tablename__) else stored


def place_of(data_dir: Path, sha256: str) -> Path:
    """Where `crm.files.store` keeps these bytes in that data folder (decision 008)."""
    return data_dir / "files" / sha256[:2] / sha256[2:4] / sha256


def is_sound(place: Path, sha256: str) -> bool:
    """Whether the bytes on disk are those of their name (invariant I10)."""
    try:
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def chain(connection: Connection) -> Chain:
    last = connection.execute(text("SELECT id, hash FROM log_entry ORDER BY id DESC LIMIT 1")).one_or_none()
    return Chain(last.id, last.hash) if last else Chain(0, GENESIS)


def engine_name(connection: Connection) -> str:
    known = connection.dialect.server_version_info or ()
    return f"{connection.dialect.name} {'.'.join(map(str, known))}"


def fingerprint(settings: Settings) -> str:
    return manifest.fingerprint(settings.identity_key, settings.index_key)


@contextmanager
def draft_of(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file that gets its good name when it is whole; killed or failing, it never does."""
    try:
        with _draft(path, force=force) as file:
            yield file
    except OSError as error:
        raise DomainError(
            _(
                "%(file)s could not be written: %(reason)s (%(free)d MB free). Nothing half was left behind.",
                file=path,
                reason=error.strerror or error,
                free=_free(path.parent) >> 20,
            )
        ) from error


@contextmanager
def _draft(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    draft = path.with_name(f"{path.name}.draft")
    with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT, 0o600), "wb") as file:
        _lock(file, draft)
        try:
            if path.exists() and not force:
                raise DomainError(_("%(file)s exists. Give another name, or --force to replace it.", file=path))
            file.truncate()
            yield file
            file.flush()
            os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    settle(path.parent)


def _lock(file: BinaryIO, draft: Path) -> None:
    """Hold the draft against another backup under the same name; the system gives it back when a process dies."""
    busy = DomainError(_("Another backup is being written to this file."))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file.fileno()).st_ino != draft.stat().st_ino:
            raise busy
    except (BlockingIOError, FileNotFoundError) as error:
        raise busy from error


def settle(folder: Path) -> None:
    """Have the system write the folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free if folder.is_dir() else 0


def remember(data_dir: Path, written: Written) -> None:
    """For `crm doctor`: when the last backup was made and where it lies."""
    facts = {
        "at": written.manifest.created_at,
        "path": str(written.path.resolve()),
        "bytes": written.size,
        "encrypted": written.encrypted,
        "entries": written.manifest.chain.entries,
        "head": written.manifest.chain.head,
    }
    with draft_of(data_dir / LAST_BACKUP, force=True) as file:
        file.write(json.dumps(facts, ensure_ascii=False).encode())
