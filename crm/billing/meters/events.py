"""What happened to meters and their readings. Figures are as the meter shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterInstalled:
    meter_id: int
    unit_id: int | None
    former_meter_id: int | None  # whose place it took
    kind: str
    number: str
    installed_on: date
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterChanged:
    meter_id: int
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRead:
    meter_id: int
    meter_reading_id: int
    kind: str
    read_on: date
    value: Decimal
    rolled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRemoved:
    meter_id: int
    unit_id: int | None
    removed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCorrected:
    meter_id: int
    meter_reading_id: int
    corrected_id: int
    read_on: date
    old: Decimal
    new: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyConfirmed:
    meter_id: int
    meter_reading_id: int
    anomaly: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsTaken:
    """A sheet of them at once; each reading's row names its meter."""

    reading_sheet_id: int
    estate_id: int
    kind: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedReadingsDownloaded:
    reading_sheet_id: int
    rows: int
