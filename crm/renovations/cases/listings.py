"""The list of renovations, and of permits that run out."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate, Unit
from crm.properties.queries import units_holding
from crm.renovations.cases import queries
from crm.renovations.cases.models import STATE_TITLES, STATE_TONES, Renovation, RenovationState
from crm.renovations.cases.wording import left_in_words, tone_of
from crm.tenants.queries import files_holding


def case(row: Any) -> str:
    return url_for("renovations.show", renovation_id=row.id)


def about(text: str) -> ColumnElement[bool]:
    if text[:2].upper() in ("ZX", "XK"):
        return Renovation.number.startswith(text.upper()) | Renovation.permit_number.startswith(text.upper())
    there = Renovation.unit_id.in_(units_holding(text)) | Renovation.customer_id.in_(files_holding(text))
    return holding(text, Renovation.contractor, Renovation.description) | there


def _which(value: str) -> ColumnElement[bool]:
    conditions = {"open": queries.OPEN, "on_site": queries.IS_ON_SITE, "ended": ~queries.OPEN}
    return conditions[value] if value in conditions else Renovation.state == RenovationState(value)


GROUPS = [("open", _l("All that is open")), ("on_site", _l("With a permit that is live")), ("ended", _l("Over"))]


def renovations(today: date) -> Listing:
    return Listing(
        title=_l("Renovations"),
        query=queries.renovations(),
        counted=queries.every_renovation(),
        columns=_columns(today),
        filters=_filters(),
        order=(Renovation.applied_at.desc(), Renovation.id.desc()),
        export_permission=Permission.renovation_log,
        empty=_l("No renovation was applied for yet."),
    )


def _columns(today: date) -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=Renovation.number, link=case),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(
            name="left",
            title=_l("Permit"),
            value=lambda row: left_in_words(row, today),
            kind="badge",
            tone=lambda row: tone_of(row, today),
        ),
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="customer", title=_l("Applicant"), order=queries.KEPT.name),
        Column(name="contractor", title=_l("Contractor"), order=Renovation.contractor),
        Column(name="description", title=_l("What is done"), kind="long"),
        Column(name="starts_on", title=_l("From"), kind="date", order=Renovation.starts_on),
        Column(name="ends_on", title=_l("Until"), kind="date", order=Renovation.ends_on),
        Column(name="applied_at", title=_l("Applied for"), kind="date", order=Renovation.applied_at),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters() -> tuple[Filter, ...]:
    states = [*GROUPS, *((state.value, title) for state, title in STATE_TITLES.items())]
    return (
        Filter(name="q", title=_l("Unit, name, number or words"), condition=about),
        Filter(name="state", title=_l("State"), condition=_which, choices=states),
    )
