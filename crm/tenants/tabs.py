"""Tabs of the 360° page that packages above this one fill; `crm.wiring` hands them over."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString

from crm.auth.actor import actor
from crm.properties.parts import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab(Part):
    """Its section is given the customer."""

    name: str
    title: LazyString


further: list[Tab] = []
head: list[Part] = []  # above the tabs


def offered() -> dict[str, Tab]:
    """By name, in their order."""
    return {tab.name: tab for tab in further if actor().may(tab.permission)}
