"""Which files are taken: by their content, not their name. Images are re-encoded, PDFs read strictly."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from crm.errors import DomainError

LARGEST = 25 * 1024 * 1024  # bytes
MOST_PIXELS = 60_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Checked:
    content: bytes
    media_type: str
    pages: int | None


def checked(content: bytes, name: str, largest: int = LARGEST) -> Checked:
    """The file as it will be stored. Raises `DomainError` saying what to do."""
    if not content:
        raise DomainError(_("The file %(name)s is empty.", name=name))
    if len(content) > largest:
        raise DomainError(_("The file %(name)s is larger than %(size)d MB.", name=name, size=largest >> 20))
    for begins, check in KINDS:
        if content.startswith(begins):
            return check(content, name)
    return _text(content, name)


def _pdf(content: bytes, name: str) -> Checked:
    try:
        reader = PdfReader(BytesIO(content), strict=True)
        if reader.is_encrypted:
            raise DomainError(_("The PDF %(name)s is locked with a password. Save it without one.", name=name))
        return Checked(content, "application/pdf", len(reader.pages))
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        raise DomainError(_("The PDF %(name)s is damaged. Scan or save it again.", name=name)) from error


def _image(content: bytes, name: str) -> Checked:
    """Turned upright, stripped of place and device, saved anew: what is stored is a picture and nothing else."""
    try:
        with Image.open(BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DomainError(_("The picture %(name)s is too large. Take it at a lower resolution.", name=name))
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            upright = ImageOps.exif_transpose(picture).convert("RGBA" if kind == "PNG" else "RGB")
            upright.info.clear()  # comments, place, device
            out = BytesIO()
            upright.save(out, kind, quality=88, optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DomainError(_("The picture %(name)s cannot be read. Take or save it again.", name=name)) from error
    return Checked(out.getvalue(), f"image/{kind.lower()}", 1)


def _zip(content: bytes, name: str) -> Checked:
    try:
        entries = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DomainError(_("The file %(name)s is damaged. Save it again.", name=name)) from error
    if "xl/workbook.xml" in entries:
        return Checked(content, XLSX, None)
    if "word/document.xml" in entries:
        return Checked(content, DOCX, None)
    raise _foreign(name)


def _old_office(content: bytes, name: str) -> Checked:
    if name.lower().endswith((".xls", ".et")):
        return Checked(content, "application/vnd.ms-excel", None)
    raise _foreign(name)


def _text(content: bytes, name: str) -> Checked:
    """CSV and plain text in UTF-8 or GB18030; anything else is refused."""
    if b"\0" in content or not name.lower().endswith((".csv", ".txt")) or not _is_text(content):
        raise _foreign(name)
    return Checked(content, "text/csv" if name.lower().endswith(".csv") else "text/plain", None)


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
            return True
        except UnicodeDecodeError:
            continue
    return False


def _foreign(name: str) -> DomainError:
    return DomainError(
        _("%(name)s is a kind of file that is not taken. Use PDF, JPEG, PNG, Excel, Word or CSV.", name=name)
    )


KINDS: tuple[tuple[bytes, Callable[[bytes, str], Checked]], ...] = (
    (b"%PDF-", _pdf),
    (b"\xff\xd8\xff", _image),
    (b"\x89PNG\r\n\x1a\n", _image),
    (b"PK\x03\x04", _zip),
    (b"\xd0\xcf\x11\xe0", _old_office),
)
