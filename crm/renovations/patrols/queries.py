"""Plans and patrols inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import actor, within
from crm.auth.models import User
from crm.db import session
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import buildings_named, in_chosen_estate
from crm.renovations.cases.models import BUILT, ON_SITE, Renovation
from crm.renovations.cases.queries import IS_ON_SITE
from crm.renovations.patrols.models import (
    RenovationPatrol,
    RenovationPatrolPhoto,
    RenovationPatrolPlan,
)
from crm.tenants.models import Customer
from crm.tenants.queries import File
from crm.violations.cases.models import Violation

PATROL = "patrol"  # as violations name what they come from
LOG = "renovation_patrols"  # the paper, as it is filed
PATROLLED = (*ON_SITE, *BUILT)  # there is something to look at
MOST_DUE = 200
Plan = RenovationPatrolPlan
KEPT = aliased(Customer)  # whose file it is today
IS_DUE = and_(Plan.next_on.is_not(None), IS_ON_SITE)
DUE_COLUMNS = (
    Renovation.id,
    Renovation.number,
    Renovation.state,
    Renovation.description,
    Renovation.contractor,
    Renovation.contractor_lead,
    Renovation.valid_to,
    Renovation.estate_id,
    Plan.id.label("plan_id"),
    Plan.version,
    Plan.every,
    Plan.next_on,
    Plan.patroller_id,
    User.full_name.label("patroller"),
    KEPT.name.label("customer"),
    Unit.label.label("unit"),
    Building.number.label("building"),
    Estate.name.label("estate"),
)


# Plans


def find_plan(renovation_id: int) -> RenovationPatrolPlan | None:
    found = select(Plan).where(Plan.renovation_id == renovation_id).options(joinedload(Plan.patroller))
    return session().scalars(found).one_or_none()


def get_plan(renovation_id: int) -> RenovationPatrolPlan:
    """Of a renovation in the person's estates."""
    found = select(Plan).where(Plan.renovation_id == renovation_id, within(Plan.estate_id))
    return session().scalars(found.options(joinedload(Plan.patroller))).one_or_none() or abort(404)


def due(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Renovations that are looked into, with the next day; in the chosen estates, or in `scope`."""
    return (
        select(*DUE_COLUMNS)
        .select_from(Plan)
        .join(Renovation, Renovation.id == Plan.renovation_id)
        .outerjoin(User, User.id == Plan.patroller_id)
        .outerjoin(Estate, Estate.id == Plan.estate_id)
        .outerjoin(Unit, Unit.id == Renovation.unit_id)
        .outerjoin(Building, Building.id == Plan.building_id)
        .outerjoin(File, File.id == Renovation.customer_id)
        .outerjoin(KEPT, KEPT.id == File.kept_id)
        .where(IS_DUE, in_chosen_estate(Plan.estate_id) if scope is None else scope)
    )


def every_due() -> Select[int]:
    """What `due` has, to count."""
    found = select(Plan.id).join(Renovation, Renovation.id == Plan.renovation_id)
    return found.where(IS_DUE, in_chosen_estate(Plan.estate_id))


def on_the_way(until: date | None, building_id: int | None) -> Sequence[Any]:
    """The acting person's own and those that are open, in the order of a walk: by building and unit."""
    found = due().where(or_(Plan.patroller_id.is_(None), Plan.patroller_id == actor().user_id))
    if until is not None:
        found = found.where(Plan.next_on <= until)
    if building_id is not None:
        found = found.where(Plan.building_id == building_id)
    route = found.order_by(Estate.name, Building.sort_key, Unit.sort_key, Renovation.id)
    return session().execute(route.limit(MOST_DUE)).all()


def due_counts(day: date) -> tuple[int, int]:
    """Of the chosen estates: patrols due on that day, overdue by then."""
    columns = func.sum(case((Plan.next_on == day, 1), else_=0)), func.sum(case((Plan.next_on < day, 1), else_=0))
    found = select(*columns).select_from(Plan).join(Renovation, Renovation.id == Plan.renovation_id)
    today, overdue = session().execute(found.where(IS_DUE, in_chosen_estate(Plan.estate_id))).one()
    return today or 0, overdue or 0


def buildings_due() -> dict[int, str]:
    """Where somebody is to go: building id -> estate and number."""
    there = select(Plan.building_id).join(Renovation, Renovation.id == Plan.renovation_id)
    return buildings_named(there.where(IS_DUE, in_chosen_estate(Plan.estate_id)))


def without_plan() -> Sequence[Renovation]:
    """With a live permit and no plan: of every estate, for the clock."""
    planned = exists().where(Plan.renovation_id == Renovation.id)
    found = select(Renovation).where(IS_ON_SITE, ~planned).order_by(Renovation.id)
    return session().scalars(found).all()


def left_behind() -> Sequence[RenovationPatrolPlan]:
    """Plans of renovations where nobody works any more: of every estate, for the clock."""
    found = select(Plan).join(Renovation, Renovation.id == Plan.renovation_id)
    return session().scalars(found.where(Plan.next_on.is_not(None), Renovation.state.not_in(ON_SITE))).all()


# What was seen


def get_patrol(renovation_patrol_id: int) -> RenovationPatrol:
    found = select(RenovationPatrol).where(
        RenovationPatrol.id == renovation_patrol_id, within(RenovationPatrol.estate_id)
    )
    place = joinedload(RenovationPatrol.renovation).joinedload(Renovation.unit)
    return session().scalars(found.options(place, *_whole())).one_or_none() or abort(404)


def _whole() -> Sequence[Any]:
    photo = selectinload(RenovationPatrol.photos).joinedload(RenovationPatrolPhoto.upload)
    return [selectinload(RenovationPatrol.points), photo.joinedload(Upload.stored)]


def patrols_of(renovation_id: int) -> Sequence[RenovationPatrol]:
    """With points and photos, in the order in which somebody was there."""
    found = select(RenovationPatrol).where(RenovationPatrol.renovation_id == renovation_id)
    ordered = found.order_by(RenovationPatrol.patrolled_at, RenovationPatrol.id)
    return session().scalars(ordered.options(*_whole())).all()


def latest_of(renovation_id: int, most: int) -> Sequence[RenovationPatrol]:
    """With points and photos, the newest first."""
    return session().scalars(_newest(renovation_id).options(*_whole()).limit(most)).all()


def _newest(renovation_id: int) -> Select[RenovationPatrol]:
    found = select(RenovationPatrol).where(RenovationPatrol.renovation_id == renovation_id)
    return found.order_by(RenovationPatrol.patrolled_at.desc(), RenovationPatrol.id.desc())


def last_of(renovation_id: int) -> RenovationPatrol | None:
    return session().scalars(_newest(renovation_id).limit(1)).one_or_none()


def has_patrols(renovation_id: int) -> bool:
    return last_of(renovation_id) is not None


def violations_of(renovation_patrol_ids: Sequence[int]) -> dict[int, list[Violation]]:
    """What was noted on these patrols: patrol id -> violations, with their types."""
    found = select(Violation).where(Violation.about_kind == PATROL, Violation.about_id.in_(renovation_patrol_ids))
    noted: dict[int, list[Violation]] = {}
    for each in session().scalars(found.options(joinedload(Violation.type)).order_by(Violation.id)):
        noted.setdefault(each.about_id or 0, []).append(each)
    return noted


def get_photo(renovation_patrol_photo_id: int) -> RenovationPatrolPhoto:
    found = select(RenovationPatrolPhoto).join(RenovationPatrol, RenovationPatrol.id == RenovationPatrolPhoto.patrol_id)
    mine = found.where(RenovationPatrolPhoto.id == renovation_patrol_photo_id, within(RenovationPatrol.estate_id))
    whole = mine.options(joinedload(RenovationPatrolPhoto.upload).joinedload(Upload.stored))
    return session().scalars(whole).one_or_none() or abort(404)


def patrols() -> Select[*tuple[Any, ...]]:
    """The log of the chosen estates."""
    return (
        select(
            RenovationPatrol.id,
            RenovationPatrol.renovation_id,
            RenovationPatrol.patrolled_at,
            RenovationPatrol.patrolled_by,
            RenovationPatrol.due_on,
            RenovationPatrol.nobody,
            RenovationPatrol.found,
            RenovationPatrol.words,
            Renovation.number,
            KEPT.name.label("customer"),
            Unit.label.label("unit"),
            Building.number.label("building"),
            Estate.name.label("estate"),
        )
        .outerjoin(Renovation, Renovation.id == RenovationPatrol.renovation_id)
        .outerjoin(Estate, Estate.id == RenovationPatrol.estate_id)
        .outerjoin(Unit, Unit.id == Renovation.unit_id)
        .outerjoin(Building, Building.id == Renovation.building_id)
        .outerjoin(File, File.id == Renovation.customer_id)
        .outerjoin(KEPT, KEPT.id == File.kept_id)
        .where(in_chosen_estate(RenovationPatrol.estate_id))
    )


def every_patrol() -> Select[int]:
    """What `patrols` has, to count."""
    return select(RenovationPatrol.id).where(in_chosen_estate(RenovationPatrol.estate_id))


def buildings_patrolled() -> dict[int, str]:
    """Where somebody was: building id -> estate and number."""
    there = select(Renovation.building_id).join(RenovationPatrol, RenovationPatrol.renovation_id == Renovation.id)
    return buildings_named(there.where(in_chosen_estate(RenovationPatrol.estate_id)))
