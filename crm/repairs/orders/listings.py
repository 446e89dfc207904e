"""The list of jobs. Numbers appear masked, on paper too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from flask import g, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false

from crm.auth.permissions import Permission
from crm.dates import beginning_of, business_day, parse_date
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.phones import mask_phone
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import estate_names
from crm.repairs.categories.models import PRIORITY_TITLES, TRADES, Priority, RepairCategory
from crm.repairs.orders import queries
from crm.repairs.orders.models import (
    CHANNEL_TITLES,
    PAYER_TITLES,
    STATE_TITLES,
    STATE_TONES,
    OrderState,
    RepairOrder,
)
from crm.repairs.orders.wording import left_in_words, tone_of
from crm.tenants.models import Customer

PRIORITY_TONES = {Priority.emergency: "red", Priority.urgent: "orange", Priority.normal: "grey"}


def job(row: Any) -> str:
    return url_for("repairs.show", repair_id=row.id)


def _about(text: str) -> ColumnElement[bool]:
    """A telephone is found by its last four digits, a job by its number."""
    if len(text) >= 4 and text.isdecimal():
        return RepairOrder.tail == text[-4:]
    if text[:1].upper() == "W":
        return RepairOrder.number.startswith(text.upper())
    return holding(text, Unit.label, Customer.name, RepairOrder.problem, RepairOrder.spot)


def _day(column: Any) -> Callable[[str], ColumnElement[bool]]:
    def on(text: str) -> ColumnElement[bool]:
        try:
            day = parse_date(text, business_day())
        except ValueError:
            return false()
        begins = beginning_of(day)
        return and_(column >= begins, column < begins + timedelta(days=1))

    return on


def _which(value: str) -> ColumnElement[bool]:
    conditions = {
        "open": queries.OPEN,
        "to_dispatch": queries.IS_FREE,
        "unfinished": queries.IS_UNFINISHED,
        "ended": ~queries.OPEN,
    }
    return conditions[value] if value in conditions else RepairOrder.state == OrderState(value)


def _whose(value: str) -> ColumnElement[bool]:
    me = g.actor.user_id
    return queries.takeable_by(me, business_day()) if value == "free" else RepairOrder.worker_id == me


GROUPS = [
    ("open", _l("All that is open")),
    ("to_dispatch", _l("To dispatch")),
    ("unfinished", _l("Not finished")),
    ("ended", _l("Over")),
]


def jobs(now: datetime) -> Listing:
    return Listing(
        title=_l("Repairs"),
        query=queries.orders(),
        counted=queries.every_order(),
        columns=columns(now),
        filters=_filters(now),
        order=(RepairOrder.registered_at.desc(), RepairOrder.id.desc()),
        export_permission=Permission.repair_dispatch,
        empty=_l("No repair was reported yet. The key N opens the form."),
    )


def columns(now: datetime) -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=RepairOrder.number, link=job),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(
            name="left",
            title=_l("Time left"),
            value=lambda row: left_in_words(row, now),
            kind="badge",
            tone=lambda row: tone_of(row, now),
        ),
        Column(name="place", title=_l("Place"), value=queries.place_of, order=Unit.sort_key),
        Column(name="problem", title=_l("Problem"), kind="long"),
        Column(name="category", title=_l("Category")),
        Column(
            name="priority",
            title=_l("Priority"),
            value=lambda row: str(PRIORITY_TITLES[row.priority]),
            kind="badge",
            tone=lambda row: PRIORITY_TONES[row.priority],
        ),
        Column(name="worker", title=_l("Worker")),
        Column(
            name="registered",
            title=_l("Reported"),
            value=attrgetter("registered_at"),
            kind="date",
            order=RepairOrder.registered_at,
        ),
        *_further_columns(),
    )


def _further_columns() -> tuple[Column, ...]:
    """For whoever chooses them."""
    return (
        Column(name="customer", title=_l("Customer"), at_first=False),
        Column(name="caller", title=_l("Reported by"), at_first=False),
        Column(name="phone", title=_l("Telephone"), value=lambda row: mask_phone(row.digits), at_first=False),
        Column(name="channel", title=_l("How"), value=lambda row: str(CHANNEL_TITLES[row.channel]), at_first=False),
        Column(name="payer", title=_l("At whose cost"), value=lambda row: str(PAYER_TITLES[row.payer]), at_first=False),
        Column(
            name="finished",
            title=_l("Finished"),
            value=attrgetter("finished_at"),
            kind="date",
            order=RepairOrder.finished_at,
            at_first=False,
        ),
        Column(name="result", title=_l("Work done"), kind="long", at_first=False),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: Any) -> Filter:
    return Filter(name=name, title=title, condition=condition, choices=[(str(key), words) for key, words in titles])


def _filters(now: datetime) -> tuple[Filter, ...]:
    trades = [(entry.code, entry.title) for entry in TRADES.entries()]
    states = [*GROUPS, *((state.value, title) for state, title in STATE_TITLES.items())]
    return (
        Filter(name="q", title=_l("Unit, name, number or last 4 digits"), condition=_about),
        _choice("state", _l("State"), _which, states),
        _choice("late", _l("Time left"), lambda _value: queries.is_late(now), [("1", _l("Late"))]),
        _choice("mine", _l("Only mine"), _whose, [("1", _l("Mine")), ("free", _l("To take"))]),
        _choice("estate", _l("Estate"), lambda value: RepairOrder.estate_id == int(value), estate_names().items()),
        _choice("trade", _l("Trade"), lambda value: RepairCategory.trade == value, trades),
        _choice("priority", _l("Priority"), lambda value: RepairOrder.priority == value, PRIORITY_TITLES.items()),
        _choice("payer", _l("At whose cost"), lambda value: RepairOrder.payer == value, PAYER_TITLES.items()),
        Filter(
            name="day",
            title=_l("Reported on"),
            condition=_day(RepairOrder.registered_at),
            hint=_l("Such as 11-23 or 昨天"),
        ),
    )
