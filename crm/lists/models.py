"""How a person wants to see a list, and filters kept under a name."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment, Versioned

PAGE_SIZES = (25, 50, 100, 200)  # rows
USUAL_PAGE_SIZE = 50


class Density(StrEnum):
    comfortable = "comfortable"
    normal = "normal"
    compact = "compact"


DENSITY_TITLES = {
    Density.comfortable: _l("Comfortable"),
    Density.normal: _l("Normal"),
    Density.compact: _l("Compact"),
}


class SavedFilter(Versioned, Base):
    """A list's query and order under a name. `query` holds parameters as in an address: status=vacant&sort=-label."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("list_key", "user_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    list_key: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    query: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False)  # everyone who may see the list sees it
    created_at: Mapped[Moment]


class ListLayout(Base):
    """One person's layout of one list; without a row the list is as its package describes it."""

    __tablename__ = "list_layout"
    __table_args__ = (
        UniqueConstraint("user_id", "list_key"),
        CheckConstraint("page_size BETWEEN 1 AND 200", name="page_size"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    list_key: Mapped[str]
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)  # in their order; [] means as described
    density: Mapped[Density] = mapped_column(default=Density.normal)
    page_size: Mapped[int] = mapped_column(default=USUAL_PAGE_SIZE)
    default_filter_id: Mapped[int | None] = mapped_column(ForeignKey("saved_filter.id"))
