"""A move-in begins: one under way for a customer and unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.moves.moving_in.events import MoveInStarted
from crm.moves.moving_in.models import ROLES, MoveIn, MoveInState
from crm.moves.moving_in.queries import find_under_way
from crm.moves.moving_in.service.steps import STEPS, Said, subjects
from crm.moves.numbers import numbered
from crm.properties.models import Unit
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from crm.tenants.queries import in_file

SERIES, LETTERS = "入住", "RZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`starts_on`: from which day the customer has the unit."""

    role: OccupancyRole
    starts_on: date
    key: str | None = None


def start(unit: Unit, customer: Customer, wanted: Wanted) -> MoveIn:
    """Entered once however often the form is sent. Raises `DomainError` while another one is under way."""
    if unit.estate_id != customer.estate_id:
        raise DomainError(_("The unit and the customer belong to different estates."))
    if wanted.role not in ROLES:
        raise DomainError(_("Choose as what the customer moves in."))
    session().execute(select(Unit.id).where(Unit.id == unit.id).with_for_update(key_share=True))  # one after the other
    standing = session().scalars(select(MoveIn).filter_by(key=wanted.key)).one_or_none() if wanted.key else None
    if standing and (standing.unit_id, standing.customer_id) != (unit.id, customer.id):
        raise UsedElsewhere
    if standing:
        return standing
    if other := find_under_way(unit.id, customer.id):
        raise DomainError(_("A move-in of this customer is under way: %(number)s.", number=other.number))
    made = _made(unit, customer, wanted)
    session().add(made)
    session().flush()
    STEPS.follow(made, "start", None, Said(note=wanted.role.value, at=made.started_at))
    record(MoveInStarted(role=made.role.value, starts_on=made.starts_on, **subjects(made)))
    return made


def _made(unit: Unit, customer: Customer, wanted: Wanted) -> MoveIn:
    tie = _present_tie(unit, customer, wanted.role)
    return MoveIn(
        state=MoveInState.started,
        key=wanted.key,
        estate_id=unit.estate_id,
        unit_id=unit.id,
        customer_id=customer.id,
        role=wanted.role,
        starts_on=tie.starts if tie and tie.starts else wanted.starts_on,
        occupancy_id=tie.id if tie else None,
        started_by_id=g.actor.user_id,
        started_by=g.actor.name,
        started_at=utc_now(),
        **numbered(SERIES, LETTERS),
    )


def _present_tie(unit: Unit, customer: Customer, role: OccupancyRole) -> Occupancy | None:
    """Entered before anybody thought of a move-in: the customer was registered with the unit."""
    mine = select(Occupancy).where(Occupancy.unit_id == unit.id, in_file(Occupancy.customer_id, customer.id))
    live = mine.where(Occupancy.role == role, Occupancy.ends.is_(None))
    return session().scalars(live.order_by(Occupancy.id.desc()).limit(1)).one_or_none()
