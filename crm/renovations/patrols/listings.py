"""The lists of patrols: what is due, and what was seen."""

from __future__ import annotations

from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import units_holding
from crm.renovations.cases.models import STATE_TITLES, STATE_TONES, Renovation
from crm.renovations.patrols import queries
from crm.renovations.patrols.models import RenovationPatrol, RenovationPatrolPlan
from crm.renovations.patrols.wording import left_in_words, tone_of

Plan = RenovationPatrolPlan
WEEK = timedelta(days=7)


def _case(row: Any) -> str:
    return url_for("renovations.show", renovation_id=row.id, _anchor="patrols")


def _patrol(row: Any) -> str:
    return url_for("renovation_patrols.show", renovation_patrol_id=row.id)


def _about(text: str) -> ColumnElement[bool]:
    if text[:2].upper() == "ZX":
        return Renovation.number.startswith(text.upper())
    there = Renovation.unit_id.in_(units_holding(text))
    return holding(text, Renovation.contractor, Renovation.description) | there


def due(today: date) -> Listing:
    return Listing(
        title=_l("Patrols due"),
        query=queries.due(),
        counted=queries.every_due(),
        columns=_due_columns(today),
        filters=_due_filters(today),
        order=(Plan.next_on, Building.sort_key, Unit.sort_key, Renovation.id),
        export_permission=Permission.renovation_patrol,
        empty=_l("No renovation is under way."),
    )


def _due_columns(today: date) -> tuple[Column, ...]:
    return (
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key, link=_case),
        Column(
            name="left",
            title=_l("Next patrol"),
            value=lambda row: left_in_words(row.next_on, today),
            kind="badge",
            tone=lambda row: tone_of(row.next_on, today),
        ),
        Column(name="next_on", title=_l("Due"), kind="date", order=Plan.next_on),
        Column(
            name="patroller",
            title=_l("Who goes there"),
            value=lambda row: row.patroller or _("Whoever walks there"),
        ),
        Column(name="every", title=_l("Every so many days"), kind="number", order=Plan.every),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(name="description", title=_l("What is done"), kind="long"),
        Column(name="contractor", title=_l("Contractor"), order=Renovation.contractor),
        Column(name="number", title=_l("Number"), order=Renovation.number),
        Column(name="valid_to", title=_l("Permit until"), kind="date", order=Renovation.valid_to, at_first=False),
        Column(name="customer", title=_l("Applicant"), order=queries.KEPT.name, at_first=False),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _due_filters(today: date) -> tuple[Filter, ...]:
    days = {
        "now": Plan.next_on <= today,
        "today": Plan.next_on == today,
        "overdue": Plan.next_on < today,
        "week": Plan.next_on.between(today, today + WEEK),
    }
    titles = [
        ("now", _l("Today and overdue")),
        ("today", _l("Today")),
        ("overdue", _l("Overdue")),
        ("week", _l("Within 7 days")),
    ]
    whose = {"mine": Plan.patroller_id == actor().user_id, "open": Plan.patroller_id.is_(None)}
    there = [(str(key), name) for key, name in queries.buildings_due().items()]
    return (
        Filter(name="q", title=_l("Unit, number or words"), condition=_about),
        Filter(name="due", title=_l("Due"), condition=lambda value: days[value], choices=titles),
        Filter(
            name="who",
            title=_l("Who goes there"),
            condition=lambda value: whose[value],
            choices=[("mine", _l("I do")), ("open", _l("Whoever walks there"))],
        ),
        Filter(
            name="building",
            title=_l("Building"),
            condition=lambda value: Plan.building_id == int(value),
            choices=there,
        ),
    )


def patrols() -> Listing:
    return Listing(
        title=_l("Log of patrols"),
        query=queries.patrols(),
        counted=queries.every_patrol(),
        columns=_columns(),
        filters=_filters(),
        order=(RenovationPatrol.patrolled_at.desc(), RenovationPatrol.id.desc()),
        export_permission=Permission.renovation_patrol,
        empty=_l("Nobody was on patrol yet."),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            name="at",
            title=_l("When"),
            value=attrgetter("patrolled_at"),
            kind="date",
            order=RenovationPatrol.patrolled_at,
            link=_patrol,
        ),
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="outcome", title=_l("What came of it"), value=_outcome, kind="badge", tone=_tone),
        Column(name="words", title=_l("What was seen"), kind="long"),
        Column(name="by", title=_l("By"), value=attrgetter("patrolled_by"), order=RenovationPatrol.patrolled_by),
        Column(name="due", title=_l("Due"), value=attrgetter("due_on"), kind="date", order=RenovationPatrol.due_on),
        Column(name="number", title=_l("Renovation"), order=Renovation.number),
        Column(name="customer", title=_l("Applicant"), order=queries.KEPT.name, at_first=False),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _outcome(row: Any) -> str:
    if row.found:
        return _("%(count)s points not in order", count=row.found)
    return _("Nobody was there") if row.nobody else _("All in order")


def _tone(row: Any) -> str:
    return "red" if row.found else "grey" if row.nobody else "green"


def _filters() -> tuple[Filter, ...]:
    outcomes: dict[str, ColumnElement[bool]] = {
        "found": RenovationPatrol.found > 0,
        "nobody": RenovationPatrol.nobody.is_(True),
        "ok": (RenovationPatrol.found == 0) & RenovationPatrol.nobody.is_(False),
    }
    titles = [
        ("found", _l("Something not in order")),
        ("nobody", _l("Nobody was there")),
        ("ok", _l("All in order")),
    ]
    there = [(str(key), name) for key, name in queries.buildings_patrolled().items()]
    return (
        Filter(name="q", title=_l("Unit, number or words"), condition=_about),
        Filter(name="outcome", title=_l("What came of it"), condition=lambda value: outcomes[value], choices=titles),
        Filter(
            name="building",
            title=_l("Building"),
            condition=lambda value: Renovation.building_id == int(value),
            choices=there,
        ),
        Filter(
            name="by",
            title=_l("By"),
            condition=lambda text: holding(text, RenovationPatrol.patrolled_by),
        ),
        *period_filters(RenovationPatrol.patrolled_at),
    )
