"""What the imports of complaints say happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintsTakenOver:
    """`unfinished`: how many of them are open cases."""

    complaint_import_id: int
    estate_id: int
    file: str
    complaints: int
    unfinished: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastComplaintsTakenOver:
    """One customer's share of an import: `complaints` were received from `begins` to `ends`, both inclusive."""

    complaint_import_id: int
    customer_id: int
    file: str
    complaints: int
    begins: date
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedComplaintsDownloaded:
    complaint_import_id: int
    estate_id: int
    rows: int
