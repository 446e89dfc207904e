"""Tabs of the 360° page that packages above this one fill; `crm.wiring` hands them over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """`template` draws what `section` gives as `part`, for whoever has the permission and for nobody else."""

    name: str
    title: LazyString
    permission: Permission
    section: Callable[[Customer], Any]
    template: str


further: list[Tab] = []


def offered() -> dict[str, Tab]:
    """By name, in their order."""
    return {tab.name: tab for tab in further if actor().may(tab.permission)}
