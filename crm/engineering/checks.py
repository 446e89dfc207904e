"""What the filing review asks about section 12: is there what was built, and does it lie in the dossier (P-16)?"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, and_, cast, exists, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.dates import beginning_of
from crm.engineering.drawings.models import Drawing, DrawingVersion
from crm.engineering.drawings.queries import BUILT, COUNTS, FILED_WITHIN, IS_CURRENT
from crm.engineering.filed import DRAWING
from crm.properties.models import Unit, UnitUse
from crm.tenants.models import Occupancy
from crm.tenants.quality.settled import NAMES
from crm.tenants.queries import File, lasts_on, of_dossiers
from crm.tenants.unfiled import lies_in_theirs

Beside = aliased(Unit)


def _held(day: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Each unit of whoever the deed or the contract names."""
    held = and_(Occupancy.customer_id == File.id, Occupancy.role.in_(NAMES), lasts_on(Occupancy, day))
    return of_dossiers(*columns).join(Occupancy, held).join(Unit, Unit.id == Occupancy.unit_id)


def _unbuilt(day: date) -> Select[*tuple[Any, ...]]:
    """Asked where drawings of units are kept: in a building of which nobody has any, none is missed. A drawing of the
    building, such as its standard floor, says how its units were built."""
    found = _held(day, *finding(key=cast(Unit.id, String), about_id=Unit.id, detail=Unit.label))
    own = or_(Drawing.unit_id == Unit.id, and_(Drawing.unit_id.is_(None), Drawing.building_id == Unit.building_id))
    beside = _built().join(Beside, Beside.id == Drawing.unit_id).where(Beside.building_id == Unit.building_id)
    handed_over = and_(Unit.use != UnitUse.parking, Unit.handover_on <= day)
    return found.where(handed_over, exists(beside.correlate(Unit)), ~exists(_built().where(own).correlate(Unit)))


def _built() -> Select[int]:
    """Drawings with a version that counts."""
    found = select(Drawing.id).join(DrawingVersion, DrawingVersion.drawing_id == Drawing.id)
    return found.where(Drawing.kind.in_(BUILT), COUNTS)


def _unfiled(day: date) -> Select[*tuple[Any, ...]]:
    """The version that counts does not lie in the dossier of everybody who has the unit."""
    told = Drawing.number + " " + DrawingVersion.rev
    found = _held(day, *finding(key=cast(DrawingVersion.id, String), about_id=Drawing.id, detail=told))
    drawn = found.join(Drawing, Drawing.unit_id == Unit.id)
    current = drawn.join(DrawingVersion, IS_CURRENT)
    since = DrawingVersion.added_at < beginning_of(day) - FILED_WITHIN
    return current.where(since, ~lies_in_theirs(DRAWING, DrawingVersion.id))


def _unit(where: Where) -> str:
    return url_for("unit_files.show", unit_id=where.about_id)


def _drawing(where: Where) -> str:
    return url_for("drawings.show", drawing_id=where.about_id)


CHECKS = (
    Check(
        kind="as_built_missing",
        title=_l("The unit was handed over, and no as-built drawing is there"),
        advice=_l("Ask the builder for it, and enter it in the engineering file."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.dispatcher,
        find=_unbuilt,
        page=_unit,
    ),
    Check(
        kind="drawing_unfiled",
        title=_l("A drawing that counts does not lie in the dossier"),
        advice=_l("File it; where that was done, have the background work that failed done again."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.archivist,
        find=_unfiled,
        page=_drawing,
    ),
)
