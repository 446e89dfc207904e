"""Stored bytes (once per content) and uploads (a name under which somebody brought them)."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, append_only

FAULTY = text("fault <> ''")


class Fault(StrEnum):
    """What a reading found wrong."""

    missing = "missing"
    unreadable = "unreadable"  # it is there, and the disk does not give it
    changed = "changed"


FAULT_TITLES = {
    Fault.missing: _l("Gone from the disk"),
    Fault.unreadable: _l("Cannot be read"),
    Fault.changed: _l("Changed on disk"),
}


class StoredFile(Base):
    """Bytes on disk under their SHA-256; SM3 beside it for DA/T 97. `pages` is measured, None where there are none."""

    __tablename__ = "stored_file"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    sm3: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    pages: Mapped[int | None]


class Upload(Base):
    """A file as somebody brought it. `estate_id` decides who may fetch it; None is the company's."""

    __tablename__ = "upload"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    original_sha256: Mapped[str]  # differs where an image was re-encoded
    name: Mapped[str]
    purpose: Mapped[str]
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[Moment]

    stored: Mapped[StoredFile] = relationship(lazy="raise")


class FileCheck(Base):
    """The last reading of a stored file: whether its bytes still are what was hashed (L-01, I10)."""

    __tablename__ = "file_check"
    __table_args__ = (
        Index("ix_file_check_checked_at", "checked_at"),
        Index("ix_file_check_faulty", "sha256", sqlite_where=FAULTY, postgresql_where=FAULTY),
    )
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), primary_key=True)
    checked_at: Mapped[Moment]
    fault: Mapped[str] = mapped_column(default="")  # a `Fault`; "" when it is whole


class WipedFile(Base):
    """Bytes that were taken off the disk for good, and by what; brought anew later, they are there again."""

    __tablename__ = "wiped_file"
    __table_args__ = (Index("ix_wiped_file_sha256", "sha256", "wiped_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    because: Mapped[str]  # the number of the list that said so
    wiped_at: Mapped[Moment]


for grows in (StoredFile, Upload, WipedFile):
    append_only(grows)
