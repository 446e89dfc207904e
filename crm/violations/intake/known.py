"""What is known while a violation is noted: what the type proposes, what went before here, and whose unit it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm.dates import business_day
from crm.properties.models import Unit
from crm.tenants.models import Customer, OccupancyRole
from crm.tenants.queries import occupancies_of_unit
from crm.violations.cases.present import Case, shown
from crm.violations.cases.queries import previous_of, previous_of_type
from crm.violations.types.models import ViolationType

RANKS = (OccupancyRole.tenant, OccupancyRole.user, OccupancyRole.owner, OccupancyRole.co_owner, OccupancyRole.family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`here`: the last three of the unit or the customer; `alike`: the last three of the type in the estate."""

    type: ViolationType | None
    here: Sequence[Case]
    alike: Sequence[Case]


def known_of(estate_id: int, unit: Unit | None, customer_id: int | None, meant: ViolationType | None) -> Known:
    here = previous_of(unit.id if unit else None, customer_id)
    ids = {row.id for row in here}
    alike = previous_of_type(estate_id, meant.id) if meant and estate_id else []
    return Known(type=meant, here=shown(here), alike=shown([row for row in alike if row.id not in ids]))


def people_of(unit: Unit | None) -> dict[int, str]:
    """Whoever has the unit today, the likeliest first: who lives there before who owns it."""
    if unit is None:
        return {}
    day = business_day()
    there = [each for each in occupancies_of_unit(unit.id) if each.lasts_on(day)]
    ranked = sorted(there, key=lambda each: (RANKS.index(each.role), each.id))
    kept: dict[int, Customer] = {}
    for each in ranked:
        kept.setdefault(each.customer.id, each.customer)
    return {key: customer.name for key, customer in kept.items()}
