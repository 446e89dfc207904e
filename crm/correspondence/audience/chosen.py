"""An audience as it is written down: which units, and who of those that live there or own them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Select

from crm.properties.models import UnitStatus, UnitUse
from crm.tenants.models import CustomerKind, OccupancyRole

R = OccupancyRole
FIRST = (R.tenant, R.user, R.owner, R.co_owner, R.family)  # whoever lives there before whoever owns it
CustomersOf = Callable[[int, int, date], Select[Any]]
further_filters: dict[str, CustomersOf] = {}  # of packages above; (estate, number, day) -> ids of customers that count


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Nothing chosen means all. `units` are named one by one; `floors` reach from the first to the last.

    `each`: everybody of those roles, else of each unit the first in the order of `FIRST`. `further`: name of a filter
    of another package -> its number.
    """

    estate_id: int
    buildings: tuple[int, ...] = ()
    entrances: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    uses: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    floors: tuple[int | None, int | None] = (None, None)
    roles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    each: bool = False
    further: Mapping[str, int] | None = None

    def plain(self) -> dict[str, Any]:
        """As the database keeps it."""
        kept = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return kept | {"further": dict(self.further or {})}


def restored(kept: Mapping[str, Any]) -> Audience:
    """What a later version left out is as if nothing was chosen."""
    known = {field.name for field in fields(Audience)} & set(kept)
    given: dict[str, Any] = {name: tuple(kept[name]) if isinstance(kept[name], list) else kept[name] for name in known}
    return Audience(**given)


def uses_of(audience: Audience) -> list[UnitUse]:
    return [UnitUse(use) for use in audience.uses]


def statuses_of(audience: Audience) -> list[UnitStatus]:
    return [UnitStatus(status) for status in audience.statuses]


def roles_of(audience: Audience) -> list[OccupancyRole]:
    return [role for role in FIRST if not audience.roles or role.value in audience.roles]


def kinds_of(audience: Audience) -> list[CustomerKind]:
    return [CustomerKind(kind) for kind in audience.kinds]
