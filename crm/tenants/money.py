"""What packages above this one show of a customer's money on the 360° page; `crm.wiring` hands it over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Stands below the name; `value` in words, `tone` of `figure` in the templates."""

    title: str
    value: str
    note: str = ""
    tone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Figures below the name, and a section of the tab on money: `template` draws what `section` gives as `part`.

    Both are asked for whoever has the permission, and for nobody else.
    """

    permission: Permission
    figures: Callable[[Customer], Sequence[Figure]]
    section: Callable[[Customer], Any]
    template: str


money_parts: list[Part] = []


def figures_of(customer: Customer) -> Sequence[Figure]:
    return [figure for part in _seen() for figure in part.figures(customer)]


def sections_of(customer: Customer) -> Sequence[tuple[str, Any]]:
    """(template, what it draws) of the tab's sections in their order."""
    return [(part.template, part.section(customer)) for part in _seen()]


def sees_money() -> bool:
    return bool(_seen())


def _seen() -> Sequence[Part]:
    return [part for part in money_parts if actor().may(part.permission)]
