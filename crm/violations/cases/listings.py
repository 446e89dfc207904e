"""The list of violations."""

from __future__ import annotations

from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import units_holding
from crm.tenants.models import Customer
from crm.tenants.queries import files_holding
from crm.violations.cases import queries
from crm.violations.cases.models import (
    SETTLEMENT_TITLES,
    STATE_TITLES,
    STATE_TONES,
    UNSETTLED,
    Violation,
    ViolationState,
)
from crm.violations.cases.wording import left_in_words, tone_of
from crm.violations.types.queries import types

WEEK = timedelta(days=7)


def case(row: Any) -> str:
    return url_for("violations.show", violation_id=row.id)


def _about(text: str) -> ColumnElement[bool]:
    if text[:1].upper() == "G" and text[1:2].isdecimal():
        return Violation.number.startswith(text.upper())
    there = Violation.unit_id.in_(units_holding(text)) | Violation.customer_id.in_(files_holding(text))
    return holding(text, Violation.person, Violation.found, Violation.spot) | there


def _which(value: str) -> ColumnElement[bool]:
    conditions = {
        "open": queries.OPEN,
        "unsettled": queries.OPEN & Violation.state.in_(UNSETTLED),
        "to_inspect": queries.IS_TO_INSPECT,
        "ended": ~queries.OPEN,
        "unfiled": queries.UNFILED,
    }
    return conditions[value] if value in conditions else Violation.state == ViolationState(value)


GROUPS = [
    ("open", _l("All that is open")),
    ("unsettled", _l("Not settled")),
    ("to_inspect", _l("To look at again")),
    ("ended", _l("Over")),
    ("unfiled", _l("Filed, but not in the dossier yet")),
]


def violations(today: date) -> Listing:
    return Listing(
        title=_l("Violations"),
        query=queries.violations(),
        counted=queries.every_violation(),
        columns=_columns(today),
        filters=_filters(today),
        order=(Violation.noted_at.desc(), Violation.id.desc()),
        export_permission=Permission.violation_handle,
        empty=_l("No violation was noted yet."),
    )


def _columns(today: date) -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=Violation.number, link=case),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(
            name="left",
            title=_l("To look at again"),
            value=lambda row: left_in_words(row, today),
            kind="badge",
            tone=lambda row: tone_of(row, today),
        ),
        Column(name="place", title=_l("Place"), value=queries.place_of, order=Unit.sort_key),
        Column(name="type", title=_l("Type of violations")),
        Column(name="found", title=_l("What was found"), kind="long"),
        Column(name="who", title=_l("Who"), value=lambda row: row.customer or row.person, order=Customer.name),
        Column(name="due", title=_l("Due"), value=attrgetter("due_on"), kind="date", order=Violation.due_on),
        Column(name="noted", title=_l("Noted"), value=attrgetter("noted_at"), kind="date", order=Violation.noted_at),
        *_further_columns(),
    )


def _further_columns() -> tuple[Column, ...]:
    """For whoever chooses them."""
    return (
        Column(name="group", title=_l("Category"), at_first=False),
        Column(name="clause", title=_l("Clause"), at_first=False),
        Column(name="found_at", title=_l("Found at"), kind="date", at_first=False),
        Column(name="found_by", title=_l("Found by"), at_first=False),
        Column(name="served", title=_l("Served on"), value=attrgetter("served_at"), kind="date", at_first=False),
        Column(
            name="settlement",
            title=_l("How it was settled"),
            value=lambda row: str(SETTLEMENT_TITLES[row.settlement]) if row.settlement else "",
            at_first=False,
        ),
        Column(name="deducted", title=_l("Deducted (yuan)"), kind="money", at_first=False),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters(today: date) -> tuple[Filter, ...]:
    states = [*GROUPS, *((state.value, title) for state, title in STATE_TITLES.items())]
    kinds = [(str(each.id), each.full_name) for each in types()]
    there = [(str(key), name) for key, name in queries.buildings(Violation.building_id.is_not(None)).items()]
    due = {
        "today": Violation.due_on == today,
        "overdue": Violation.due_on < today,
        "week": Violation.due_on.between(today, today + WEEK),
    }
    titles = [("today", _l("Today")), ("overdue", _l("Overdue")), ("week", _l("Within 7 days"))]
    return (
        Filter(name="q", title=_l("Unit, name, number or words"), condition=_about),
        Filter(name="state", title=_l("State"), condition=_which, choices=states),
        Filter(
            name="due",
            title=_l("To look at again"),
            condition=lambda value: queries.IS_TO_INSPECT & due[value],
            choices=titles,
        ),
        Filter(
            name="type",
            title=_l("Type of violations"),
            condition=lambda value: Violation.type_id == int(value),
            choices=kinds,
        ),
        Filter(
            name="building",
            title=_l("Building"),
            condition=lambda value: Violation.building_id == int(value),
            choices=there,
        ),
        *period_filters(Violation.noted_at),
    )
