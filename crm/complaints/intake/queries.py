"""What a complaint can be about, and what is under way already where one is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, or_, select

from crm.auth.actor import within
from crm.auth.models import User, UserEstate
from crm.calls.places import Spot
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.queries import IS_OURS, cases, complained_by
from crm.db import session

SHOWN = 6


def people(estate_ids: Sequence[int]) -> dict[str, str]:
    """Everybody at work in one of the estates, whom somebody may complain about."""
    there = select(UserEstate.user_id).where(UserEstate.estate_id.in_(estate_ids))
    found = select(User.id, User.full_name).where(User.active, or_(User.all_estates, User.id.in_(there)))
    return {str(key): name for key, name in session().execute(found.order_by(User.full_name, User.id))}


def under_way(spot: Spot, customer_id: int | None, category_id: int | None) -> Sequence[Any]:
    """Cases of the place or of the customer, and of the same category in the building; these first.

    `own`: the customer is among the callers; where nobody is named by now, nothing says whose it is. `here`: it is the
    very place.
    """
    own = complained_by(customer_id) if customer_id else literal(value=False)
    here = _here(spot)
    same = Complaint.category_id == category_id
    mine = within(Complaint.estate_id) & (Complaint.estate_id == spot.estate_id)
    found = (
        cases(mine)
        .where(IS_OURS, or_(own, here, same & _nearby(spot)))
        .add_columns(own.label("own"), here.label("here"))
    )
    return session().execute(found.order_by(same.desc(), here.desc(), Complaint.id.desc()).limit(SHOWN)).all()


def _nearby(spot: Spot) -> Any:
    """In the same building; where no place is named, of no place either."""
    if spot.unit is None and spot.area is None:
        return Complaint.unit_id.is_(None) & Complaint.public_area_id.is_(None)
    building_id = spot.unit.building_id if spot.unit else None
    return Complaint.building_id == building_id if building_id else literal(value=False)


def _here(spot: Spot) -> Any:
    if spot.area:
        return Complaint.public_area_id == spot.area.id
    return Complaint.unit_id == spot.unit.id if spot.unit else literal(value=False)
