"""A file as a person sent it, with its sheets. Parse it outside the unit of work: the parser is slow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crm.workbooks.cells import Sheet
from crm.workbooks.process import read


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes
    sheets: list[Sheet]


def open_file(content: bytes, name: str) -> File:
    """Raises `Unreadable`."""
    stem = Path(name.replace("\\", "/")).stem
    return File(name, content, read(content, stem))
