"""A plan of maintenance 维保计划: a machine, what is done to it, how often. Its jobs are repair orders."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned
from crm.properties.models import Equipment
from crm.repairs.categories.models import RepairCategory


class Every(StrEnum):
    days = "days"
    weeks = "weeks"
    months = "months"


EVERY_TITLES = {Every.days: _l("days"), Every.weeks: _l("weeks"), Every.months: _l("months")}


class MaintenancePlan(Versioned, Base):
    """Due first on `first_on`, then `every` so many days, weeks or months after it: a late job moves nothing.

    `made_up_to`: the last due day a job was made for; jobs come `lead` days before they are due.
    """

    __tablename__ = "maintenance_plan"
    __table_args__ = (
        CheckConstraint("every >= 1", name="every"),
        CheckConstraint("lead BETWEEN 0 AND 60", name="lead"),
        Index("ix_maintenance_plan_estate_id", "estate_id"),
        Index("ix_maintenance_plan_equipment_id", "equipment_id"),
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
    by_law: Mapped[str] = mapped_column(default="")  # the rule that asks for it: TSG T5002-2017
    active: Mapped[bool] = mapped_column(default=True)
    made_by: Mapped[str]
    made_at: Mapped[Moment]

    equipment: Mapped[Equipment] = relationship(lazy="raise")
    category: Mapped[RepairCategory] = relationship(lazy="raise")
