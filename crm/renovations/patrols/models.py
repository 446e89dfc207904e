"""When the next patrol of a renovation is due, and what was seen at each."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.properties.models import Building, Estate
from crm.renovations.cases.models import Renovation

DUE = text("next_on IS NOT NULL")


class RenovationPatrolPlan(Versioned, Base):
    """巡查计划 of one renovation. `next_on`: reckoned from the last patrol; None once nobody works there any more.

    `every`: days. `warned_for`: the due day of which somebody was told that it has passed.
    """

    __tablename__ = "renovation_patrol_plan"
    __table_args__ = (
        CheckConstraint("every BETWEEN 1 AND 60", name="every"),
        UniqueConstraint("renovation_id"),
        Index("ix_renovation_patrol_plan_next_on", "estate_id", "next_on", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_renovation_patrol_plan_patroller_id", "patroller_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    every: Mapped[int]
    next_on: Mapped[date | None]
    patroller_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: open to whoever walks there
    warned_for: Mapped[date | None]

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    renovation: Mapped[Renovation] = relationship(lazy="raise")
    patroller: Mapped[User | None] = relationship(lazy="raise")


class RenovationPatrol(Base):
    """巡查记录: somebody was there. `due_on`: the day it was due, None: none was. `nobody`: the door was closed."""

    __tablename__ = "renovation_patrol"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_renovation_patrol_renovation_id", "renovation_id", "patrolled_at"),
        Index("ix_renovation_patrol_estate_id", "estate_id", "patrolled_at"),
        Index("ix_renovation_patrol_patrolled_at", "patrolled_at"),  # for whoever sees every estate
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    due_on: Mapped[date | None]
    nobody: Mapped[bool]
    found: Mapped[int]  # points that were not in order
    words: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    patrolled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    patrolled_by: Mapped[str]
    patrolled_at: Mapped[Moment]

    renovation: Mapped[Renovation] = relationship(lazy="raise")
    estate: Mapped[Estate] = relationship(lazy="raise")
    points: Mapped[list[RenovationPatrolPoint]] = relationship(lazy="raise", order_by="RenovationPatrolPoint.id")
    photos: Mapped[list[RenovationPatrolPhoto]] = relationship(
        lazy="raise", order_by="RenovationPatrolPhoto.id", back_populates="patrol"
    )


append_only(RenovationPatrol)


class Outcome(StrEnum):
    ok = "ok"
    found = "found"
    unseen = "unseen"


OUTCOME_TITLES = {
    Outcome.ok: _l("As it should be"),
    Outcome.found: _l("Not in order"),
    Outcome.unseen: _l("Not seen"),
}
OUTCOME_TONES = {Outcome.ok: "green", Outcome.found: "red", Outcome.unseen: "grey"}


class RenovationPatrolPoint(Base):
    """One point of the checklist, by its code in the company's list `POINTS`."""

    __tablename__ = "renovation_patrol_point"
    __table_args__ = (UniqueConstraint("patrol_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    patrol_id: Mapped[int] = mapped_column(ForeignKey("renovation_patrol.id"))
    code: Mapped[str]
    outcome: Mapped[Outcome]
    words: Mapped[str] = mapped_column(default="")


append_only(RenovationPatrolPoint)


class RenovationPatrolPhoto(Base):
    __tablename__ = "renovation_patrol_photo"
    __table_args__ = (UniqueConstraint("key"), Index("ix_renovation_patrol_photo_patrol_id", "patrol_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    patrol_id: Mapped[int] = mapped_column(ForeignKey("renovation_patrol.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    key: Mapped[str | None]
    taken_by: Mapped[str]
    taken_at: Mapped[Moment]

    patrol: Mapped[RenovationPatrol] = relationship(lazy="raise", back_populates="photos")
    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(RenovationPatrolPhoto)
