"""What kind of file this is, judged by its bytes; refuses what is no workbook before anything unpacks it."""

from __future__ import annotations

import re
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from flask_babel import gettext as _

from crm.errors import Unreadable

MEGABYTE = 1024 * 1024
UNPACKED_LIMIT = 64 * MEGABYTE
ENTRY_LIMIT = 200
RATIO_LIMIT = 100
FILE_LIMIT = 25 * MEGABYTE
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|table|\?xml|meta|style)", re.IGNORECASE)
OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\x7fELF")
WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")  # Excel's "Unicode text" is UTF-16 with a mark


class Format(StrEnum):
    workbook = "workbook"
    csv = "csv"


def recognise(content: bytes) -> Format:
    """Raises `Unreadable` with the reason when it is nothing we can read."""
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if len(content) > FILE_LIMIT:
        raise Unreadable(_("The file is larger than %(size)s MB; split it.", size=FILE_LIMIT // MEGABYTE))
    if content.startswith(b"PK"):
        return _zipped(content)
    if content.startswith(OLE):
        return _compound(content)
    return _text(content)


def _text(content: bytes) -> Format:
    if MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise Unreadable(_("This is a web page under another name. Open it in Excel, save it as .xlsx and send that."))
    if content.startswith(WIDE_TEXT):
        raise Unreadable(_("The text of the file is neither UTF-8 nor GB18030. Save it as .xlsx and send that."))
    if content.startswith(OTHER_KINDS) or b"\0" in content:
        raise Unreadable(_("This is no table. Send an Excel workbook (.xlsx, .xls) or a .csv file."))
    return Format.csv


def _zipped(content: bytes) -> Format:
    try:
        entries = ZipFile(BytesIO(content)).infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(_("The file is damaged or was cut off. Save it again in Excel and send that.")) from error
    _check_size(entries, len(content))
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(_("The file is protected by a password. Remove the password in Excel and send it again."))
    if "xl/workbook.xml" in names:
        return Format.workbook
    if names & {"xl/workbook.bin", "content.xml"}:
        raise Unreadable(_("This kind of workbook is not read. Save it as .xlsx and send that."))
    if any(name.startswith("word/") for name in names):
        raise Unreadable(_("This is a Word document. Copy its table into Excel and send the workbook."))
    raise Unreadable(_("This archive is no Excel workbook. Unpack it and send the workbook itself."))


def _check_size(entries: list[ZipInfo], packed: int) -> None:
    """Only the directory is read: a bomb never unpacks."""
    if len(entries) > ENTRY_LIMIT:
        raise Unreadable(
            _("The workbook has more than %(count)s parts; copy the sheets into a new one.", count=ENTRY_LIMIT)
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED_LIMIT or unpacked > packed * RATIO_LIMIT:
        raise Unreadable(_("Unpacked, the workbook would be too large. Delete empty rows and pictures, or split it."))


def _compound(content: bytes) -> Format:
    """An OLE file names its streams in UTF-16."""
    if _names(content, "EncryptedPackage"):
        raise Unreadable(_("The file is protected by a password. Remove the password in Excel and send it again."))
    if _names(content, "WordDocument"):
        raise Unreadable(_("This is a Word document. Copy its table into Excel and send the workbook."))
    if not _names(content, "Workbook") and not _names(content, "Book"):
        raise Unreadable(_("This is no table. Send an Excel workbook (.xlsx, .xls) or a .csv file."))
    return Format.workbook


def _names(content: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") + b"\0\0" in content


def kept_name(content: bytes, name: str) -> str:
    """The store goes by the ending where the content has none of its own: an old workbook, a text."""
    kind = ".xlsx" if content.startswith(b"PK") else ".xls" if content.startswith(OLE[:2]) else ".csv"
    return name if name.lower().endswith(kind) else f"{name}{kind}"
