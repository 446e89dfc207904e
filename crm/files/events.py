"""What readings of the store found; the readings themselves are `file_check`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFaultFound:
    """A file that was whole at its last reading is not; `upload_id` is of the first who brought it."""

    upload_id: int | None
    estate_id: int | None
    name: str
    sha256: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWholeAgain:
    """It was put back."""

    upload_id: int | None
    estate_id: int | None
    name: str
    sha256: str
