"""Renovations inside the acting person's estates: one whole, lists, what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import within
from crm.db import session
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import buildings_named, in_chosen_estate
from crm.renovations.cases.models import ENDED, ON_SITE, Renovation, RenovationDoing
from crm.renovations.works.models import RenovationWork
from crm.tenants.models import Customer
from crm.tenants.queries import File

KIND = "renovation"  # as letters, violations and papers name what they are about
# written out, as the indexes of open ones have it: no engine uses them for values that it cannot see
OPEN = Renovation.state.not_in(bindparam("ended", ENDED, expanding=True, literal_execute=True))
IS_ON_SITE = Renovation.state.in_(bindparam("on_site", ON_SITE, expanding=True, literal_execute=True))
KEPT = aliased(Customer)  # whose file it is today
COLUMNS = (
    Renovation.id,
    Renovation.number,
    Renovation.version,
    Renovation.state,
    Renovation.estate_id,
    Renovation.unit_id,
    Renovation.description,
    Renovation.contractor,
    Renovation.contractor_lead,
    Renovation.starts_on,
    Renovation.ends_on,
    Renovation.deposit_asked,
    Renovation.deposit_id,
    Renovation.permit_number,
    Renovation.valid_from,
    Renovation.valid_to,
    Renovation.begun_on,
    Renovation.done_on,
    Renovation.first_passed_on,
    Renovation.second_due_on,
    Renovation.applied_at,
    Renovation.applied_by,
    Renovation.permitted_at,
    KEPT.id.label("customer_id"),
    KEPT.name.label("customer"),
    Unit.label.label("unit"),
    Building.number.label("building"),
    Estate.name.label("estate"),
)
PARTS = (
    Renovation.estate,
    Renovation.building,
    Renovation.unit,
    Renovation.customer,
    Renovation.deposit,
    Renovation.agreement,
)


def get_renovation(renovation_id: int) -> Renovation:
    """With what its page shows; 404 outside the person's estates, as every `get_` here does."""
    found = select(Renovation).where(Renovation.id == renovation_id, within(Renovation.estate_id))
    whole = [joinedload(part) for part in PARTS]
    works = selectinload(Renovation.works).joinedload(RenovationWork.parent)
    return session().scalars(found.options(*whole, works)).one_or_none() or abort(404)


def renovations(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with its unit and whose it is today; in the chosen estates, or in `scope`.

    Outer joins throughout: the renovations are what an engine begins with, and what a count needs nothing else of.
    """
    return (
        select(*COLUMNS)
        .outerjoin(Estate, Estate.id == Renovation.estate_id)
        .outerjoin(File, File.id == Renovation.customer_id)
        .outerjoin(KEPT, KEPT.id == File.kept_id)
        .outerjoin(Unit, Unit.id == Renovation.unit_id)
        .outerjoin(Building, Building.id == Renovation.building_id)
        .where(in_chosen_estate(Renovation.estate_id) if scope is None else scope)
    )


def every_renovation() -> Select[int]:
    """What `renovations` has, to count."""
    return select(Renovation.id).where(in_chosen_estate(Renovation.estate_id))


def open_in(unit_id: int) -> Sequence[Renovation]:
    """Those of the unit that are not over, the oldest first."""
    found = select(Renovation).where(OPEN, Renovation.unit_id == unit_id)
    return session().scalars(found.order_by(Renovation.id)).all()


def on_site_in(unit_id: int) -> Sequence[Renovation]:
    """Those of the unit with a permit that is live."""
    found = select(Renovation).where(IS_ON_SITE, Renovation.unit_id == unit_id)
    return session().scalars(found.order_by(Renovation.id)).all()


def works_of(renovation_ids: Sequence[int]) -> dict[int, list[RenovationWork]]:
    """What is done there, in the tree's order."""
    found = select(RenovationDoing.renovation_id, RenovationWork).join(
        RenovationWork, RenovationWork.id == RenovationDoing.work_id
    )
    mine = found.where(RenovationDoing.renovation_id.in_(renovation_ids))
    works: dict[int, list[RenovationWork]] = {}
    for renovation_id, work in session().execute(mine.order_by(RenovationWork.position, RenovationWork.id)):
        works.setdefault(renovation_id, []).append(work)
    return works


def buildings(condition: ColumnElement[bool]) -> dict[int, str]:
    """Where these renovations are: building id -> estate and number."""
    return buildings_named(select(Renovation.building_id).where(condition, in_chosen_estate(Renovation.estate_id)))


def find_called(number: str) -> int | None:
    """The id of the renovation with this number, its own or its permit's, in the person's estates."""
    wanted = number.strip().upper()
    named = (Renovation.number == wanted) | (Renovation.permit_number == wanted)
    return session().scalars(select(Renovation.id).where(named, within(Renovation.estate_id))).first()


def expiring(until: date) -> ColumnElement[bool]:
    """The permit is live and ends by that day, or has ended."""
    return IS_ON_SITE & (Renovation.valid_to <= until)


def counts(*conditions: ColumnElement[bool]) -> list[int]:
    """How many of the chosen estates' renovations each condition holds for, in one statement."""
    columns = [func.count().filter(condition) for condition in conditions]
    return list(session().execute(select(*columns).where(OPEN, in_chosen_estate(Renovation.estate_id))).one())
