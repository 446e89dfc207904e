"""The lists of points: of all units, and of one."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.actor import within
from crm.engineering.points import queries
from crm.engineering.points.models import ServicePoint, code_of
from crm.engineering.trades import TRADE_TITLES, Trade
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import units_holding

STATES = [("standing", _l("There now")), ("replaced", _l("Replaced")), ("ended", _l("Gone"))]
TONES = {"standing": "green", "replaced": "grey", "ended": "red"}


def state_of(row: Any) -> str:
    """Of a row of `queries.points`."""
    if row.ended_on is not None:
        return "ended"
    return "replaced" if row.replaced else "standing"


def points() -> Listing:
    there = [(str(key), name) for key, name in queries.buildings().items()]
    by_building = Filter(
        name="building",
        title=_l("Building"),
        condition=lambda value: Unit.building_id == int(value),
        choices=there,
    )
    place = Column(name="unit", title=_l("Unit"), order=Unit.sort_key, link=_file)
    return Listing(
        title=_l("As-built points"),
        query=queries.points(),
        columns=(_code(), place, *_columns(), *_further()),
        filters=(*_filters(), by_building),
        order=(ServicePoint.entered_at.desc(), ServicePoint.id.desc()),
        empty=_l("No point was entered yet. Open a unit's engineering file and enter its points there."),
    )


def of_unit(unit: Unit) -> Listing:
    return Listing(
        title=_("As-built points of %(unit)s", unit=unit.label),
        query=queries.points(within(ServicePoint.estate_id)).where(ServicePoint.unit_id == unit.id),
        columns=(_code(), *_columns(), *_further()[:-2]),
        filters=_filters(),
        order=(ServicePoint.trade, ServicePoint.serial, ServicePoint.id.desc()),
        empty=_l("No point is entered here yet."),
    )


def _file(row: Any) -> str:
    return url_for("unit_files.show", unit_id=row.unit_id)


def _page(row: Any) -> str:
    return url_for("points.show", service_point_id=row.id)


def _code() -> Column:
    return Column(name="code", title=_l("Code"), value=lambda row: code_of(row.trade, row.serial), link=_page)


def _columns() -> tuple[Column, ...]:
    titles = {name: str(title) for name, title in STATES}
    return (
        Column(name="trade", title=_l("Building trade"), value=lambda row: str(TRADE_TITLES[row.trade])),
        Column(name="what", title=_l("What the point is"), order=ServicePoint.what),
        Column(name="room", title=_l("Room of the unit"), order=ServicePoint.room),
        Column(name="spot", title=_l("Place"), kind="long"),
        Column(name="height", title=_l("Above the floor (mm)"), kind="number"),
        Column(name="distance", title=_l("Distance (mm)"), kind="number"),
        Column(name="valid_from", title=_l("There since"), kind="date", order=ServicePoint.valid_from),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: titles[state_of(row)],
            kind="badge",
            tone=lambda row: TONES[state_of(row)],
        ),
    )


def _further() -> tuple[Column, ...]:
    return (
        Column(
            name="drawing",
            title=_l("Read off"),
            value=lambda row: f"{row.drawing} {row.rev}" if row.drawing else "",
            at_first=False,
        ),
        Column(name="note", title=_l("Remark"), kind="long", at_first=False),
        Column(name="entered_by", title=_l("Entered by"), at_first=False),
        Column(name="entered_at", title=_l("Entered at"), kind="date", at_first=False),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters() -> tuple[Filter, ...]:
    states: dict[str, ColumnElement[bool]] = {
        "standing": queries.STANDS,
        "replaced": queries.IS_REPLACED,
        "ended": queries.IS_ENDED,
    }
    return (
        Filter(name="q", title=_l("Unit, room or what it is"), condition=_about),
        Filter(
            name="trade",
            title=_l("Building trade"),
            condition=lambda value: ServicePoint.trade == Trade(value),
            choices=[(trade.value, title) for trade, title in TRADE_TITLES.items()],
        ),
        Filter(name="state", title=_l("State"), condition=lambda value: states[value], choices=STATES),
        *period_filters(ServicePoint.valid_from),
    )


def _about(text: str) -> ColumnElement[bool]:
    there = ServicePoint.unit_id.in_(units_holding(text))
    return holding(text, ServicePoint.what, ServicePoint.room, ServicePoint.spot) | there
