"""The sheets there are, and what a person sees of them."""

from __future__ import annotations

from crm.auth.actor import actor
from crm.statistics import (
    collection,
    complaints,
    correspondence,
    customers,
    dossiers,
    lending,
    loans,
    renovations,
    repairs,
    takings,
    vault,
)
from crm.statistics.asked import Asked
from crm.statistics.sheets import Built, Sheet, built

SHEETS: tuple[Sheet, ...] = (
    collection.SHEET,
    takings.SHEET,
    complaints.SHEET,
    repairs.SHEET,
    renovations.SHEET,
    correspondence.SHEET,
    customers.SHEET,
    dossiers.SHEET,
    loans.SHEET,
    vault.SHEET,
    lending.SHEET,
)


def readable() -> list[Sheet]:
    """Those whose package the acting person may read."""
    return [sheet for sheet in SHEETS if actor().may(sheet.permission)]


def find(slug: str) -> Sheet | None:
    return next((sheet for sheet in SHEETS if sheet.slug == slug), None)


def all_built(asked: Asked) -> list[Built]:
    return [built(sheet, asked) for sheet in readable()]
