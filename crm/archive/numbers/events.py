"""What happened to archive numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberReserved:
    archive_number_id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCommitted:
    archive_number_id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberVoided:
    archive_number_id: int
    number: str
    title: str
    reason: str
