"""An incident 突发事件: one cause, many callers, one text to read out."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.properties.models import Building, Estate, Unit
from crm.repairs.categories.models import RepairCategory
from crm.tenants.models import Customer
from crm.workflow import Step, Workflow

ADDRESS = "/repairs/incidents/{}"  # of an incident's page; reminders are made where `url_for` has no request


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


class _Steps(Workflow):
    def hindrance(self, thing: Any, name: str) -> str:
        """In the reader's words: it is shown where a button was pressed too late."""
        if thing.state in self[name].sources:
            return self[name].hindrance(thing)
        return (
            _("This incident is over.") if thing.state is IncidentState.over else _("This incident is still going on.")
        )


_WHILE_OPEN = {IncidentState.open}
WORKFLOW = _Steps(
    note=Step(sources=_WHILE_OPEN, permission=Permission.repair_log, title=_l("Note a caller")),
    attach=Step(sources=_WHILE_OPEN, permission=Permission.repair_dispatch, title=_l("Attach a job")),
    change=Step(sources=_WHILE_OPEN, permission=Permission.repair_dispatch, title=_l("Change the words")),
    end=Step(
        sources=_WHILE_OPEN,
        target=IncidentState.over,
        permission=Permission.repair_dispatch,
        title=_l("It is over"),
    ),
    tell=Step(sources={IncidentState.over}, permission=Permission.repair_log, title=_l("Has been told")),
)


AT_NO_UNIT = text("unit_id IS NULL")


class IncidentCaller(Base):
    """Who called about it; once for each unit, or at none for each name and number, however often they call.

    `wants_word`: to be told when it is over."""

    __tablename__ = "incident_caller"
    __table_args__ = (
        UniqueConstraint("incident_id", "unit_id"),
        Index(
            "uq_incident_caller_name",
            "incident_id",
            "name",
            "digits",
            unique=True,
            sqlite_where=AT_NO_UNIT,
            postgresql_where=AT_NO_UNIT,
        ),
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

    unit: Mapped[Unit | None] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")


append_only(IncidentCaller, but={"told_at", "told_by"})
