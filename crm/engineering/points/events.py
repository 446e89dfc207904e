"""What happened to the points of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsEntered:
    """`points`: each with its code, in words."""

    unit_id: int
    service_point_ids: list[int]
    points: list[str]
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PointReplaced:
    """`service_point_ids`: the old one and the new one."""

    unit_id: int
    service_point_ids: list[int]
    old: str
    new: str
    valid_from: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointEnded:
    unit_id: int
    service_point_id: int
    point: str
    ended_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPhotoAdded:
    unit_id: int
    service_point_id: int
    point: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSheetFiled:
    """Frozen, and on its way into the dossiers of whoever has the unit."""

    unit_id: int
    point_sheet_id: int
    count: int
