"""Orders kept inside the acting person's estates: one whole, lists, what is known of a place, costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, false, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.auth.models import User
from crm.dates import beginning_of, business_day
from crm.db import session
from crm.files.models import Upload
from crm.properties.models import Building, Equipment, Estate, PublicArea, Unit
from crm.properties.queries import in_chosen_estate
from crm.repairs.categories.models import RepairCategory
from crm.repairs.incidents.models import IncidentCaller
from crm.repairs.orders.figures import MANY_CALLERS, REPEAT_DAYS
from crm.repairs.orders.models import (
    ENDED,
    OURS,
    TO_DISPATCH,
    UNACCEPTED,
    UNFINISHED,
    OrderState,
    PhotoStage,
    QuoteAnswer,
    RepairLine,
    RepairOrder,
    RepairPhoto,
    RepairQuote,
    RepairStep,
    ReturnVisit,
)
from crm.repairs.workers.queries import rota
from crm.tenants.models import Customer
from crm.tenants.queries import File, first_number_of

Worker, Holder, Parent = aliased(User), aliased(User), aliased(RepairCategory)
# written out, as the indexes of open orders have it: no engine uses them for values that it cannot see
OPEN = RepairOrder.state.not_in(bindparam("ended", ENDED, expanding=True, literal_execute=True))
IS_OURS = and_(OPEN, RepairOrder.state.in_(OURS))
IS_FREE = and_(OPEN, RepairOrder.state.in_(TO_DISPATCH))
IS_UNFINISHED = and_(OPEN, RepairOrder.state.in_(UNFINISHED))
COLUMNS = (
    RepairOrder.id,
    RepairOrder.number,
    RepairOrder.version,
    RepairOrder.state,
    RepairOrder.priority,
    RepairOrder.emergency,
    RepairOrder.payer,
    RepairOrder.problem,
    RepairOrder.spot,
    RepairOrder.caller,
    RepairOrder.digits,
    RepairOrder.channel,
    RepairOrder.estate_id,
    RepairOrder.building_id,
    RepairOrder.unit_id,
    RepairOrder.worker_id,
    RepairOrder.registered_at,
    RepairOrder.wanted_from,
    RepairOrder.planned_for,
    RepairOrder.wanted_until,
    RepairOrder.accept_due_at,
    RepairOrder.arrive_due_at,
    RepairOrder.finish_due_at,
    RepairOrder.arrived_at,
    RepairOrder.finished_at,
    RepairOrder.visit_due_on,
    RepairOrder.satisfied,
    RepairOrder.repeat_of_id,
    RepairOrder.result,
    RepairCategory.id.label("category_id"),
    RepairCategory.name.label("category"),
    RepairCategory.trade,
    Parent.name.label("group"),
    Customer.id.label("customer_id"),
    Customer.name.label("customer"),
    Unit.label.label("unit"),
    Building.number.label("building"),
    PublicArea.name.label("area"),
    Equipment.name.label("equipment"),
    Estate.name.label("estate"),
    Worker.full_name.label("worker"),
    Holder.id.label("holder_id"),  # who has it, or has mended it
    Holder.full_name.label("holder"),
)
PARTS = (
    RepairOrder.estate,
    RepairOrder.building,
    RepairOrder.unit,
    RepairOrder.public_area,
    RepairOrder.equipment,
    RepairOrder.worker,
    RepairOrder.finished_by,
    RepairOrder.incident,
    RepairOrder.duplicate_of,
    RepairOrder.repeat_of,
)


def get_order(repair_order_id: int) -> RepairOrder:
    """With everything its page names. 404 outside the person's estates."""
    found = select(RepairOrder).where(RepairOrder.id == repair_order_id, within(RepairOrder.estate_id))
    whole = [joinedload(part) for part in PARTS]
    whole.append(joinedload(RepairOrder.category).joinedload(RepairCategory.parent))
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def find_called(estate_id: int, number: str) -> RepairOrder | None:
    """The order of the estate with this number, as somebody types it."""
    wanted = select(RepairOrder).where(RepairOrder.estate_id == estate_id, within(RepairOrder.estate_id))
    return session().scalars(wanted.where(RepairOrder.number == number.strip().upper())).one_or_none()


def orders(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each order with its place, whose it is today and who has it; in the chosen estates, or in `scope`.

    Outer joins throughout: the orders are what an engine begins with, and what a count needs nothing else of.
    """
    return (
        select(*COLUMNS)
        .outerjoin(Estate, Estate.id == RepairOrder.estate_id)
        .outerjoin(RepairCategory, RepairCategory.id == RepairOrder.category_id)
        .outerjoin(Parent, Parent.id == RepairCategory.parent_id)
        .outerjoin(File, File.id == RepairOrder.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .outerjoin(Unit, Unit.id == RepairOrder.unit_id)
        .outerjoin(Building, Building.id == RepairOrder.building_id)
        .outerjoin(PublicArea, PublicArea.id == RepairOrder.public_area_id)
        .outerjoin(Equipment, Equipment.id == RepairOrder.equipment_id)
        .outerjoin(Worker, Worker.id == RepairOrder.worker_id)
        .outerjoin(Holder, Holder.id == func.coalesce(RepairOrder.worker_id, RepairOrder.finished_by_id))
        .where(in_chosen_estate(RepairOrder.estate_id) if scope is None else scope)
    )


def every_order() -> Select[int]:
    """What `orders` has, to count."""
    return select(RepairOrder.id).where(in_chosen_estate(RepairOrder.estate_id))


def place_of(row: Any) -> str:
    """Where it is, of a row of `orders`."""
    named = (row.unit, row.area, row.equipment, row.spot)
    return " ".join(filter(None, named)) or ""


def open_at(unit_id: int | None, category_id: int | None, *, estate_id: int, limit: int = 5) -> Sequence[Any]:
    """Jobs under way at the unit, of the same category first; at no unit those of the category in the estate."""
    here = RepairOrder.unit_id == unit_id if unit_id else RepairOrder.unit_id.is_(None)
    found = orders(within(RepairOrder.estate_id) & (RepairOrder.estate_id == estate_id)).where(IS_OURS, here)
    if not unit_id:
        found = found.where(RepairOrder.category_id == category_id)
    same = RepairOrder.category_id == category_id
    return session().execute(found.order_by(same.desc(), RepairOrder.id.desc()).limit(limit)).all()


def repeated_fault(unit: Unit, category_id: int, day: date) -> RepairOrder | None:
    """The latest job for the same fault at the unit that was finished so lately that this one is its repeat."""
    since = beginning_of(day - timedelta(days=REPEAT_DAYS.on(day)))
    mended = (
        RepairOrder.finished_at >= since,
        RepairOrder.state.in_((OrderState.confirmed, OrderState.visited, OrderState.filed)),
    )
    same = select(RepairOrder).where(RepairOrder.unit_id == unit.id, RepairOrder.category_id == category_id, *mended)
    return session().scalars(same.order_by(RepairOrder.finished_at.desc()).limit(1)).one_or_none()


def has_many_callers(incident_id: int | None) -> bool:
    """So many that its jobs are urgent."""
    if incident_id is None:
        return False
    callers = session().scalar(select(func.count()).where(IncidentCaller.incident_id == incident_id)) or 0
    return callers >= MANY_CALLERS.on(business_day())


def cost_of(repair_order_id: int) -> Decimal:
    """Materials and labour of the job, yuan."""
    found = session().scalar(select(func.sum(RepairLine.amount)).where(RepairLine.repair_order_id == repair_order_id))
    return found or Decimal(0)


def agreed_total(repair_order_id: int) -> Decimal:
    """Yuan; nought when the customer agreed to nothing."""
    quote = agreed_quote(repair_order_id)
    return quote.total if quote else Decimal(0)


def agreed_quote(repair_order_id: int) -> RepairQuote | None:
    """The last edition, where the customer agreed to it; a new one makes those before count no more."""
    mine = select(RepairQuote, QuoteAnswer.agreed).outerjoin(QuoteAnswer, QuoteAnswer.quote_id == RepairQuote.id)
    last = mine.where(RepairQuote.repair_order_id == repair_order_id).order_by(RepairQuote.edition.desc()).limit(1)
    row = session().execute(last).one_or_none()
    return row[0] if row and row.agreed else None


def has_quote(repair_order_id: int) -> bool:
    quoted = exists().where(RepairQuote.repair_order_id == repair_order_id)
    return bool(session().scalar(select(quoted)))


def lines_of(repair_order_id: int) -> Sequence[RepairLine]:
    found = select(RepairLine).where(RepairLine.repair_order_id == repair_order_id)
    return session().scalars(found.order_by(RepairLine.id)).all()


def quotes_of(repair_order_id: int) -> Sequence[RepairQuote]:
    """With their answers, the newest first."""
    found = select(RepairQuote).where(RepairQuote.repair_order_id == repair_order_id)
    whole = found.options(joinedload(RepairQuote.answer)).order_by(RepairQuote.edition.desc())
    return session().scalars(whole).all()


def photos_of(repair_order_id: int) -> Sequence[RepairPhoto]:
    found = select(RepairPhoto).where(RepairPhoto.repair_order_id == repair_order_id)
    return session().scalars(found.order_by(RepairPhoto.id)).all()


def get_photo(photo_id: int) -> RepairPhoto:
    """With its order and file. 404 outside the person's estates."""
    found = select(RepairPhoto).join(RepairOrder).where(RepairPhoto.id == photo_id, within(RepairOrder.estate_id))
    whole = found.options(joinedload(RepairPhoto.order), joinedload(RepairPhoto.upload).joinedload(Upload.stored))
    return session().scalars(whole).one_or_none() or abort(404)


def visits_of(repair_order_id: int) -> Sequence[ReturnVisit]:
    found = select(ReturnVisit).where(ReturnVisit.repair_order_id == repair_order_id)
    return session().scalars(found.order_by(ReturnVisit.id)).all()


def number_of(order: RepairOrder, day: date) -> str:
    """Whoever reported it, else the first telephone in the customer's file; "" when there is none."""
    return order.digits or (first_number_of(order.customer_id, day) if order.customer_id else "")


def takeable_by(user_id: int | None, day: date) -> ColumnElement[bool]:
    """Of an order: nobody has it, and it is of this person's trades where any are written down."""
    trades = [] if user_id is None else rota([user_id], day)[user_id].trades
    theirs = select(RepairCategory.id).where(RepairCategory.trade.in_([*trades, "general"]))
    return and_(IS_FREE, RepairOrder.category_id.in_(theirs)) if trades else IS_FREE


def had_by(user_id: int | None) -> ColumnElement[bool]:
    """Of an order: this person had the job at any time, or said that it is finished."""
    if user_id is None:
        return false()
    said = (RepairStep.action == "finish") & (RepairStep.taken_by_id == user_id)
    had = exists().where(RepairStep.repair_order_id == RepairOrder.id, said | (RepairStep.worker_id == user_id))
    return had | RepairOrder.finished_by_id.is_not_distinct_from(user_id)


def did_the_work(repair_order_id: int, user_id: int | None) -> bool:
    had = select(RepairOrder.id).where(RepairOrder.id == repair_order_id, had_by(user_id))
    return session().scalar(had) is not None


def photo_counts(ids: Sequence[int]) -> dict[int, int]:
    """Of each job that has any; a signature is no photo."""
    wanted = RepairPhoto.repair_order_id.in_(ids), RepairPhoto.stage != PhotoStage.signature
    counted = select(RepairPhoto.repair_order_id, func.count()).where(*wanted)
    return {row[0]: row[1] for row in session().execute(counted.group_by(RepairPhoto.repair_order_id))}


def next_due() -> ColumnElement[datetime | None]:
    """The promise that runs out next, of an order that is not finished: `wording.next_due` in SQL."""
    return case(
        (RepairOrder.state.in_(UNACCEPTED), RepairOrder.accept_due_at),
        (RepairOrder.arrived_at.is_(None), RepairOrder.arrive_due_at),
        else_=RepairOrder.finish_due_at,
    )


def is_late(now: datetime) -> ColumnElement[bool]:
    """Not finished, and the promise that runs out next is over."""
    return IS_UNFINISHED & (next_due() < now)
