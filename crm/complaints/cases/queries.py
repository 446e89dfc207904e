"""Complaints kept inside the acting person's estates: one whole, lists, and what hangs on one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import actor, within
from crm.auth.models import Department, User
from crm.complaints.cases.models import (
    ASKED,
    ENDED,
    OURS,
    UNREPLIED,
    Complaint,
    ComplaintCallback,
    ComplaintCaller,
    ComplaintState,
    ComplaintStep,
)
from crm.complaints.categories.models import ComplaintCategory
from crm.dates import beginning_of
from crm.db import session
from crm.lists.holding import holding
from crm.properties.models import Building, Estate, PublicArea, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.queries import File, files_holding, first_number_of, in_file, phone_of

Handler, AboutPerson, Parent = aliased(User), aliased(User), aliased(ComplaintCategory)
Asked, Other, Told = aliased(ComplaintCaller), aliased(ComplaintCaller), aliased(Complaint)
SINCE_REPLY = and_(ComplaintCallback.complaint_id == Complaint.id, ComplaintCallback.made_at >= Complaint.replied_at)
ATTEMPT = and_(SINCE_REPLY, ComplaintCallback.satisfied.is_(None))
# written out, as the indexes of open cases have it: no engine uses them for values that it cannot see
OPEN = Complaint.state.not_in(bindparam("ended_cases", ENDED, expanding=True, literal_execute=True))
IS_OURS = and_(OPEN, Complaint.state.in_(OURS))
IS_UNREPLIED = and_(OPEN, Complaint.state.in_(UNREPLIED))
COLUMNS = (
    Complaint.id,
    Complaint.number,
    Complaint.state,
    Complaint.severity,
    Complaint.level,
    Complaint.channel,
    Complaint.about,
    Complaint.contractor,
    Complaint.words,
    Complaint.spot,
    Complaint.received_at,
    Complaint.acknowledged_at,
    Complaint.answer_due_at,
    Complaint.result_due_at,
    Complaint.replied_at,
    Complaint.reply,
    Complaint.callback_due_on,
    Complaint.reopened,
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
    Complaint.unit,
    Complaint.public_area,
    Complaint.about_department,
    Complaint.about_user,
    Complaint.about_customer,
    Complaint.handler,
    Complaint.repeat_of,
    Complaint.joined_to,
    Complaint.reply_letter,
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
    return " ".join(filter(None, (row.unit, row.area, row.spot)))


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


def numbers_of(callers: Sequence[ComplaintCaller], day: date) -> dict[int, str]:
    """Of each caller, to be shown masked: "" when there is none, or nobody is named."""
    ids = {each.customer_id for each in callers if each.customer_id and not (each.digits or each.anonymous)}
    first = select(File.id, phone_of(day)).join(Customer, Customer.id == File.kept_id).where(File.id.in_(ids))
    filed = {row[0]: row[1] for row in session().execute(first)} if ids else {}
    return {each.id: "" if each.anonymous else each.digits or filed.get(each.customer_id) or "" for each in callers}


def digits_of(caller: ComplaintCaller, day: date) -> str:
    """As it was said, else the first telephone in the customer's file; "" when there is none."""
    return caller.digits or (first_number_of(caller.customer_id, day) if caller.customer_id else "")


def askable(caller: Any = ComplaintCaller) -> ColumnElement[bool]:
    """Of a caller, or an alias: somebody who can be called back."""
    reachable = or_(caller.customer_id.is_not(None), caller.digits != "")
    return and_(caller.wants_word, caller.anonymous.is_(False), reachable)


def _made_to(caller: Any) -> ColumnElement[bool]:
    """Of a call-back: one that names nobody is of every caller."""
    return or_(ComplaintCallback.caller_id == caller.id, ComplaintCallback.caller_id.is_(None))


def left_to_ask(caller: Any = ComplaintCaller) -> ColumnElement[bool]:
    """Of a caller of a case, or an alias: can be called back, and was not asked since the reply. Whoever is not content
    opens the case again, so whoever was asked was content."""
    asked = exists().where(SINCE_REPLY, ComplaintCallback.satisfied.is_(True), _made_to(caller))
    return and_(caller.complaint_id == Complaint.id, askable(caller), ~asked.correlate(Complaint, caller))


def unasked_of(complaint_id: int) -> Sequence[tuple[ComplaintCaller, int]]:
    """Whoever is left to ask, in the order they came, and how often each was tried since the reply."""
    tries = _tries(ComplaintCaller)
    found = select(ComplaintCaller, tries).join(Complaint, left_to_ask()).where(Complaint.id == complaint_id)
    whole = found.options(joinedload(ComplaintCaller.customer)).order_by(ComplaintCaller.id)
    return [(row[0], row[1]) for row in session().execute(whole)]


def _tries(caller: Any) -> ScalarSelect[int]:
    made = select(func.count()).where(ATTEMPT, _made_to(caller))
    return made.correlate(Complaint, caller).scalar_subquery()


def is_to_call() -> ColumnElement[bool]:
    """Of a case: it was replied to, and somebody is left to ask."""
    left = exists().where(left_to_ask(Other)).correlate(Complaint)
    replied = Complaint.state == ComplaintState.replied
    return and_(OPEN, Complaint.state.in_(ASKED), Complaint.wants_callback, or_(replied, left))


def named_of(complaint_id: int) -> Sequence[ComplaintCaller]:
    """Those who said who they are."""
    return [each for each in callers_of(complaint_id) if not each.anonymous]


def complained_by(customer_id: int) -> ColumnElement[bool]:
    """Of a case: the customer, in any of the files that are one with it, is among its named callers."""
    named = ComplaintCaller.complaint_id == Complaint.id, ComplaintCaller.anonymous.is_(False)
    return exists().where(*named, in_file(ComplaintCaller.customer_id, customer_id))


def with_digits(digits: str) -> ColumnElement[bool]:
    """Of a case: a named caller's number ends in the last four of them, or it is the hotline's number."""
    named = ComplaintCaller.tail == digits[-4:], ComplaintCaller.anonymous.is_(False)
    called = select(ComplaintCaller.complaint_id).where(*named)
    return or_(Complaint.id.in_(called), with_hotline_number(digits))


def with_hotline_number(text: str) -> ColumnElement[bool]:
    """Of a case: the hotline knows it under this number, however its letters are typed."""
    typed = {text, text.upper(), text.lower()}
    return Complaint.id.in_(select(Told.id).where(Told.hotline_number.in_(typed)))


def next_due() -> ColumnElement[datetime | None]:
    """The promise that runs out next, of a case without a reply: `wording.next_due` in SQL."""
    return case((Complaint.acknowledged_at.is_(None), Complaint.answer_due_at), else_=Complaint.result_due_at)


def is_late(now: datetime) -> ColumnElement[bool]:
    """The promise that runs out next is over."""
    return IS_UNREPLIED & (next_due() < now)


def with_caller_called(text: str) -> ColumnElement[bool]:
    """Of a case: `text` stands in the file's name, or in the words, of one of its named callers."""
    named = select(ComplaintCaller.complaint_id).where(ComplaintCaller.anonymous.is_(False))
    filed = named.where(ComplaintCaller.customer_id.in_(files_holding(text)))
    said = named.where(ComplaintCaller.name != "", holding(text, ComplaintCaller.name))
    return or_(Complaint.id.in_(filed), Complaint.id.in_(said))


def names_of_cases(ids: Sequence[int]) -> dict[int, str]:
    """Their numbers as they are written."""
    found = select(Complaint.id, Complaint.number).where(Complaint.id.in_(ids))
    return {row.id: row.number for row in session().execute(found)} if ids else {}


def caller_counts(ids: Sequence[int]) -> dict[int, int]:
    counted = select(ComplaintCaller.complaint_id, func.count()).where(ComplaintCaller.complaint_id.in_(ids))
    return {row[0]: row[1] for row in session().execute(counted.group_by(ComplaintCaller.complaint_id))}


def handlers_named() -> dict[int, str]:
    """Whoever has a case that is open, in the chosen estates: user id -> name."""
    having = select(Complaint.handler_id).where(OPEN, in_chosen_estate(Complaint.estate_id))
    found = select(Handler.id, Handler.full_name).where(Handler.id.in_(having)).order_by(Handler.full_name, Handler.id)
    return {row.id: row.full_name for row in session().execute(found)}


def buildings_named() -> dict[int, str]:
    """Building id -> estate and number, in the chosen estates."""
    found = select(Building.id, Building.number, Estate.name).join(Estate, Estate.id == Building.estate_id)
    rows = (
        session()
        .execute(found.where(in_chosen_estate(Building.estate_id)).order_by(Estate.name, Building.sort_key))
        .all()
    )
    return {row.id: f"{row.name} {row.number}" for row in rows}


def to_call(day: date) -> Select[*tuple[Any, ...]]:
    """Cases whose callers the acting person may ask: the first who is left to, and the attempts since the reply."""
    first = select(func.min(Other.id)).where(left_to_ask(Other))
    number = case((Asked.digits != "", Asked.digits), else_=phone_of(day))
    found = (
        cases()
        .join_from(Complaint, Asked, Asked.id == first.correlate(Complaint).scalar_subquery())
        .outerjoin(File, File.id == Asked.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .where(is_to_call(), mine_to_call())
    )
    caller = func.coalesce(Customer.name, Asked.name)
    return found.add_columns(caller.label("caller"), number.label("phone"), _tries(Asked).label("attempts"))


def mine_to_call() -> ColumnElement[bool]:
    """Of a case: neither about the acting person or that person's department, nor handled by it. What
    `service.steps` says of one case, in SQL."""
    me = actor()
    if me.user_id is None:
        return true()
    return and_(not_about_me(), Complaint.handler_id.is_distinct_from(me.user_id), ~replied_by(me.user_id))


def not_about_me() -> ColumnElement[bool]:
    """Of a case: neither about the acting person nor about that person's department, `service.steps.concerned` in
    SQL."""
    me = actor()
    if me.user_id is None:
        return true()
    return and_(*_of_other_departments(me.department_id), Complaint.about_user_id.is_distinct_from(me.user_id))


def _of_other_departments(mine: int | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Neither the one a case is about is `mine`, nor that of the person; of nobody's where `mine` is not known."""
    department, person = Complaint.about_department_id, Complaint.about_user_id
    if mine is None:
        placed = select(User.id).where(User.department_id.is_not(None))
        return department.is_(None), or_(person.is_(None), person.not_in(placed))
    return department.is_distinct_from(mine), or_(
        person.is_(None), person.not_in(select(User.id).where(User.department_id == mine))
    )


def replied_by(user_id: int) -> ColumnElement[bool]:
    """Of a case: this person told the customer what came of it."""
    said = ComplaintStep.action == "reply", ComplaintStep.taken_by_id == user_id
    return exists().where(ComplaintStep.complaint_id == Complaint.id, *said)


def next_to_call(day: date, besides: int) -> int | None:
    """The case to ask about next: due by `day`, none of which everybody was tried on that day."""
    tried = exists().where(ATTEMPT, _made_to(Other), ComplaintCallback.made_at >= beginning_of(day))
    fresh = exists().where(left_to_ask(Other), ~tried.correlate(Complaint, Other)).correlate(Complaint)
    found = select(Complaint.id).where(*_due_to_call(day), Complaint.id != besides, fresh)
    return session().scalar(found.order_by(Complaint.callback_due_on, Complaint.id).limit(1))


def due_to_call(day: date) -> int:
    """How many call-backs of the acting person's are due by that day, in the chosen estates."""
    return session().scalar(select(func.count()).select_from(Complaint).where(*_due_to_call(day))) or 0


def _due_to_call(day: date) -> tuple[ColumnElement[bool], ...]:
    return is_to_call(), mine_to_call(), Complaint.callback_due_on <= day, in_chosen_estate(Complaint.estate_id)
