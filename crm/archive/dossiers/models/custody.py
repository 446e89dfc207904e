"""Who answers for a dossier and where it is, for any day: intervals that are closed, never edited (L-04, L-05, I2)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.db import Base, Moment, Versioned

OPEN = text("ends_at IS NULL")
APPOINTED = text("ends IS NULL")


class LocationKind(StrEnum):
    room = "room"
    cabinet = "cabinet"
    shelf = "shelf"
    box = "box"
    safe = "safe"
    slot = "slot"  # within a safe


LOCATION_TITLES = {
    LocationKind.room: _l("Room"),
    LocationKind.cabinet: _l("Cabinet"),
    LocationKind.shelf: _l("Shelf"),
    LocationKind.box: _l("Box"),
    LocationKind.safe: _l("Safe"),
    LocationKind.slot: _l("Slot of a safe"),
}


TITLES_ONLY = (LocationKind.safe, LocationKind.slot)  # no dossier lies there (L-30)


class Location(Versioned, Base):
    """A place in the archive room. `path` is its whole name, kept with it so that lists need no walk."""

    __tablename__ = "archive_location"
    __table_args__ = (UniqueConstraint("path"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("archive_location.id"), index=True)
    kind: Mapped[LocationKind]
    code: Mapped[str]
    path: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    in_use: Mapped[bool] = mapped_column(default=True)


class Custody(Base):
    """A dossier in somebody's hands or at a place; exactly one is open. `cause` says by what it came about."""

    __tablename__ = "custody"
    __table_args__ = (
        CheckConstraint("(holder_id IS NULL) <> (location_id IS NULL)", name="one_place"),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="order"),
        Index("ix_custody_open", "dossier_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_custody_dossier_id_starts_at", "dossier_id", "starts_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("archive_location.id"), index=True)
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment | None]
    cause: Mapped[str]
    caused_by: Mapped[str]

    holder: Mapped[User | None] = relationship(lazy="raise")
    location: Mapped[Location | None] = relationship(lazy="raise")


class CustodianRole(StrEnum):
    archivist = "archivist"
    title_custodian = "title_custodian"


CUSTODIAN_TITLES = {
    CustodianRole.archivist: _l("Archivist"),
    CustodianRole.title_custodian: _l("Title custodian"),
}


class Appointment(Base):
    """A custodian named by the general manager; who follows takes over by a count (L-04)."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("user_id <> appointed_by_id", name="not_oneself"),
        CheckConstraint("ends IS NULL OR ends >= starts", name="order"),
        Index(
            "ix_appointment_live", "role", "user_id", unique=True, sqlite_where=APPOINTED, postgresql_where=APPOINTED
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[CustodianRole]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    appointed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    appointed_at: Mapped[Moment]
    counted: Mapped[int | None]  # dossiers found at the hand-over from the one before
    expected: Mapped[int | None]  # as the books said then
    remark: Mapped[str] = mapped_column(default="")
    left_counted: Mapped[int | None]  # at the end, whoever follows
    left_expected: Mapped[int | None]
    left_remark: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=user_id)
    appointed_by: Mapped[User] = relationship(lazy="raise", foreign_keys=appointed_by_id)
