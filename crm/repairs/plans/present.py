"""Plans and jobs of a machine on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.properties.models import Equipment
from crm.properties.parts import Part
from crm.repairs.orders.models import ADDRESS, STATE_TITLES, STATE_TONES
from crm.repairs.plans.listings import rhythm_in_words, standing
from crm.repairs.plans.queries import jobs_at, plans_of

SHOWN = 20  # jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`plans`: (row, how often, standing, its tone); `jobs`: as `jobs_in_words`."""

    equipment_id: int
    plans: Sequence[tuple[Any, str, str, str]]
    jobs: Sequence[tuple[Any, str, Any, str]]
    may_keep: bool


def section(equipment: Equipment) -> Section:
    day = business_day()
    return Section(
        equipment_id=equipment.id,
        plans=[(row, rhythm_in_words(row.every, row.unit), *standing(row, day)) for row in plans_of(equipment.id)],
        jobs=jobs_in_words(jobs_at(equipment.id, SHOWN)),
        may_keep=actor().may(Permission.repair_keep),
    )


def jobs_in_words(rows: Sequence[Any]) -> list[tuple[Any, str, Any, str]]:
    """(row, address, state, its tone)."""
    return [(row, ADDRESS.format(row.id), STATE_TITLES[row.state], STATE_TONES[row.state]) for row in rows]


EQUIPMENT = Part(permission=Permission.repair_read, section=section, template="repairs/plans/_section.html")
