"""Lists and look-ups of calls, kept inside the acting person's estates; and whose number it is that calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort
from flask_babel import LazyString
from sqlalchemy import ColumnElement, Select, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.auth.models import User, UserEstate, UserRole
from crm.auth.permissions import ROLES, Permission
from crm.calls.models import Call, CallState
from crm.calls.numbers import AREA_CODES, area_code, candidates
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate, visible_estates
from crm.tenants.models import ROLE_TITLES, Customer, EmergencyContact, Member, Occupancy, Phone
from crm.tenants.queries import File, in_file, lasts_on

ANSWERING = [role for role, permissions in ROLES.items() if Permission.call_log in permissions]
MOST_OWNERS = 500  # of one number: more is a filler, and no page to look through
Owner = aliased(User)  # who follows it up
OPEN = Call.state == CallState.open


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOwner:
    """Somebody reached by the number: a customer, or by way of somebody of the household."""

    id: int
    name: str
    estate_id: int
    estate: str
    by_way_of: str  # a member or emergency contact; "" for the customer's own number
    units: list[tuple[str, LazyString]]  # label and role of today's


def calls(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each call with whose it is today, the unit and who follows it up; in the chosen estates, or in `scope`."""
    return (
        select(
            Call.id,
            Call.started_at,
            Call.direction,
            Call.caller,
            Call.digits,
            Call.reason,
            Call.outcome,
            Call.note,
            Call.taken_by,
            Call.state,
            Call.follow_up,
            Call.due_at,
            Customer.id.label("customer_id"),
            Customer.name.label("customer"),
            Unit.label.label("unit"),
            Estate.name.label("estate"),
            Owner.full_name.label("owner"),
        )
        .join(Estate, Estate.id == Call.estate_id)
        .outerjoin(File, File.id == Call.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .outerjoin(Unit, Unit.id == Call.unit_id)
        .outerjoin(Owner, Owner.id == Call.owner_id)
        .where(in_chosen_estate(Call.estate_id) if scope is None else scope)
    )


def get_call(call_id: int) -> Call:
    """With its notes. 404 outside the person's estates."""
    found = select(Call).where(Call.id == call_id, within(Call.estate_id))
    whole = found.options(
        joinedload(Call.estate), joinedload(Call.unit), joinedload(Call.owner), joinedload(Call.notes)
    )
    return session().scalars(whole).unique().one_or_none() or abort(404)


def to_follow_up(limit: int) -> Sequence[Any]:
    """What is open, the most urgent first."""
    return session().execute(calls().where(OPEN).order_by(Call.due_at, Call.id).limit(limit)).all()


def latest_of(kind: str, object_id: int, limit: int) -> Sequence[Any]:
    """Calls of a customer's whole file or of a unit: open follow-ups first, then the newest."""
    about = in_file(Call.customer_id, object_id) if kind == "customer" else Call.unit_id == object_id
    urgency = case((OPEN, Call.due_at))
    first = (~OPEN, urgency, Call.started_at.desc(), Call.id.desc())
    return session().execute(calls(within(Call.estate_id)).where(about).order_by(*first).limit(limit)).all()


def counts(since: datetime, now: datetime) -> Any:
    """Of the chosen estates: calls since then, follow-ups open, and those among them that are overdue."""
    taken = select(func.count(Call.id)).where(Call.started_at >= since)
    waiting = select(func.count(Call.id)).where(OPEN)
    late = waiting.where(Call.due_at < now)
    scoped = [each.where(in_chosen_estate(Call.estate_id)).scalar_subquery() for each in (taken, waiting, late)]
    return session().execute(select(*scoped)).one()


def answering(estate_ids: Sequence[int]) -> dict[int, str]:
    """Who may take calls in one of the estates: user id -> name."""
    sees = exists().where(UserEstate.user_id == User.id, UserEstate.estate_id.in_(estate_ids))
    takes = exists().where(UserRole.user_id == User.id, UserRole.role.in_(ANSWERING))
    found = select(User.id, User.full_name).where(User.active, takes, or_(User.all_estates, sees))
    return {row.id: row.full_name for row in session().execute(found.order_by(User.full_name))}


def owners_of_number(text: str) -> tuple[list[NumberOwner], list[str]]:
    """Who has the number that calls, in the person's estates; and what it may be, the likeliest first.

    Only those under the likeliest number that anybody has: the others were guesses.
    """
    numbers = candidates(text, _nearby())
    rows = session().execute(_holders(numbers)).all() if numbers else []
    if not rows:
        return [], numbers
    best = min((row.digits for row in rows), key=numbers.index)
    persons: dict[int, str] = {}
    for row in sorted((row for row in rows if row.digits == best), key=lambda row: row.person):
        persons.setdefault(row.customer_id, row.person)
    return _named(persons), numbers[numbers.index(best) :]


def _nearby() -> Sequence[str]:
    """Area codes that callers leave out: those of the estates' own telephones, any when none is known."""
    return sorted(filter(None, {area_code(estate.phone) for estate in visible_estates()})) or AREA_CODES


def _holders(numbers: Sequence[str]) -> Any:
    """(customer, number, person): the person is "" where the number is the customer's own."""
    day, parts = business_day(), []
    for part, digits, person in (
        (Phone, Phone.digits, literal("")),
        (Member, Member.phone, Member.name),
        (EmergencyContact, EmergencyContact.phone, EmergencyContact.name),
    ):
        held = select(Customer.kept_id.label("customer_id"), digits.label("digits"), person.label("person"))
        joined = held.join(Customer, Customer.id == part.customer_id)
        parts.append(joined.where(digits.in_(numbers), lasts_on(part, day), within(Customer.estate_id)))
    return union_all(*parts)


def _named(persons: dict[int, str]) -> list[NumberOwner]:
    listed = select(Customer.id, Customer.name, Customer.estate_id, Estate.name.label("estate")).join(Estate)
    chosen = listed.where(Customer.id.in_(persons)).order_by(Customer.name, Customer.id).limit(MOST_OWNERS)
    rows = session().execute(chosen).all()
    units = units_of([row.id for row in rows])
    return [
        NumberOwner(
            id=row.id,
            name=row.name,
            estate_id=row.estate_id,
            estate=row.estate,
            by_way_of=persons[row.id],
            units=units.get(row.id, []),
        )
        for row in rows
    ]


def units_of(customer_ids: Sequence[int]) -> dict[int, list[tuple[str, LazyString]]]:
    lived_in = (
        select(Customer.kept_id, Unit.label, Occupancy.role)
        .join(Occupancy, Occupancy.customer_id == Customer.id)
        .join(Unit, Unit.id == Occupancy.unit_id)
        .where(or_(Customer.id.in_(customer_ids), Customer.merged_into_id.in_(customer_ids)))
        .where(lasts_on(Occupancy, business_day()))
        .order_by(Unit.sort_key)
    )
    found: dict[int, list[tuple[str, LazyString]]] = {}
    for customer_id, label, role in session().execute(lived_in):
        found.setdefault(customer_id, []).append((label, ROLE_TITLES[role]))
    return found
