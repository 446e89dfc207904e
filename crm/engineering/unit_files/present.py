"""The engineering of a unit, or of a customer's units, where others show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, select

from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.engineering.drawings import queries as drawings
from crm.engineering.drawings.models import Drawing, DrawingVersion
from crm.engineering.filed import DRAWING, filed_of, lent_words
from crm.engineering.points.models import ServicePoint
from crm.engineering.points.queries import STANDS
from crm.engineering.unit_files.reports import Drawn, drawn
from crm.properties.models import Unit
from crm.properties.parts import Part
from crm.tenants.models import Customer
from crm.tenants.queries import units_of
from crm.tenants.tabs import Tab
from crm.tenants.unfiled import Unfiled


@dataclass(frozen=True, slots=True, kw_only=True)
class OfUnit:
    label: str
    url: str
    points: int
    drawings: Sequence[Drawn]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engineering:
    units: Sequence[OfUnit]
    lent = staticmethod(lent_words)


def of_unit(unit: Unit) -> Engineering:
    return _of({unit.id: unit.label})


def of_customer(customer: Customer) -> Engineering:
    return _of(units_of(customer.id, business_day()))


def _of(units: dict[int, str]) -> Engineering:
    """A fixed number of statements, however many units."""
    rows = drawings.own_of_units(list(units))
    versions = [row.version_id for some in rows.values() for row in some if row.version_id]
    archived = [each for some in filed_of(DRAWING, versions).values() for each in some] if versions else []
    counts = _points(list(units))
    return Engineering(
        units=[
            OfUnit(
                label=label,
                url=url_for("unit_files.show", unit_id=key),
                points=counts.get(key, 0),
                drawings=[drawn(row, archived) for row in rows[key]],
            )
            for key, label in units.items()
        ]
    )


def _points(unit_ids: Sequence[int]) -> dict[int, Any]:
    found = select(ServicePoint.unit_id, func.count()).where(ServicePoint.unit_id.in_(unit_ids), STANDS)
    return {row[0]: row[1] for row in session().execute(found.group_by(ServicePoint.unit_id)).all()}


def unfiled() -> Unfiled:
    """Versions that count, of units that somebody has."""
    return Unfiled(
        title=_l("Drawings"),
        condition=and_(drawings.IS_CURRENT, drawings.is_unfiled(business_day())),
        estate_id=Drawing.estate_id,
        since=DrawingVersion.added_at,
        address="/engineering/drawings/?state=unfiled",
        after=drawings.FILED_WITHIN,
    )


UNIT = Part(permission=Permission.engineering_read, section=of_unit, template="engineering/_engineering.html")
TAB = Tab(
    name="engineering",
    title=_l("Engineering file"),
    permission=Permission.engineering_read,
    section=of_customer,
    template="engineering/_engineering.html",
)
