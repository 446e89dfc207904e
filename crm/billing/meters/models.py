"""Meters, and the ledger of what was read off them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.billing.charges.models import METER_UNITS, MeterKind
from crm.billing.meters.consumption import Anomaly, Dial
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Quantity
from crm.properties.models import Building, Estate, Unit


class Meter(Versioned, Base):
    """表计 of a unit, or of a public place that `place` names.

    What it counts is `multiplier` times what it shows. It begins again at nought after `digits` figures before the
    point. `replaces_id` is the meter whose place it took.
    """

    __tablename__ = "meter"
    __table_args__ = (
        UniqueConstraint("estate_id", "kind", "number"),
        CheckConstraint("(unit_id IS NULL) = (place <> '')", name="place"),
        CheckConstraint("multiplier BETWEEN 1 AND 10000", name="multiplier"),
        CheckConstraint("digits BETWEEN 3 AND 8", name="digits"),
        CheckConstraint("removed_on >= installed_on", name="removed"),
        Index("ix_meter_unit_id", "unit_id"),
        Index("ix_meter_building_id", "building_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    place: Mapped[str] = mapped_column(default="")
    kind: Mapped[MeterKind]
    number: Mapped[str]
    multiplier: Mapped[int] = mapped_column(default=1)
    digits: Mapped[int] = mapped_column(default=5)
    reversed: Mapped[bool] = mapped_column(default=False)
    installed_on: Mapped[date]
    removed_on: Mapped[date | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("meter.id"), unique=True)
    note: Mapped[str] = mapped_column(default="")

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")

    @property
    def dial(self) -> Dial:
        return Dial(digits=self.digits, reversed=self.reversed)

    @property
    def unit_word(self) -> str:
        return METER_UNITS[self.kind]


class ReadingKind(StrEnum):
    base = "base"
    regular = "regular"
    final = "final"
    estimated = "estimated"


READING_TITLES = {
    ReadingKind.base: _l("Base"),
    ReadingKind.regular: _l("Regular"),
    ReadingKind.final: _l("Final"),
    ReadingKind.estimated: _l("Estimated"),
}


class MeterReading(Base):
    """抄表读数. `multiplier` is the meter's when it was read. One is put right by a row that corrects it.

    Of two of one day the later entered counts. An anomaly is derived from the rows before; `confirmed_as` is the one
    somebody has looked at and found right.
    """

    __tablename__ = "meter_reading"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_as IS NULL)",
            name="confirmed",
        ),
        Index("ix_meter_reading_meter_id", "meter_id", "read_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meter_id: Mapped[int] = mapped_column(ForeignKey("meter.id"))
    kind: Mapped[ReadingKind]
    read_on: Mapped[date]
    value: Mapped[Quantity]
    rolled: Mapped[bool] = mapped_column(default=False)
    multiplier: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("meter_reading.id"), unique=True)
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]
    confirmed_as: Mapped[Anomaly | None]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[Moment | None]
    remark: Mapped[str] = mapped_column(default="")  # why it is right

    meter: Mapped[Meter] = relationship(lazy="raise")


append_only(MeterReading, but={"confirmed_as", "confirmed_by", "confirmed_at", "remark"})


class SheetState(StrEnum):
    checked = "checked"
    done = "done"


SHEET_TITLES = {SheetState.checked: _l("Checked, nothing stored yet"), SheetState.done: _l("Stored")}


class ReadingSheet(Versioned, Base):
    """A workbook of readings that came back. `result`: counts, and the rows that were refused with the reasons."""

    __tablename__ = "reading_sheet"
    __table_args__ = (CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    kind: Mapped[MeterKind]
    read_on: Mapped[date]  # of rows that say no day
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[SheetState] = mapped_column(default=SheetState.checked)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sent_by: Mapped[str]
    sent_at: Mapped[Moment]
    done_at: Mapped[Moment | None]

    estate: Mapped[Estate] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")
