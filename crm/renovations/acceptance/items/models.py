"""The tree of what is checked."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base
from crm.renovations.works.models import RenovationWork
from crm.trees.models import TreeRow

LIVE, LIVE_TOP = text("active"), text("active AND parent_id IS NULL")


class Applies(StrEnum):
    always = "always"
    wets = "wets"
    structure = "structure"
    work = "work"


APPLIES_TITLES = {
    Applies.always: _l("Every renovation"),
    Applies.wets: _l("Works that need a water test"),
    Applies.structure: _l("Works that alter the structure"),
    Applies.work: _l("One kind of work"),
}


class RenovationCheckItem(TreeRow, Base):
    """With no parent a group, which says of which works its items are asked; below it what is looked at.

    `hours`: of a water test, 0 where there is none; `second`: also looked at in the second check.
    """

    __tablename__ = "renovation_check_item"
    __table_args__ = (
        CheckConstraint("hours BETWEEN 0 AND 240", name="hours"),
        CheckConstraint("(applies = 'work') = (work_id IS NOT NULL)", name="applies"),
        Index("uq_renovation_check_item_top", "name", unique=True, sqlite_where=LIVE_TOP, postgresql_where=LIVE_TOP),
        Index(
            "uq_renovation_check_item_name", "parent_id", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        ),
        Index("ix_renovation_check_item_work_id", "work_id"),
    )
    applies: Mapped[Applies] = mapped_column(default=Applies.always)  # of a group
    work_id: Mapped[int | None] = mapped_column(ForeignKey("renovation_work.id"))
    advice: Mapped[str] = mapped_column(default="")  # how it is looked at
    hours: Mapped[int] = mapped_column(default=0)
    second: Mapped[bool] = mapped_column(default=True)

    work: Mapped[RenovationWork | None] = relationship(lazy="raise")
