"""What happened to filing reviews and their findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReviewOpened:
    filing_review_id: int
    estate_id: int | None
    month: str
    scheduled: bool
    whole: bool
    dossiers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReviewEnded:
    filing_review_id: int
    estate_id: int | None
    found: int  # new ones
    repeated: int
    cured: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReviewSigned:
    filing_review_id: int
    estate_id: int | None
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAgain:
    """A dossier looked at by itself, for what was mended since."""

    dossier_id: int
    estate_id: int | None
    found: int  # new ones
    cured: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingHandedOut:
    finding_id: int
    dossier_id: int
    estate_id: int | None
    changes: dict[str, list[Any]]  # mender (by name) and due_on: [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingNoted:
    finding_id: int
    dossier_id: int
    estate_id: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDrawn:
    sampling_id: int
    filing_review_id: int
    estate_id: int | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCounted:
    paper_count_id: int
    dossier_id: int
    estate_id: int | None
    agrees: bool
    remark: str
