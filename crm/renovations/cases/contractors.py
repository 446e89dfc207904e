"""Who builds: each firm as it was written, with what it built and how many violations were noted meanwhile."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Select, and_, cast, func, or_, select

from crm.properties.queries import in_chosen_estate
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import KIND, OPEN
from crm.violations.cases.models import Violation, ViolationState


def contractors() -> Select[*tuple[Any, ...]]:
    """Of the chosen estates. A violation in the unit counts from the application until the renovation was closed."""
    meanwhile = and_(
        Violation.unit_id == Renovation.unit_id,
        Violation.noted_at >= Renovation.applied_at,
        or_(Renovation.closed_at.is_(None), Violation.noted_at <= Renovation.closed_at),
    )
    noted = and_(Violation.about_kind == KIND, Violation.about_id == Renovation.id)
    found = select(func.count(Violation.id)).where(or_(meanwhile, noted), Violation.state != ViolationState.dropped)
    return (
        select(
            Renovation.contractor,
            func.max(Renovation.contractor_licence).label("licence"),
            func.count(Renovation.id).label("renovations"),
            func.count(Renovation.id).filter(OPEN).label("open"),
            cast(func.sum(found.correlate(Renovation).scalar_subquery()), Integer).label("violations"),
            func.max(Renovation.applied_at).label("last_on"),
        )
        .where(Renovation.contractor != "", in_chosen_estate(Renovation.estate_id))
        .group_by(Renovation.contractor)
    )
