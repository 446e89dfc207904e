"""An archive number: the serial behind it is a `Number`, what it was taken for stands here."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment
from crm.numbering import Number


class ArchiveNumber(Base):
    """The row that a dossier and its title file share (L-31): equality by being the same, not by being copied."""

    __tablename__ = "archive_number"
    id: Mapped[int] = mapped_column(ForeignKey("number.id"), primary_key=True)
    word: Mapped[str]  # 鸿借, 鸿保
    year: Mapped[int]  # the business year of the project's end, kept even when it is filed later
    title: Mapped[str]  # what it was reserved for
    reserved_at: Mapped[Moment]
    reserved_by: Mapped[str]
    settled_at: Mapped[Moment | None]  # committed or voided
    settled_by: Mapped[str] = mapped_column(default="")

    number: Mapped[Number] = relationship(lazy="joined", innerjoin=True)

    @property
    def text(self) -> str:
        return self.number.text
