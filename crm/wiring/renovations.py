"""Renovations: what they show on others' pages, what others show on theirs, what is filed."""

from __future__ import annotations

from crm.renovations.cases.parts import renovation_parts, step_pages


def connect_renovations() -> None:
    renovation_parts[:] = []
    step_pages.clear()
