"""Of which months, estates, building and worker the figures are: everything else follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g
from sqlalchemy import case, func

from crm.auth.permissions import Permission, RoleName
from crm.dates import beginning_of, months_later
from crm.lists.months import months_between, span_in_words
from crm.repairs.orders.models import RepairOrder

SHOWN_BEFORE = 12
WHOSE = func.coalesce(  # who finished the job, else who has it now: done again, it is whoever does it again
    case((RepairOrder.finished_at.is_not(None), RepairOrder.finished_by_id)), RepairOrder.worker_id
)
MANAGERS = frozenset({RoleName.deputy_general_manager, RoleName.general_manager, RoleName.chairman})


def may_name_workers() -> bool:
    """Whether the acting person sees figures of single workers: who dispatches them, and the managers."""
    return g.actor.may(Permission.repair_dispatch) or not MANAGERS.isdisjoint(g.actor.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`begins` and `last`: the first days of the first and the last month. `now` judges what is still open."""

    begins: date
    last: date
    now: datetime
    estates: dict[int, str]
    building_id: int | None = None
    worker_id: int | None = None
    names_workers: bool = False

    @property
    def ends(self) -> date:
        """The first day after the period."""
        return months_later(self.last, 1)

    @property
    def start(self) -> datetime:
        return beginning_of(self.begins)

    @property
    def end(self) -> datetime:
        return beginning_of(self.ends)

    @property
    def months(self) -> list[date]:
        return months_between(self.begins, self.last)

    @property
    def before(self) -> list[date]:
        """The months of the picture of how it went: the period's, at least a year up to its end."""
        return months_between(min(self.begins, months_later(self.last, 1 - SHOWN_BEFORE)), self.last)

    @property
    def title(self) -> str:
        return span_in_words(self.begins, self.last)

    def here(self) -> list[Any]:
        """The conditions on an order but for its moments."""
        found: list[Any] = [RepairOrder.estate_id.in_(self.estates)]
        if self.building_id is not None:
            found.append(RepairOrder.building_id == self.building_id)
        if self.worker_id is not None and self.names_workers:
            found.append(self.worker_id == WHOSE)
        return found
