"""准确: who has a unit, and what the unit says of itself. Clauses P-03, P-05.

What two customers' files say together stands as a finding in both: either of them may be the wrong one.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.checking import Measure, finding
from crm.auth.permissions import RoleName
from crm.properties.models import Unit, UnitStatus, UnitUse
from crm.tenants.checks.asking import check, of_parts, tab, unit_form, unit_page
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from crm.tenants.quality.settled import OWNERS
from crm.tenants.queries import lasts_on

WHOLE = Decimal(100)  # per cent
OTHERS = (OccupancyRole.tenant, OccupancyRole.user, OccupancyRole.family)
SOLD = (UnitUse.home, UnitUse.shop)  # offices and dormitories may be the company's own, to let
Beside, Neighbour = aliased(Occupancy), aliased(Customer)


def _ties(day: date) -> Select[*tuple[Any, ...]]:
    """Each of a customer's units today."""
    columns = finding(key=cast(Unit.id, String), about_id=Unit.id, detail=Unit.label)
    return of_parts(Occupancy, day, *columns).join(Unit, Unit.id == Occupancy.unit_id)


def _beside(day: date) -> Select[*tuple[Any, ...]]:
    """With everything else that ties somebody to the same unit today; `Neighbour` is whose file that is."""
    together = and_(Beside.unit_id == Occupancy.unit_id, Beside.id != Occupancy.id, lasts_on(Beside, day))
    return _ties(day).join(Beside, together).join(Neighbour, Neighbour.id == Beside.customer_id)


def _overlap(day: date) -> Select[*tuple[Any, ...]]:
    """Two who own the whole, or one entered twice. What came together by a merge is one customer and stays."""
    owners = and_(Occupancy.role == OccupancyRole.owner, Beside.role == OccupancyRole.owner)
    two = and_(owners, _whole(Occupancy), _whole(Beside), Neighbour.kept_id != Customer.id)
    twice = and_(Beside.role == Occupancy.role, Beside.customer_id == Occupancy.customer_id)
    return _beside(day).where(or_(two, twice))


def _whole(tie: Any) -> ColumnElement[bool]:
    owned: ColumnElement[bool] = or_(tie.share.is_(None), tie.share >= WHOLE)
    return owned


def _contradiction(day: date) -> Select[*tuple[Any, ...]]:
    """Nobody rents from oneself."""
    both = and_(Occupancy.role.in_(OWNERS), Beside.role == OccupancyRole.tenant, Neighbour.kept_id == Customer.id)
    return _beside(day).where(both)


def _shares(day: date) -> Select[*tuple[Any, ...]]:
    """Spouses who own together have none: then nothing is asked."""
    owned = and_(Beside.unit_id == Unit.id, Beside.role.in_(OWNERS), lasts_on(Beside, day))
    total = select(func.sum(Beside.share)).where(owned).correlate(Unit).scalar_subquery()
    return _ties(day).where(Occupancy.role.in_(OWNERS), total != WHOLE)


def _no_owner(day: date) -> Select[*tuple[Any, ...]]:
    """Unsold ones are the builder's, those with a rent are let by the company itself."""
    owned = and_(Beside.unit_id == Unit.id, Beside.role.in_(OWNERS), lasts_on(Beside, day))
    sold = and_(Unit.use.in_(SOLD), Unit.status != UnitStatus.unsold, Unit.rent.is_(None))
    return _ties(day).where(Occupancy.role.in_(OTHERS), sold, ~exists().where(owned).correlate(Unit))


def _areas(day: date) -> Select[*tuple[Any, ...]]:
    return _ties(day).where(Unit.inner_area > Unit.built_area)


def _status(day: date) -> Select[*tuple[Any, ...]]:
    """Vacant with a tenant in it, or let and no tenant is known."""
    let = and_(Beside.unit_id == Unit.id, Beside.role.in_(OTHERS), lasts_on(Beside, day))
    vacant = and_(Unit.status == UnitStatus.vacant, Occupancy.role == OccupancyRole.tenant)
    unknown = and_(Unit.status == UnitStatus.let, ~exists().where(let).correlate(Unit))
    return _ties(day).where(or_(vacant, unknown))


_asked = partial(check, measure=Measure.accurate, page=unit_page)

CHECKS = (
    _asked(
        "occupancies_overlap",
        title=_l("Two own the whole unit, or one is entered twice"),
        advice=_l("Find out who owns it. End the wrong entry, or enter the shares."),
        find=_overlap,
    ),
    _asked(
        "roles_contradict",
        title=_l("The customer is owner and tenant of one unit"),
        advice=_l("End the entry that is wrong."),
        find=_contradiction,
        page=tab("people"),
    ),
    _asked(
        "shares_wrong",
        title=_l("The owners' shares do not come to the whole"),
        advice=_l("Compare them with the deed. End the wrong entry and enter it anew."),
        find=_shares,
    ),
    _asked(
        "unit_without_owner",
        title=_l("Somebody lives there, and no owner is known"),
        advice=_l("Ask who owns the unit, and register them."),
        find=_no_owner,
    ),
    _asked(
        "areas_disagree",
        title=_l("The inner area is larger than the gross area"),
        advice=_l("Compare both with the deed, and put the unit right."),
        role=RoleName.desk_supervisor,
        find=_areas,
        page=unit_form,
    ),
    _asked(
        "unit_status_disagrees",
        title=_l("The unit's state does not fit those who are there"),
        advice=_l("Put the unit's state right, or register the tenant."),
        role=RoleName.desk_supervisor,
        find=_status,
        page=unit_form,
    ),
)
