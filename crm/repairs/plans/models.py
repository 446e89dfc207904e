"""A plan of maintenance 维保计划: a machine, what is done to it, how often. Its jobs are repair orders."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned
from crm.properties.models import Equipment
from crm.repairs.categories.models import RepairCategory
from crm.repairs.plans.rhythm import Every, Rhythm

EVERY_TITLES = {Every.days: _l("days"), Every.weeks: _l("weeks"), Every.months: _l("months")}


ACTIVE = text("active")


class MaintenancePlan(Versioned, Base):
    """Due first on `first_on`, then `every` so many days, weeks or months after it: a late job moves nothing.

    `made_up_to`: the day up to which every due day has its job or was left out; None: none yet. `next_due_on`: the
    first due day after it, kept beside for lists. Jobs come `lead` days before they are due.
    """

    __tablename__ = "maintenance_plan"
    __table_args__ = (
        CheckConstraint("every >= 1", name="every"),
        CheckConstraint("lead BETWEEN 0 AND 60", name="lead"),
        Index("ix_maintenance_plan_estate_id", "estate_id"),
        Index("ix_maintenance_plan_equipment_id", "equipment_id"),
        Index("ix_maintenance_plan_next_due_on", "next_due_on", sqlite_where=ACTIVE, postgresql_where=ACTIVE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("repair_category.id"))
    title: Mapped[str]
    steps: Mapped[str] = mapped_column(default="")  # what is to be done, a line each
    every: Mapped[int]
    unit: Mapped[Every]
    lead: Mapped[int] = mapped_column(default=3)
    first_on: Mapped[date]
    made_up_to: Mapped[date | None]
    next_due_on: Mapped[date]
    by_law: Mapped[str] = mapped_column(default="")  # the rule that asks for it: TSG T5002-2017
    active: Mapped[bool] = mapped_column(default=True)
    made_by: Mapped[str]
    made_at: Mapped[Moment]

    equipment: Mapped[Equipment] = relationship(lazy="raise")
    category: Mapped[RepairCategory] = relationship(lazy="raise")

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(first_on=self.first_on, every=self.every, unit=self.unit)

    def reaches(self, day: date) -> date:
        """On `day` jobs are made for what is due up to this day."""
        return day + timedelta(days=self.lead)
