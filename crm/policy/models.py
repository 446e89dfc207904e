"""What the company set: values of figures, never changed once entered, and the entries of its dictionaries."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment, Versioned, append_only


class FigureValue(Base):
    """What a figure is from `valid_from` on, until another row says otherwise; a later row wins on the same day."""

    __tablename__ = "figure_value"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    value: Mapped[Any] = mapped_column(JSON, nullable=False)
    valid_from: Mapped[date]
    confirmed: Mapped[bool]  # False: the company still has to confirm it
    basis: Mapped[str]  # who decided, on what paper
    set_by: Mapped[str]
    user_id: Mapped[int | None]  # whose account; accounts stand above this package, so no foreign key
    set_at: Mapped[Moment]


append_only(FigureValue)


class DictionaryEntry(Versioned, Base):
    """An entry the company added or changed; entries nobody touched stand in code alone."""

    __tablename__ = "dictionary_entry"
    __table_args__ = (UniqueConstraint("dictionary", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dictionary: Mapped[str]
    code: Mapped[str]
    title: Mapped[str]  # "": the title in code, in the reader's language
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
