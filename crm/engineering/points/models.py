"""A point in a unit, how it ended, and the sheet of all points as it was filed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, append_only
from crm.engineering.drawings.models import DrawingVersion
from crm.engineering.trades import LETTERS, Trade
from crm.files.models import Upload
from crm.properties.models import Unit

FIRST = text("replaces_id IS NULL")


def code_of(trade: Trade, serial: int) -> str:
    """电-03: written beside the point on sheets and stickers; whatever follows a point keeps it."""
    return f"{LETTERS[trade]}-{serial:02d}"


class ServicePoint(Base):
    """点位. `height` above the finished floor and `distance` from what `spot` names are millimetres.

    `replaces`: what it was before; the old one stays readable. `about_kind`, `about_id`: what it came from.
    """

    __tablename__ = "service_point"
    __table_args__ = (
        UniqueConstraint("replaces_id"),
        UniqueConstraint("key"),
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint("height >= 0 AND distance >= 0", name="measured"),
        Index(
            "uq_service_point_code",
            "unit_id",
            "trade",
            "serial",
            unique=True,
            sqlite_where=FIRST,
            postgresql_where=FIRST,
        ),
        Index("ix_service_point_unit_id", "unit_id", "trade", "serial"),
        Index("ix_service_point_estate_id", "estate_id", "entered_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    trade: Mapped[Trade]
    serial: Mapped[int]  # within the unit and the trade
    what: Mapped[str]
    room: Mapped[str] = mapped_column(default="")
    spot: Mapped[str] = mapped_column(default="")  # the wall, and from what the distance is measured
    height: Mapped[int | None]
    distance: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    drawing_version_id: Mapped[int | None] = mapped_column(ForeignKey("drawing_version.id"))
    about_kind: Mapped[str] = mapped_column(default="")
    about_id: Mapped[int | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("service_point.id"))
    reason: Mapped[str] = mapped_column(default="")  # why it replaces the old one
    key: Mapped[str | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    unit: Mapped[Unit] = relationship(lazy="raise")
    drawing_version: Mapped[DrawingVersion | None] = relationship(lazy="raise")
    ending: Mapped[PointEnding | None] = relationship(lazy="raise", viewonly=True)

    @property
    def code(self) -> str:
        return code_of(self.trade, self.serial)


class PointEnding(Base):
    """It is not there any more, and nothing stands in its place."""

    __tablename__ = "point_ending"
    __table_args__ = (UniqueConstraint("point_id"), CheckConstraint("reason <> ''", name="reason"))
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"))
    ended_on: Mapped[date]
    reason: Mapped[str]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_by: Mapped[str]
    ended_at: Mapped[Moment]


class PointPhoto(Base):
    """How it looked before the wall was closed."""

    __tablename__ = "point_photo"
    __table_args__ = (UniqueConstraint("key"), Index("ix_point_photo_point_id", "point_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    key: Mapped[str | None]
    taken_by: Mapped[str]
    taken_at: Mapped[Moment]

    point: Mapped[ServicePoint] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")


class PointSheet(Base):
    """机电点位表 as it was filed: `content` is what the paper says, for good."""

    __tablename__ = "point_sheet"
    __table_args__ = (UniqueConstraint("key"), Index("ix_point_sheet_unit_id", "unit_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    content: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    key: Mapped[str | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[Moment]

    unit: Mapped[Unit] = relationship(lazy="raise")


for grows in (ServicePoint, PointEnding, PointPhoto, PointSheet):
    append_only(grows)
