"""The content-addressed store: bytes under their SHA-256, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from flask import current_app, g
from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import joinedload

from crm.dates import utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.files.models import FileCheck, StoredFile, Upload, WipedFile
from crm.files.queries import is_wiped
from crm.files.types import LARGEST, Checked, checked

SHOWN = ("application/pdf", "image/png", "image/jpeg")  # what a browser shows; anything else is saved


def keep(content: bytes, name: str, *, purpose: str, estate_id: int | None, largest: int = LARGEST) -> Upload:
    """Store an upload. Images are re-encoded (hidden data dropped), pages counted; `largest` in bytes.

    Raises `DomainError` naming what is wrong: an empty, too large, damaged or foreign kind of file.
    """
    return _kept(checked(content, name, largest), content, name, purpose, estate_id)


def keep_picture(content: bytes, name: str, *, purpose: str, estate_id: int | None, largest: int = LARGEST) -> Upload:
    """As `keep`; what is no picture is refused before anything is stored."""
    found = checked(content, name, largest)
    if not found.media_type.startswith("image/"):
        raise DomainError(_("The file %(name)s is no picture. Take a photo.", name=name))
    return _kept(found, content, name, purpose, estate_id)


def keep_proof(content: bytes, name: str, *, purpose: str, estate_id: int | None, largest: int = LARGEST) -> Upload:
    """Something to look at. Raises `DomainError` for any other file: a table proves nothing."""
    upload = keep(content, name, purpose=purpose, estate_id=estate_id, largest=largest)
    if session().get_one(StoredFile, upload.sha256).media_type not in SHOWN:
        raise DomainError(_("The file %(name)s is neither a PDF nor a picture.", name=upload.name))
    return upload


def _kept(found: Checked, content: bytes, name: str, purpose: str, estate_id: int | None) -> Upload:
    original = hashlib.sha256(content).hexdigest()
    sha256 = hashlib.sha256(found.content).hexdigest()
    known = session().get(StoredFile, sha256) is not None
    if not known:
        _register(sha256, found)
    upload = Upload(
        sha256=sha256,
        original_sha256=original,
        name=Path(name.replace("\\", "/")).name[-200:] or "upload",
        purpose=purpose,
        estate_id=estate_id,
        uploaded_by=g.actor.name,
        uploaded_at=utc_now(),
    )
    session().add(upload)
    session().flush()  # whoever wipes the same bytes is waited for: they are written after that
    if _write(path_of(sha256), found.content) and known:
        _read_soon(sha256)
    return upload


def wipe(sha256: str, because: str) -> None:
    """Take bytes off the disk for good; `because` says by what. Whoever brings the same ones meanwhile waits.

    Killed before the commit, the bytes are gone and the row is not there yet: done again, it is.
    """
    hold(sha256)
    session().add(WipedFile(sha256=sha256, because=because, wiped_at=utc_now()))
    session().execute(delete(FileCheck).where(FileCheck.sha256 == sha256))
    session().flush()
    path_of(sha256).unlink(missing_ok=True)


def hold(sha256: str) -> None:
    """Whoever brings the same bytes waits until the commit. What names them is asked after this, not before."""
    stored = select(StoredFile).where(StoredFile.sha256 == sha256).with_for_update()
    session().scalars(stored.execution_options(populate_existing=True)).one()


def _register(sha256: str, found: Checked) -> None:
    """Two who bring the same bytes at once on PostgreSQL: the second finds the row there and is content."""
    stored = insert(StoredFile).values(
        sha256=sha256,
        sm3=hashlib.new("sm3", found.content).hexdigest(),
        size=len(found.content),
        media_type=found.media_type,
        pages=found.pages,
    )
    session().execute(stored.on_conflict_do_nothing())


def _read_soon(sha256: str) -> None:
    """It was mended: the reading that says so is to be the next, as of a file that was never read."""
    brought = select(func.min(Upload.uploaded_at)).where(Upload.sha256 == sha256).scalar_subquery()
    session().execute(update(FileCheck).where(FileCheck.sha256 == sha256).values(checked_at=brought))


def read(upload: Upload) -> bytes:
    """The stored bytes; raises `DomainError` when they are gone or were changed on disk (invariant I10)."""
    try:
        content = path_of(upload.sha256).read_bytes()
    except OSError as error:
        if session().scalar(select(is_wiped(upload.sha256))):
            raise DomainError(_("The file %(name)s was destroyed with its dossier.", name=upload.name)) from error
        raise DomainError(_("The file %(name)s cannot be read from the store.", name=upload.name)) from error
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        raise DomainError(_("The file %(name)s was changed on disk. Tell the administrator.", name=upload.name))
    return content


def find_upload(upload_id: int) -> Upload | None:
    return session().get(Upload, upload_id, options=[joinedload(Upload.stored)])


def path_of(sha256: str) -> Path:
    folder: Path = current_app.config["SETTINGS"].data_dir / "files"
    return folder / sha256[:2] / sha256[2:4] / sha256


def _write(path: Path, content: bytes) -> bool:
    """Unless they are there already, and whole: what was damaged or lost is mended by who brings it again.

    Through a draft and a rename: a killed process leaves no half file under a good name.
    """
    if _holds(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return True


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False
