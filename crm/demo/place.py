"""A building, or an estate as a whole, while it is being stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.bulk import Ids, pour
from crm.db import Base
from crm.demo import facts as told

Row = Mapping[str, Any]


@dataclass(slots=True)
class Standing:
    """What stands of an estate so far: the ids that later buildings and later packages point to, by their keys."""

    estate_id: int
    units: dict[str, int] = field(default_factory=dict)  # parking spaces too
    customers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands before the first building: estates by their codes, accounts by their user names."""

    estates: dict[str, int]
    users: dict[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    part: told.Part
    estate: Standing
    ground: Ground
    ids: Ids

    @property
    def key(self) -> str:
        return self.part.building.key if self.part.building else self.part.estate.code

    def add(self, model: type[Base], rows: Sequence[Row]) -> range:
        """Store the rows; their ids, in the rows' order. Rows need not speak of the same columns."""
        ids = self.ids.take(model, len(rows))
        names = dict.fromkeys(name for row in rows for name in row)
        pour(model, [{"id": key} | {name: row.get(name) for name in names} for key, row in zip(ids, rows, strict=True)])
        return ids
