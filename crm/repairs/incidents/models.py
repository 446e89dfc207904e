"""An incident 突发事件: one cause, many callers, one text to read out."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.properties.models import Building, Estate
from crm.repairs.categories.models import RepairCategory
from crm.tenants.models import Customer
from crm.workflow import Step, Workflow


class IncidentState(StrEnum):
    open = "open"
    over = "over"


INCIDENT_TITLES = {IncidentState.open: _l("Going on"), IncidentState.over: _l("Over")}


class Incident(Versioned, Base):
    """`building` None: the whole estate. `words` is what whoever answers reads out."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("(state = 'over') = (ended_at IS NOT NULL)", name="ended"),
        Index("ix_incident_estate_id_state", "estate_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("repair_category.id"))
    title: Mapped[str]
    words: Mapped[str]
    began_at: Mapped[Moment]
    expected_at: Mapped[Moment | None]  # when it is expected to be over
    state: Mapped[IncidentState] = mapped_column(default=IncidentState.open)
    ended_at: Mapped[Moment | None]
    result: Mapped[str] = mapped_column(default="")
    opened_by: Mapped[str]
    opened_at: Mapped[Moment]

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    category: Mapped[RepairCategory] = relationship(lazy="raise")
    callers: Mapped[list[IncidentCaller]] = relationship(lazy="raise", order_by="IncidentCaller.id", viewonly=True)


WORKFLOW = Workflow(
    change=Step(sources={IncidentState.open}, permission=Permission.repair_dispatch),
    end=Step(sources={IncidentState.open}, target=IncidentState.over, permission=Permission.repair_dispatch),
)


class IncidentCaller(Base):
    """Who called about it; once for each unit, however often they call. `wants_word`: to be told when it is over."""

    __tablename__ = "incident_caller"
    __table_args__ = (
        UniqueConstraint("incident_id", "unit_id"),
        Index("ix_incident_caller_customer_id", "customer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str]
    digits: Mapped[str] = mapped_column(default="")
    wants_word: Mapped[bool]
    told_at: Mapped[Moment | None]  # that it is over
    told_by: Mapped[str] = mapped_column(default="")
    noted_by: Mapped[str]
    noted_at: Mapped[Moment]

    customer: Mapped[Customer | None] = relationship(lazy="raise")


append_only(IncidentCaller, but={"told_at", "told_by"})
