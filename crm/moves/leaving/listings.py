"""The list of move-outs and sales: under way, with money open, all."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.moves.leaving import queries
from crm.moves.leaving.models import (
    ENDED,
    KIND_TITLES,
    STATE_TITLES,
    STATE_TONES,
    Leaving,
    LeavingParty,
    LeavingState,
)
from crm.properties.models import Estate, Unit
from crm.properties.queries import units_holding
from crm.tenants.queries import files_holding
from crm.web.templating import money

GROUPS = [
    ("open", _l("Under way")),
    ("waiting", _l("Over, with money open")),
    ("unfiled", _l("Closed, but not in the dossier yet")),
]


def page(row: Any) -> str:
    return url_for("leavings.show", leaving_id=row.id)


def _about(text: str) -> ColumnElement[bool]:
    if text[:2].upper() in ("GH", "QC"):
        return Leaving.number.startswith(text.upper())
    party = LeavingParty.customer_id.in_(files_holding(text))
    return Leaving.unit_id.in_(units_holding(text)) | Leaving.parties.any(party)


def _which(value: str) -> ColumnElement[bool]:
    conditions = {"open": queries.OPEN, "waiting": queries.WAITS, "unfiled": queries.UNFILED}
    return conditions[value] if value in conditions else Leaving.state == LeavingState(value)


def waits_for(row: Any) -> str:
    """What a closed one still waits for, in words."""
    if row.state is not LeavingState.closed:
        return ""
    told = [_("waiting for %(sum)s yuan", sum=money(row.owed))] if row.owed else []
    if row.held:
        told.append(_("%(sum)s yuan of deposits to give back", sum=money(row.held)))
    return " · ".join(told)


def days_of(row: Any, today: date) -> int | None:
    """Since it was begun, of what is under way."""
    return None if row.state in ENDED else (today - row.started_at.date()).days


def leavings(today: date) -> Listing:
    return Listing(
        title=_l("Move-outs and sales"),
        query=queries.leavings(),
        counted=queries.every_leaving(),
        columns=_columns(today),
        filters=_filters(),
        order=(Leaving.day.desc(), Leaving.id.desc()),
        export_permission=Permission.move_handle,
        empty=_l("Nobody has moved out yet, and no unit was sold."),
    )


def _columns(today: date) -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=Leaving.number, link=page),
        Column(name="kind", title=_l("What it is"), value=lambda row: str(KIND_TITLES[row.kind])),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="leavers", title=_l("Who leaves")),
        Column(name="buyers", title=_l("Who takes over")),
        Column(name="day", title=_l("No longer theirs from"), kind="date", order=Leaving.day),
        Column(name="waits", title=_l("Still waits"), value=waits_for, kind="badge", tone=lambda _row: "orange"),
        Column(name="owed", title=_l("Owed (yuan)"), kind="money", order=queries.OWED),
        Column(name="held", title=_l("Deposits held (yuan)"), kind="money", order=queries.HELD),
        Column(name="days", title=_l("Days under way"), value=lambda row: days_of(row, today), at_first=False),
        Column(name="started_by", title=_l("Begun by"), at_first=False),
        Column(name="closed", title=_l("Closed on"), value=attrgetter("closed_at"), kind="date", at_first=False),
        Column(name="open_note", title=_l("Why all the same"), kind="long", at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters() -> tuple[Filter, ...]:
    states = [*GROUPS, *((state.value, title) for state, title in STATE_TITLES.items())]
    return (
        Filter(name="q", title=_l("Unit, name or number"), condition=_about),
        Filter(name="state", title=_l("State"), condition=_which, choices=states),
        Filter(
            name="kind",
            title=_l("What it is"),
            condition=lambda value: Leaving.kind == value,
            choices=[(kind.value, title) for kind, title in KIND_TITLES.items()],
        ),
        *period_filters(Leaving.day),
    )
