"""What packages above this one show of a unit or a machine on its page; `crm.wiring` hands it over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.auth.actor import actor
from crm.auth.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`template` draws what `section` gives as `part`, for whoever has the permission and for nobody else."""

    permission: Permission
    section: Callable[[Any], Any]
    template: str


equipment_parts: list[Part] = []
unit_parts: list[Part] = []


def sections_of(parts: Sequence[Part], thing: Any) -> Sequence[tuple[str, Any]]:
    """(template, what it draws) of the page's sections in their order."""
    return [(part.template, part.section(thing)) for part in parts if actor().may(part.permission)]
