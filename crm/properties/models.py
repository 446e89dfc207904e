"""Estates down to units, and the things a repair can point to."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Versioned
from crm.money import Area, Money

_BETWEEN = re.compile(r"号楼|单元|[\s\-‐-―−~/_.,、栋幢座楼号室#]+")


class UnitUse(StrEnum):
    home = "home"
    shop = "shop"
    office = "office"
    dormitory = "dormitory"
    storage = "storage"
    parking = "parking"


USE_TITLES = {
    UnitUse.home: _l("Home"),
    UnitUse.shop: _l("Shop"),
    UnitUse.office: _l("Office"),
    UnitUse.dormitory: _l("Dormitory"),
    UnitUse.storage: _l("Storage"),
    UnitUse.parking: _l("Parking space"),
}


class UnitStatus(StrEnum):
    unknown = "unknown"
    unsold = "unsold"
    sold = "sold"
    handed_over = "handed_over"
    renovating = "renovating"
    renovated = "renovated"
    occupied = "occupied"
    vacant = "vacant"
    let = "let"


STATUS_TITLES = {
    UnitStatus.unknown: _l("Not entered"),
    UnitStatus.unsold: _l("Unsold"),
    UnitStatus.sold: _l("Sold"),
    UnitStatus.handed_over: _l("Handed over"),
    UnitStatus.renovating: _l("Renovating"),
    UnitStatus.renovated: _l("Renovated"),
    UnitStatus.occupied: _l("Occupied"),
    UnitStatus.vacant: _l("Vacant"),
    UnitStatus.let: _l("Let"),
}


class ParkingKind(StrEnum):
    surface = "surface"
    underground = "underground"


PARKING_TITLES = {ParkingKind.surface: _l("Surface"), ParkingKind.underground: _l("Underground")}


class EquipmentKind(StrEnum):
    lift = "lift"
    pump = "pump"
    fire = "fire"
    power = "power"
    access = "access"
    hvac = "hvac"
    other = "other"


EQUIPMENT_TITLES = {
    EquipmentKind.lift: _l("Lift"),
    EquipmentKind.pump: _l("Pump"),
    EquipmentKind.fire: _l("Fire protection"),
    EquipmentKind.power: _l("Power supply"),
    EquipmentKind.access: _l("Access control"),
    EquipmentKind.hvac: _l("Heating and ventilation"),
    EquipmentKind.other: _l("Other"),
}


class Estate(Versioned, Base):
    """A place the company manages. `company` is the legal name its papers carry."""

    __tablename__ = "estate"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    company: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    built_on: Mapped[date | None]


class Building(Versioned, Base):
    __tablename__ = "building"
    __table_args__ = (UniqueConstraint("estate_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"), index=True)
    number: Mapped[str]
    floors: Mapped[int | None]
    sort_key: Mapped[str]

    estate: Mapped[Estate] = relationship(lazy="raise")


class Entrance(Versioned, Base):
    """A staircase of a building; number 0 stands for shops that have none."""

    __tablename__ = "entrance"
    __table_args__ = (UniqueConstraint("building_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"), index=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    number: Mapped[str]
    floors: Mapped[int | None]
    has_lift: Mapped[bool | None]
    sort_key: Mapped[str]


class Unit(Versioned, Base):
    """A flat, shop, office, store room or parking space. `label` is how the desk calls it: 3-1-502, B1-023."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("estate_id", "label"),
        CheckConstraint("use = 'parking' OR building_id IS NOT NULL", name="in_a_building"),
        CheckConstraint("built_area >= 0 AND inner_area >= 0", name="areas"),
        Index("ix_unit_estate_id_sort_key", "estate_id", "sort_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"), index=True)
    entrance_id: Mapped[int | None] = mapped_column(ForeignKey("entrance.id"), index=True)
    use: Mapped[UnitUse]
    zone: Mapped[str] = mapped_column(default="")  # the car park of a parking space
    number: Mapped[str]
    label: Mapped[str]
    sort_key: Mapped[str]
    floor: Mapped[int | None]
    layout: Mapped[str] = mapped_column(default="")
    built_area: Mapped[Area | None]  # 建筑面积
    inner_area: Mapped[Area | None]  # 套内面积
    rent: Mapped[Money | None]  # asked per month, offices and dormitories
    parking_kind: Mapped[ParkingKind | None]
    status: Mapped[UnitStatus] = mapped_column(default=UnitStatus.unknown)
    handover_on: Mapped[date | None]  # starts the builder's warranty
    remark: Mapped[str] = mapped_column(default="")

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    entrance: Mapped[Entrance | None] = relationship(lazy="raise")


class PublicArea(Versioned, Base):
    __tablename__ = "public_area"
    __table_args__ = (UniqueConstraint("estate_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    name: Mapped[str]

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")


class Equipment(Versioned, Base):
    __tablename__ = "equipment"
    __table_args__ = (UniqueConstraint("estate_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    kind: Mapped[EquipmentKind]
    code: Mapped[str]
    name: Mapped[str]
    maker: Mapped[str] = mapped_column(default="")
    installed_on: Mapped[date | None]
    next_inspection_on: Mapped[date | None]

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")


def unit_label(building: str, entrance: str, number: str) -> str:
    """3-1-502; a shop without an entrance (0 or empty) keeps two parts: 3-12."""
    parts = [building, number] if entrance in ("", "0") else [building, entrance, number]
    return "-".join(parts)


def label_as_typed(text: str) -> str:
    """A label from what was typed: 3栋1单元502室 and ３－１－５０２ are 3-1-502, 3-0-12 is 3-12."""
    parts = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).upper()) if part]
    return "-".join(part for place, part in enumerate(parts) if part != "0" or place != 1)


def parking_label(zone: str, number: str) -> str:
    """B1-023: the car park first, unless the number begins with it already."""
    return number if not zone or number.startswith(f"{zone}-") else f"{zone}-{number}"


def sort_key(label: str) -> str:
    """Sorts 2-1-101 before 10-1-101: digits padded, letters as they are."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(6), label)
