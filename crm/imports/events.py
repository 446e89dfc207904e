"""What imports say happened. `change` is created or updated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFinished:
    run_id: int
    estate_id: int
    file: str
    counts: dict[str, dict[str, int]]  # change -> kind -> how many


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateImported:
    estate_id: int
    run_id: int
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitImported:
    unit_id: int
    estate_id: int
    run_id: int
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerImported:
    customer_id: int
    estate_id: int
    run_id: int
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRowsDownloaded:
    """The workbook holds ID numbers as they stand in the file."""

    run_id: int
    rows: int
