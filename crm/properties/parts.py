"""What packages above this one show of a machine on its page; `crm.wiring` hands it over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.properties.models import Equipment


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`template` draws what `section` gives as `part`, for whoever has the permission and for nobody else."""

    permission: Permission
    section: Callable[[Equipment], Any]
    template: str


equipment_parts: list[Part] = []


def sections_of(equipment: Equipment) -> Sequence[tuple[str, Any]]:
    """(template, what it draws) of the page's sections in their order."""
    return [(part.template, part.section(equipment)) for part in equipment_parts if actor().may(part.permission)]
