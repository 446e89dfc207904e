"""A file was added to a complaint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFileAdded:
    complaint_id: int
    complaint_file_id: int
    number: str
    name: str
    shows: str
