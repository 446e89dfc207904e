"""Incidents kept inside the acting person's estates: the list, one whole, what is going on at a place, whom to tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Building, Estate
from crm.properties.queries import in_chosen_estate
from crm.repairs.categories.models import RepairCategory
from crm.repairs.incidents.models import Incident, IncidentCaller, IncidentState

Group = aliased(RepairCategory)
OPEN = Incident.state == IncidentState.open


def incidents() -> Select[*tuple[Any, ...]]:
    """Each incident of the chosen estates with its place, and how many called and wait for word."""
    callers = select(func.count()).where(IncidentCaller.incident_id == Incident.id)
    waiting = callers.where(IncidentCaller.wants_word, IncidentCaller.told_at.is_(None))
    return (
        select(
            Incident.id,
            Incident.title,
            Incident.state,
            Incident.began_at,
            Incident.expected_at,
            Incident.ended_at,
            Incident.opened_by,
            Incident.building_id,
            Estate.name.label("estate"),
            Building.number.label("building"),
            RepairCategory.name.label("category"),
            Group.name.label("group"),
            callers.scalar_subquery().label("callers"),
            waiting.scalar_subquery().label("waiting"),
        )
        .join(Estate, Estate.id == Incident.estate_id)
        .join(RepairCategory, RepairCategory.id == Incident.category_id)
        .outerjoin(Group, Group.id == RepairCategory.parent_id)
        .outerjoin(Building, Building.id == Incident.building_id)
        .where(in_chosen_estate(Incident.estate_id))
    )


def get_incident(incident_id: int) -> Incident:
    """With place and category. 404 outside the person's estates."""
    found = select(Incident).where(Incident.id == incident_id, within(Incident.estate_id))
    category = joinedload(Incident.category).joinedload(RepairCategory.parent)
    whole = found.options(joinedload(Incident.estate), joinedload(Incident.building), category)
    return session().scalars(whole).one_or_none() or abort(404)


def callers_of(incident_id: int) -> Sequence[IncidentCaller]:
    """With their units; whoever waits for word first."""
    found = select(IncidentCaller).where(IncidentCaller.incident_id == incident_id)
    waits = IncidentCaller.wants_word & IncidentCaller.told_at.is_(None)
    return session().scalars(found.options(joinedload(IncidentCaller.unit)).order_by(~waits, IncidentCaller.id)).all()


def get_caller(incident: Incident, caller_id: int) -> IncidentCaller:
    """404 when it is no caller of this incident."""
    found = select(IncidentCaller).filter_by(id=caller_id, incident_id=incident.id)
    return session().scalars(found.options(joinedload(IncidentCaller.unit))).one_or_none() or abort(404)


def open_here(estate_id: int, building_id: int | None) -> Sequence[Incident]:
    """What is going on that touches the building, the newest first; without one, anywhere in the estate."""
    here = select(Incident).where(OPEN, Incident.estate_id == estate_id, within(Incident.estate_id))
    if building_id is not None:
        here = here.where(or_(Incident.building_id.is_(None), Incident.building_id == building_id))
    whole = here.options(joinedload(Incident.estate), joinedload(Incident.building))
    return session().scalars(whole.order_by(Incident.began_at.desc(), Incident.id.desc())).all()


def get_building_called(estate_id: int, number: str) -> Building:
    """As somebody types it: 3, 3栋, 3号楼. Raises `DomainError` when the estate has none."""
    bare = number.strip().removesuffix("号楼").removesuffix("栋").removesuffix("幢").strip()
    found = select(Building).where(Building.estate_id == estate_id, within(Building.estate_id))
    if building := session().scalars(found.where(Building.number == bare)).one_or_none():
        return building
    raise DomainError(_("There is no building %(number)s in this estate.", number=number))
