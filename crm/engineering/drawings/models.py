"""A drawing, its versions, and which of them were withdrawn."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit


class DrawingKind(StrEnum):
    as_built = "as_built"
    services = "services"
    fire = "fire"
    renovation = "renovation"
    other = "other"


KIND_TITLES = {
    DrawingKind.as_built: _l("As-built drawing"),
    DrawingKind.services: _l("Mechanical and electrical"),
    DrawingKind.fire: _l("Fire protection"),
    DrawingKind.renovation: _l("As-built of a renovation"),
    DrawingKind.other: _l("Other drawing"),
}


class Drawing(Versioned, Base):
    """图纸. With a unit it is the unit's, with a building alone the building's, else the estate's."""

    __tablename__ = "drawing"
    __table_args__ = (
        UniqueConstraint("number", "estate_id"),
        UniqueConstraint("key"),
        CheckConstraint("number <> '' AND title <> ''", name="named"),
        Index("ix_drawing_unit_id", "unit_id", "kind"),
        Index("ix_drawing_building_id", "building_id"),
        Index("ix_drawing_entered_at", "entered_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[DrawingKind]
    number: Mapped[str]  # as it stands on the drawing, once in an estate
    title: Mapped[str]
    key: Mapped[str | None]  # of the form it was entered with: sent twice, it is one
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")


ABOUT = text("about_kind <> ''")


class DrawingVersion(Base):
    """A file of the drawing. `rev`: as it stands on it; `changes`: what is new in it; `about_kind`, `about_id`: what it
    came from, such as a renovation."""

    __tablename__ = "drawing_version"
    __table_args__ = (
        UniqueConstraint("drawing_id", "position"),
        UniqueConstraint("key"),
        CheckConstraint("position >= 1 AND rev <> ''", name="named"),
        Index("ix_drawing_version_about", "about_kind", "about_id", sqlite_where=ABOUT, postgresql_where=ABOUT),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    drawing_id: Mapped[int] = mapped_column(ForeignKey("drawing.id"))
    position: Mapped[int]
    rev: Mapped[str]
    dated_on: Mapped[date]
    maker: Mapped[str]
    changes: Mapped[str] = mapped_column(default="")
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    about_kind: Mapped[str] = mapped_column(default="")
    about_id: Mapped[int | None]
    key: Mapped[str | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_by: Mapped[str]
    added_at: Mapped[Moment]

    drawing: Mapped[Drawing] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")
    withdrawal: Mapped[DrawingWithdrawal | None] = relationship(lazy="raise", viewonly=True)


class DrawingWithdrawal(Base):
    """The version was wrong; it stays readable, and counts no more."""

    __tablename__ = "drawing_withdrawal"
    __table_args__ = (UniqueConstraint("version_id"), CheckConstraint("reason <> ''", name="reason"))
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("drawing_version.id"))
    reason: Mapped[str]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_by: Mapped[str]
    withdrawn_at: Mapped[Moment]


for grows in (DrawingVersion, DrawingWithdrawal):
    append_only(grows)
