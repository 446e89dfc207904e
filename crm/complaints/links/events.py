"""A complaint was linked to something."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLinked:
    complaint_id: int
    number: str
    link_kind: str
    label: str
