"""What happened to an estate's dunning steps, and who is left out of them. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningStepAdded:
    dunning_step_id: int
    estate_id: int
    name: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningStepChanged:
    """`former_step_id`: the step it replaced, which had been used and stays as it was."""

    dunning_step_id: int
    estate_id: int
    former_step_id: int | None
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningStepRetired:
    dunning_step_id: int
    estate_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningStepsTaken:
    """`copied_from`: the estate they were copied from, "" for the usual ones."""

    estate_id: int
    copied_from: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerExcluded:
    dunning_exclusion_id: int
    customer_id: int
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionEnded:
    dunning_exclusion_id: int
    customer_id: int
    reason: str
