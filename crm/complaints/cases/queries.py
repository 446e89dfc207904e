"""Complaints kept inside the acting person's estates: one whole, lists, and what hangs on one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.auth.models import Department, User
from crm.complaints.cases.models import (
    ENDED,
    OURS,
    UNREPLIED,
    Complaint,
    ComplaintCallback,
    ComplaintCaller,
    ComplaintState,
)
from crm.complaints.categories.models import ComplaintCategory
from crm.db import session
from crm.properties.models import Building, Estate, PublicArea, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer, Phone
from crm.tenants.queries import File, in_file, lasts_on

Handler, AboutPerson, Parent = aliased(User), aliased(User), aliased(ComplaintCategory)
# written out, as the indexes of open cases have it: no engine uses them for values that it cannot see
OPEN = Complaint.state.not_in(bindparam("ended_cases", ENDED, expanding=True, literal_execute=True))
IS_OURS = and_(OPEN, Complaint.state.in_(OURS))
IS_UNREPLIED = and_(OPEN, Complaint.state.in_(UNREPLIED))
TO_CALL = and_(OPEN, Complaint.state == ComplaintState.replied, Complaint.wants_callback)
COLUMNS = (
    Complaint.id,
    Complaint.number,
    Complaint.version,
    Complaint.state,
    Complaint.severity,
    Complaint.level,
    Complaint.channel,
    Complaint.about,
    Complaint.contractor,
    Complaint.words,
    Complaint.spot,
    Complaint.estate_id,
    Complaint.building_id,
    Complaint.unit_id,
    Complaint.handler_id,
    Complaint.about_department_id,
    Complaint.received_at,
    Complaint.acknowledged_at,
    Complaint.answer_due_at,
    Complaint.result_due_at,
    Complaint.replied_at,
    Complaint.reply,
    Complaint.callback_due_on,
    Complaint.satisfied,
    Complaint.reopened,
    Complaint.repeat_of_id,
    Complaint.cause,
    Complaint.outcome,
    Complaint.closed_at,
    ComplaintCategory.id.label("category_id"),
    ComplaintCategory.name.label("category"),
    Parent.name.label("group"),
    Unit.label.label("unit"),
    Building.number.label("building"),
    PublicArea.name.label("area"),
    Estate.name.label("estate"),
    Handler.full_name.label("handler"),
    AboutPerson.full_name.label("person"),
    Department.name.label("department"),
)
PARTS = (
    Complaint.estate,
    Complaint.building,
    Complaint.unit,
    Complaint.public_area,
    Complaint.about_department,
    Complaint.about_user,
    Complaint.about_customer,
    Complaint.handler,
    Complaint.repeat_of,
    Complaint.joined_to,
)


def get_case(complaint_id: int) -> Complaint:
    """With everything its page names. 404 outside the person's estates."""
    found = select(Complaint).where(Complaint.id == complaint_id, within(Complaint.estate_id))
    whole = [joinedload(part) for part in PARTS]
    whole.append(joinedload(Complaint.category).joinedload(ComplaintCategory.parent))
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def find_called(estate_id: int, number: str) -> Complaint | None:
    """The case of the estate with this number, as somebody types it."""
    wanted = select(Complaint).where(Complaint.estate_id == estate_id, within(Complaint.estate_id))
    return session().scalars(wanted.where(Complaint.number == number.strip().upper())).one_or_none()


def cases(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each case with its place, whom it is about and who has it; in the chosen estates, or in `scope`.

    Outer joins throughout: the cases are what an engine begins with, and what a count needs nothing else of. Nothing
    of the callers: an anonymous one is in no list.
    """
    return (
        select(*COLUMNS)
        .outerjoin(Estate, Estate.id == Complaint.estate_id)
        .outerjoin(ComplaintCategory, ComplaintCategory.id == Complaint.category_id)
        .outerjoin(Parent, Parent.id == ComplaintCategory.parent_id)
        .outerjoin(Unit, Unit.id == Complaint.unit_id)
        .outerjoin(Building, Building.id == Complaint.building_id)
        .outerjoin(PublicArea, PublicArea.id == Complaint.public_area_id)
        .outerjoin(Handler, Handler.id == Complaint.handler_id)
        .outerjoin(AboutPerson, AboutPerson.id == Complaint.about_user_id)
        .outerjoin(Department, Department.id == Complaint.about_department_id)
        .where(in_chosen_estate(Complaint.estate_id) if scope is None else scope)
    )


def every_case() -> Select[int]:
    """What `cases` has, to count."""
    return select(Complaint.id).where(in_chosen_estate(Complaint.estate_id))


def place_of(row: Any) -> str:
    """Where the trouble is, of a row of `cases`."""
    return " ".join(filter(None, (row.unit, row.area, row.spot))) or ""


def callers_of(complaint_id: int) -> Sequence[ComplaintCaller]:
    """With the files and units they have, in the order they came."""
    found = select(ComplaintCaller).where(ComplaintCaller.complaint_id == complaint_id).order_by(ComplaintCaller.id)
    whole = found.options(joinedload(ComplaintCaller.customer), joinedload(ComplaintCaller.unit))
    return session().scalars(whole).all()


def callbacks_of(complaint_id: int) -> Sequence[ComplaintCallback]:
    found = select(ComplaintCallback).where(ComplaintCallback.complaint_id == complaint_id)
    return session().scalars(found.order_by(ComplaintCallback.id)).all()


def get_caller(complaint_caller_id: int) -> ComplaintCaller:
    """With its case. 404 outside the person's estates."""
    found = select(ComplaintCaller).join(Complaint, Complaint.id == ComplaintCaller.complaint_id)
    mine = found.where(ComplaintCaller.id == complaint_caller_id, within(Complaint.estate_id))
    return session().scalars(mine.options(joinedload(ComplaintCaller.complaint))).one_or_none() or abort(404)


def number_of(caller: ComplaintCaller, day: date) -> str:
    """To be shown masked: "" when there is none, or nobody is named."""
    return "" if caller.anonymous else digits_of(caller, day)


def digits_of(caller: ComplaintCaller, day: date) -> str:
    """As it was said, else the first telephone in the customer's file; "" when there is none."""
    if caller.digits or caller.customer_id is None:
        return caller.digits
    held = select(Phone.digits).join(Customer, Customer.id == caller.customer_id)
    mine = held.where(in_file(Phone.customer_id, Customer.kept_id), lasts_on(Phone, day))
    return session().scalar(mine.order_by(Phone.position, Phone.id).limit(1)) or ""


def askable(caller: Any = ComplaintCaller) -> ColumnElement[bool]:
    """Of a caller, or an alias: somebody who can be called back."""
    reachable = or_(caller.customer_id.is_not(None), caller.digits != "")
    return and_(caller.wants_word, caller.anonymous.is_(False), reachable)


def askable_of(complaint_id: int) -> Sequence[ComplaintCaller]:
    return [each for each in callers_of(complaint_id) if each.can_be_asked]


def complained_by(customer_id: int) -> ColumnElement[bool]:
    """Of a case: the customer, in any of the files that are one with it, is among its named callers."""
    named = ComplaintCaller.complaint_id == Complaint.id, ComplaintCaller.anonymous.is_(False)
    return exists().where(*named, in_file(ComplaintCaller.customer_id, customer_id))


def with_tail(tail: str) -> ColumnElement[bool]:
    """Of a case: a named caller's number ends so."""
    mine = ComplaintCaller.tail == tail, ComplaintCaller.anonymous.is_(False)
    return Complaint.id.in_(select(ComplaintCaller.complaint_id).where(*mine))


def is_late(now: datetime) -> ColumnElement[bool]:
    """The promise that runs out next is over: `wording.next_due` in SQL."""
    due = case((Complaint.acknowledged_at.is_(None), Complaint.answer_due_at), else_=Complaint.result_due_at)
    return IS_UNREPLIED & (due < now)


def callers_named(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a case: `condition` holds of the file (`Customer`) or the words of one of its named callers."""
    said = (
        select(ComplaintCaller.complaint_id)
        .outerjoin(File, File.id == ComplaintCaller.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .where(ComplaintCaller.anonymous.is_(False), condition)
    )
    return Complaint.id.in_(said)


def caller_counts(ids: Sequence[int]) -> dict[int, int]:
    counted = select(ComplaintCaller.complaint_id, func.count()).where(ComplaintCaller.complaint_id.in_(ids))
    return {row[0]: row[1] for row in session().execute(counted.group_by(ComplaintCaller.complaint_id))}
