"""The four-nature test 四性检测 of a file as it is filed: authentic, complete, usable, safe (DA/T 70-2018)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from crm.db import session
from crm.errors import DomainError
from crm.files import store
from crm.files.models import StoredFile, Upload

PDF = "application/pdf"
LASTING = (PDF, "image/png", "image/jpeg", "text/plain", "text/csv")  # others need a conversion record one day
ACTIVE = ("/OpenAction", "/AA")
ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles")


def four_nature_checks(upload: Upload, claimed: int) -> dict[str, Any]:
    """What was found, to be kept with the file; `claimed` is the page count written on the list."""
    stored = session().get_one(StoredFile, upload.sha256)
    content = _content(upload)
    opens = content is not None and (stored.media_type != PDF or _opens(content))
    return {
        "authentic": {"passed": content is not None, "sha256": stored.sha256, "sm3": stored.sm3},
        "complete": {
            "passed": stored.pages in (None, claimed) and stored.size > 0,
            "claimed": claimed,
            "measured": stored.pages,
        },
        "usable": {
            "passed": opens and stored.media_type in LASTING,
            "opens": opens,
            "media_type": stored.media_type,
        },
        "safe": {"passed": content is not None and not (stored.media_type == PDF and _is_active(content))},
    }


def _content(upload: Upload) -> bytes | None:
    """None when the bytes are gone or are not those that were hashed."""
    try:
        return store.read(upload)
    except DomainError:
        return None


def _opens(content: bytes) -> bool:
    try:
        return len(PdfReader(BytesIO(content)).pages) > 0
    except (PyPdfError, ValueError, KeyError, RecursionError):
        return False


def _is_active(content: bytes) -> bool:
    """Whether opening the PDF would run something, or other files ride in it."""
    try:
        root: Any = PdfReader(BytesIO(content)).root_object
        names: Any = root.get("/Names", {})
        return any(name in root for name in ACTIVE) or any(name in names for name in ACTIVE_NAMES)
    except (PyPdfError, ValueError, KeyError, RecursionError):
        return True
