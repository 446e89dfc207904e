"""Signatures as they come from a screen: drawn by finger, or a picture of one."""

from __future__ import annotations

from typing import Any

from crm.files import store
from crm.renovations.acceptance.service.finishing import PURPOSE

LARGEST = 12 * 1024 * 1024  # bytes of a picture
MOST = 6  # photos of one line


def signature(drawn: bytes | None, file: Any, estate_id: int) -> int | None:
    """The id of the stored picture. Raises `DomainError` for what is none."""
    if drawn is not None:
        return _kept(drawn, "signature.png", estate_id)
    if file and getattr(file, "filename", ""):
        return _kept(file.read(), file.filename, estate_id)
    return None


def pictures(files: Any, estate_id: int) -> list[int]:
    """The ids of the stored pictures of one line, each once."""
    chosen = [file for file in files or () if file and getattr(file, "filename", "")]
    return list(dict.fromkeys(_kept(file.read(), file.filename, estate_id) for file in chosen[:MOST]))


def _kept(content: bytes, name: str, estate_id: int) -> int:
    return store.keep_picture(content, name, purpose=PURPOSE, estate_id=estate_id, largest=LARGEST).id
