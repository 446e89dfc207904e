"""The lists of this package: columns, filters, order."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.lists.listing import Column, Filter, Listing
from crm.properties import queries
from crm.properties.actions import SET_HANDOVER, SET_STATUS
from crm.properties.models import (
    EQUIPMENT_TITLES,
    PARKING_TITLES,
    STATUS_TITLES,
    USE_TITLES,
    Building,
    Equipment,
    Estate,
    PublicArea,
    Unit,
    UnitStatus,
    UnitUse,
)

STATUS_TONES: Mapping[str, str] = {
    UnitStatus.occupied: "green",
    UnitStatus.let: "blue",
    UnitStatus.renovating: "orange",
    UnitStatus.vacant: "purple",
}


def _titled(titles: Mapping[Any, Any], name: str) -> Any:
    return lambda row: str(titles[getattr(row, name)]) if getattr(row, name) else None


def _unit(row: Any) -> str:
    return url_for("tenants.unit", unit_id=row.id)


def _equipment(row: Any) -> str:
    return url_for("properties.equipment_item", equipment_id=row.id)


def _area(row: Any) -> str:
    return url_for("properties.area", public_area_id=row.id)


def _choices(titles: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, title) for key, title in titles.items()]


ESTATE_NAME = Column(name="estate", title=_l("Estate"), order=Estate.name)
STATUS = Column(
    name="status",
    title=_l("Status"),
    value=_titled(STATUS_TITLES, "status"),
    kind="badge",
    order=Unit.status,
    tone=lambda row: STATUS_TONES.get(row.status, "grey"),
)
BUILT_AREA = Column(
    name="built_area",
    title=_l("Built-up area (m²)"),
    kind="area",
    order=Unit.built_area,
    total="built_area",
)


def estates() -> Listing:
    def link(row: Any) -> str:
        return url_for("properties.estate", estate_id=row.id)

    return Listing(
        title=_l("Estates"),
        query=queries.estates(),
        columns=(
            Column(name="name", title=_l("The estate"), order=Estate.name, link=link),
            Column(name="address", title=_l("Address"), kind="long"),
            Column(name="phone", title=_l("Service telephone")),
            Column(name="buildings", title=_l("Buildings"), kind="number", total="buildings"),
            Column(name="units", title=_l("Units"), kind="number", total="units"),
            Column(name="parking", title=_l("Parking spaces"), kind="number", total="parking"),
        ),
        filters=(
            Filter(
                name="q", title=_l("The estate"), condition=lambda text: Estate.name.contains(text, autoescape=True)
            ),
        ),
        order=(Estate.name,),
        empty=_l("No estate yet. Import a workbook or add one."),
    )


def _choice(name: str, title: Any, column: Any, titles: Mapping[Any, Any]) -> Filter:
    return Filter(name=name, title=title, condition=lambda value: column == value, choices=_choices(titles))


STATUS_FILTER = _choice("status", _l("Status"), Unit.status, STATUS_TITLES)
UNIT_COLUMNS = (
    Column(name="label", title=_l("Unit"), order=Unit.sort_key, link=_unit),
    ESTATE_NAME,
    Column(name="use", title=_l("Use"), value=_titled(USE_TITLES, "use"), order=Unit.use),
    Column(name="floor", title=_l("Floor"), kind="number", order=Unit.floor),
    Column(name="layout", title=_l("Layout")),
    BUILT_AREA,
    Column(
        name="inner_area",
        title=_l("Inner area (m²)"),
        kind="area",
        order=Unit.inner_area,
        total="inner_area",
    ),
    STATUS,
    Column(name="handover_on", title=_l("Handed over on"), kind="date", order=Unit.handover_on),
)


def units() -> Listing:
    uses = {use: title for use, title in USE_TITLES.items() if use is not UnitUse.parking}
    beginning = Filter(
        name="q", title=_l("Unit begins with"), condition=lambda text: Unit.label.startswith(text, autoescape=True)
    )
    return Listing(
        title=_l("Units"),
        query=queries.units(parking=False),
        columns=UNIT_COLUMNS,
        filters=(beginning, _choice("use", _l("Use"), Unit.use, uses), STATUS_FILTER),
        order=(Estate.name, Unit.sort_key, Unit.id),
        actions=(SET_STATUS, SET_HANDOVER),
        empty=_l("No unit fits. Clear a filter, or import a workbook."),
    )


def parking() -> Listing:
    return Listing(
        title=_l("Parking spaces"),
        query=queries.units(parking=True),
        columns=(
            Column(name="label", title=_l("Space"), order=Unit.sort_key, link=_unit),
            ESTATE_NAME,
            Column(name="zone", title=_l("Car park"), order=Unit.zone),
            Column(
                name="kind", title=_l("Kind"), value=_titled(PARKING_TITLES, "parking_kind"), order=Unit.parking_kind
            ),
            BUILT_AREA,
            STATUS,
        ),
        filters=(
            Filter(name="q", title=_l("Space"), condition=lambda text: Unit.label.contains(text, autoescape=True)),
            STATUS_FILTER,
        ),
        order=(Estate.name, Unit.sort_key, Unit.id),
        actions=(SET_STATUS,),
        empty=_l("No parking space fits."),
    )


def equipment() -> Listing:
    return Listing(
        title=_l("Equipment"),
        query=queries.equipment(),
        columns=(
            Column(name="code", title=_l("Code"), order=Equipment.code, link=_equipment),
            Column(name="name", title=_l("What it is called"), order=Equipment.name),
            Column(name="kind", title=_l("Kind"), value=_titled(EQUIPMENT_TITLES, "kind"), order=Equipment.kind),
            ESTATE_NAME,
            Column(name="building", title=_l("Building"), order=Building.sort_key),
            Column(name="maker", title=_l("Maker"), order=Equipment.maker),
            Column(
                name="installed",
                title=_l("Installed on"),
                value=attrgetter("installed_on"),
                kind="date",
                order=Equipment.installed_on,
            ),
            Column(
                name="inspection",
                title=_l("Next inspection on"),
                value=attrgetter("next_inspection_on"),
                kind="date",
                order=Equipment.next_inspection_on,
            ),
        ),
        filters=(
            Filter(
                name="q",
                title=_l("Name or code"),
                condition=lambda text: (
                    Equipment.name.contains(text, autoescape=True) | Equipment.code.startswith(text, autoescape=True)
                ),
            ),
            _choice("kind", _l("Kind"), Equipment.kind, EQUIPMENT_TITLES),
        ),
        order=(Estate.name, Equipment.code),
        empty=_l("No equipment fits."),
    )


def public_areas() -> Listing:
    return Listing(
        title=_l("Public areas"),
        query=queries.public_areas(),
        columns=(
            Column(name="name", title=_l("What it is called"), order=PublicArea.name, link=_area),
            ESTATE_NAME,
            Column(name="building", title=_l("Building"), order=Building.sort_key),
        ),
        filters=(
            Filter(
                name="q",
                title=_l("What it is called"),
                condition=lambda text: PublicArea.name.contains(text, autoescape=True),
            ),
        ),
        order=(Estate.name, PublicArea.name),
        empty=_l("No public area fits."),
    )
