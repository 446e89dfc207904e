"""A text to begin with."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Versioned


class WordingKind(StrEnum):
    notice = "notice"
    letter = "letter"


KIND_TITLES = {WordingKind.notice: _l("Notice"), WordingKind.letter: _l("Letter")}
LIVE = text("active")


class Wording(Versioned, Base):
    """文书模板, the company's own: a notice or a letter made with it keeps the words it had then."""

    __tablename__ = "wording"
    __table_args__ = (Index("uq_wording_name", "kind", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[WordingKind]
    name: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
