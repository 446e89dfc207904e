"""Who moves in, from when, under which lease: facts go into the customer's file by its own verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import differences, record
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.moves.moving_in.events import MoveInStaffAdded, MoveInTermsSet
from crm.moves.moving_in.models import MoveIn
from crm.moves.moving_in.queries import people_of
from crm.moves.moving_in.service.steps import STEPS, hold_open, subjects
from crm.moves.moving_in.staff import Person
from crm.properties.models import Unit
from crm.properties.service import change_units
from crm.tenants import facts
from crm.tenants import service as tenants
from crm.tenants.models import Customer, CustomerKind, FactField, Source, SupplementKind
from crm.tenants.queries import get_customer

LONGEST_AHEAD = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`handover_on`: when the builder handed the unit over, where nobody knew it yet."""

    starts_on: date
    lease_from: date | None = None
    lease_until: date | None = None
    licence_until: date | None = None
    handover_on: date | None = None


def set_terms(move_in: MoveIn, terms: Terms, numbers: Mapping[FactField, Any]) -> None:
    """The day, with it the tie to the unit; lease, licence; numbers of the customer that are new in the file."""
    if fault := _fault(move_in, terms):
        raise DomainError(fault)
    STEPS.hold_unchanged(move_in)
    STEPS.expect(move_in, "work")
    _supplement(move_in, numbers)
    values = {name: getattr(terms, name) for name in ("starts_on", "lease_from", "lease_until", "licence_until")}
    changes = differences(move_in, values)
    for name, value in values.items():
        setattr(move_in, name, value)
    _hand_over(move_in.unit, terms.handover_on)
    _settle_in(move_in)
    session().flush()
    if changes:
        record(MoveInTermsSet(changes=changes, **subjects(move_in)))


def _fault(move_in: MoveIn, terms: Terms) -> str:
    if move_in.occupancy_id and terms.starts_on != move_in.starts_on:
        return _("The customer has the unit from %(day)s already: that day stays.", day=move_in.starts_on.isoformat())
    if terms.starts_on > business_day() + LONGEST_AHEAD:
        return _("The day lies too far ahead.")
    if terms.lease_from and terms.lease_until and terms.lease_until < terms.lease_from:
        return _("The lease ends before it begins.")
    if terms.handover_on and terms.handover_on > business_day():
        return _("The unit's handover lies ahead: write the day when it happened.")
    return ""


def _supplement(move_in: MoveIn, numbers: Mapping[FactField, Any]) -> None:
    """资料补充, where anything differs from the file."""
    customer = get_customer(move_in.customer_id, Customer.facts)
    new = {field: value for field, value in numbers.items() if value and facts.differs(customer, field, value)}
    if not new:
        return
    tenants.supplement(
        customer,
        SupplementKind.correction,
        business_day(),
        new,
        source=Source.move_in,
        confirmed_by=customer.name,
        reason=move_in.number,
    )


def _hand_over(unit: Unit, day: date | None) -> None:
    if day and unit.handover_on is None:
        change_units([unit.id], "handover_on", day)
        session().refresh(unit)


def _settle_in(move_in: MoveIn) -> None:
    """The tie to the unit begins, once."""
    if move_in.occupancy_id:
        return
    customer = get_customer(move_in.customer_id)
    tie = tenants.begin_occupancy(customer, move_in.unit, move_in.role, move_in.starts_on, source=Source.move_in)
    move_in.occupancy_id, move_in.occupancy_begun = tie.id, True


def add_staff(move_in: MoveIn, staff: Sequence[Person]) -> int:
    """Who stands in the file already is left out; how many are new."""
    hold_open(move_in)
    customer = get_customer(move_in.customer_id)
    if customer.kind is not CustomerKind.company:
        raise DomainError(_("Only a company has staff: add the people of the household in the file."))
    known = {(each.name, each.phone) for each in people_of(customer.id, business_day())}
    fresh = [each for each in dict.fromkeys(staff) if (each.name, each.phone) not in known]
    for person in fresh:
        tenants.add_member(customer, name=person.name, role=person.role, phone=person.phone)
    if fresh:
        record(MoveInStaffAdded(people=len(fresh), **subjects(move_in)))
    return len(fresh)
