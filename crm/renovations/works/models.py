"""What can be rebuilt, and which papers each kind of work needs."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Versioned
from crm.money import Money
from crm.trees.models import TreeRow

LIVE, LIVE_TOP = text("active"), text("active AND parent_id IS NULL")


class Asked(StrEnum):
    """When a paper is asked for."""

    always = "always"
    works = "works"  # by the kinds of work that name it
    tenant = "tenant"  # where whoever applies does not own the unit
    firm = "firm"  # where a firm builds
    bears = "bears"  # where something that carries load is altered


ASKED_TITLES = {
    Asked.always: _l("Always"),
    Asked.works: _l("By the kinds of work that name it"),
    Asked.tenant: _l("When the applicant does not own the unit"),
    Asked.firm: _l("When a firm does the work"),
    Asked.bears: _l("When something that carries load is altered"),
}


class RenovationPaperKind(Versioned, Base):
    """A paper that can be asked for. `form`: code of a form we print for it (D01…), "": theirs; `slot`: where it is
    filed in the customer's dossier, section 3 or 12."""

    __tablename__ = "renovation_paper_kind"
    __table_args__ = (
        Index("uq_renovation_paper_kind_title", "title", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    advice: Mapped[str] = mapped_column(default="")  # what must stand on it, said to whoever brings it
    form: Mapped[str] = mapped_column(default="")
    asked: Mapped[Asked] = mapped_column(default=Asked.works)
    slot: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class RenovationWork(TreeRow, Base):
    """With no parent a group; below it its kinds of work. What is proposed for several is the most of them."""

    __tablename__ = "renovation_work"
    __table_args__ = (
        CheckConstraint("deposit >= 0", name="deposit"),
        CheckConstraint("days >= 0", name="days"),
        Index("uq_renovation_work_top", "name", unique=True, sqlite_where=LIVE_TOP, postgresql_where=LIVE_TOP),
        Index("uq_renovation_work_name", "parent_id", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )
    deposit: Mapped[Money] = mapped_column(default=0)  # yuan proposed; 0: none
    days: Mapped[int] = mapped_column(default=90)  # a permit is proposed for
    alters_structure: Mapped[bool] = mapped_column(default=False)  # D08 and whoever may approve it
    wets: Mapped[bool] = mapped_column(default=False)  # a water test is part of the checks


class RenovationWorkPaper(Base):
    """`required`: without it the papers are not complete; else it is asked for where it fits."""

    __tablename__ = "renovation_work_paper"
    __table_args__ = (UniqueConstraint("work_id", "paper_id"), Index("ix_renovation_work_paper_paper_id", "paper_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("renovation_work.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("renovation_paper_kind.id"))
    required: Mapped[bool] = mapped_column(default=True)

    paper: Mapped[RenovationPaperKind] = relationship(lazy="raise")
