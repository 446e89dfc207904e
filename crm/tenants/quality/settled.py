"""Whose files have to be complete: the filing review and the page 档案质量 ask the same of the same customers."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers import measures
from crm.archive.dossiers.models import Dossier
from crm.properties.models import Unit
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from crm.tenants.quality.figures import here_since
from crm.tenants.queries import has_part, lasts_on

Home = aliased(Unit)
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)
NAMES = (*OWNERS, OccupancyRole.tenant)  # whoever the contract or the deed names
ANSWERS = (OccupancyRole.owner, OccupancyRole.tenant, OccupancyRole.user)  # for whom a file speaks for itself
WHOSE = and_(Customer.id == Dossier.subject_id, Dossier.subject_kind == SUBJECT)


def is_settled(day: date, roles: tuple[OccupancyRole, ...] = ANSWERS, *where: ColumnElement[bool]) -> Any:
    """Has had a unit long enough for the file to be complete; `where`: of its `Home`."""
    since = here_since(day)
    begun = or_(Occupancy.starts.is_(None), Occupancy.starts <= since)
    bound = and_(Occupancy.role.in_(roles), begun, lasts_on(Occupancy, day))
    unit = (Occupancy.unit_id == Home.id, *where) if where else ()
    return and_(Customer.registered_on <= since, has_part(Occupancy, bound, *unit))


def _brings_documents(day: date) -> ColumnElement[bool]:
    """The file speaks for them, and they had the time: a relative stands in the household's file, and who has left is
    to have it closed."""
    brings: ColumnElement[bool] = is_settled(day, (*NAMES, OccupancyRole.user))
    return brings


def missing_documents(day: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    """As `measures.missing`, with `Customer` joined."""
    return measures.missing(*columns).join(Customer, WHOSE).where(_brings_documents(day))


def to_be_complete(day: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The living dossiers of which documents may be missing."""
    of_customers = select(*columns).select_from(Dossier).join(Customer, WHOSE)
    return of_customers.where(measures.LIVING, _brings_documents(day))
