"""The book of deposits, read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import within
from crm.auth.models import User
from crm.billing.cashier.models import Receipt, ReceiptKind
from crm.billing.deposits.models import (
    Deposit,
    DepositLine,
    DepositMovement,
    DepositPhoto,
    DepositRequest,
    DepositState,
    DepositTieOut,
    MovementKind,
    RequestState,
)
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import open_bills
from crm.db import session
from crm.files.models import Upload
from crm.money import Fen
from crm.properties.models import Building, Estate, Unit, UnitUse
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import customers, in_file, lasts_on

NOUGHT = Decimal(0)
UNDER_WAY = (RequestState.requested, RequestState.approved)
# written out, as the index of those that wait has it: no engine uses it for values that it cannot see
IS_UNDER_WAY = DepositRequest.state.in_(bindparam("under_way", UNDER_WAY, expanding=True, literal_execute=True))
WHOLE_LINES = (
    selectinload(DepositRequest.lines).selectinload(DepositLine.photos).joinedload(DepositPhoto.upload),
    selectinload(DepositRequest.lines).joinedload(DepositLine.bill).joinedload(Bill.item),
)


def get_deposit(deposit_id: int) -> Deposit:
    """With estate, customer and unit; 404 outside the person's estates, as every `get_` here does."""
    found = select(Deposit).where(Deposit.id == deposit_id, within(Deposit.estate_id))
    whole = found.options(joinedload(Deposit.estate), joinedload(Deposit.customer), joinedload(Deposit.unit))
    return session().scalars(whole).one_or_none() or abort(404)


def get_request(deposit_request_id: int) -> DepositRequest:
    """With its deposit, lines, photographs and who decided."""
    found = select(DepositRequest).where(DepositRequest.id == deposit_request_id, within(DepositRequest.estate_id))
    deposit = joinedload(DepositRequest.deposit)
    whole = (
        *(deposit.joinedload(part) for part in (Deposit.estate, Deposit.customer, Deposit.unit)),
        joinedload(DepositRequest.requested_by),
        joinedload(DepositRequest.decided_by),
        *WHOLE_LINES,
    )
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def get_movement(deposit_movement_id: int) -> DepositMovement:
    found = select(DepositMovement).where(DepositMovement.id == deposit_movement_id, within(DepositMovement.estate_id))
    return session().scalars(found).one_or_none() or abort(404)


def get_photo(deposit_photo_id: int) -> Upload:
    """The upload of a photograph of an act in one's estates, with its stored file."""
    found = select(Upload).join(DepositPhoto, DepositPhoto.upload_id == Upload.id)
    found = found.join(DepositLine, DepositLine.id == DepositPhoto.line_id)
    found = found.join(DepositRequest, DepositRequest.id == DepositLine.request_id)
    seen = found.where(DepositPhoto.id == deposit_photo_id, within(DepositRequest.estate_id))
    return session().scalars(seen.options(joinedload(Upload.stored))).one_or_none() or abort(404)


def undone(movement: Any = DepositMovement) -> ColumnElement[bool]:
    other = DepositMovement.__table__.alias("undoing")
    return exists().where(other.c.reverses_id == movement.id)


def movements_of(deposit_id: int) -> Sequence[DepositMovement]:
    """All of them in the order they were booked, with their photographs and the bills they paid."""
    found = select(DepositMovement).where(DepositMovement.deposit_id == deposit_id)
    line = joinedload(DepositMovement.line)
    whole = found.options(
        line.selectinload(DepositLine.photos).joinedload(DepositPhoto.upload),
        line.joinedload(DepositLine.bill).joinedload(Bill.item),
        joinedload(DepositMovement.request),
    )
    return session().scalars(whole.order_by(DepositMovement.id)).all()


def has_movements(deposit_id: int) -> bool:
    """Whether anything stands that was deducted, given back or forfeited."""
    live = select(DepositMovement.id).where(
        DepositMovement.deposit_id == deposit_id, DepositMovement.reverses_id.is_(None), ~undone()
    )
    return session().scalar(live.limit(1)) is not None


def deducted_alone(deposit_id: int) -> Decimal:
    """Yuan that were deducted without a second person, as far as they were not taken back."""
    found = select(func.coalesce(func.sum(DepositMovement.amount), 0))
    found = found.join(DepositRequest, DepositRequest.id == DepositMovement.request_id)
    alone = found.where(
        DepositMovement.deposit_id == deposit_id,
        DepositMovement.kind == MovementKind.deduction,
        DepositMovement.reverses_id.is_(None),
        DepositRequest.alone,
        ~undone(),
    )
    return session().scalar(alone) or NOUGHT


def request_under_way(deposit_id: int) -> DepositRequest | None:
    found = select(DepositRequest).where(DepositRequest.deposit_id == deposit_id, DepositRequest.state.in_(UNDER_WAY))
    return session().scalars(found).one_or_none()


def being_taken_back(estate_id: int) -> Sequence[str]:
    """The keys of the requests whose movements somebody asked to take back, while nobody has decided."""
    taken, asked = aliased(DepositLine), aliased(DepositRequest)
    found = (
        select(asked.key)
        .join(taken, taken.request_id == asked.id)
        .join(DepositLine, DepositLine.reverses_id == taken.id)
        .join(DepositRequest, DepositRequest.id == DepositLine.request_id)
        .where(DepositRequest.estate_id == estate_id, IS_UNDER_WAY, DepositRequest.takes_back)
    )
    return session().scalars(found.distinct()).all()


def requests_of(deposit_id: int) -> Sequence[DepositRequest]:
    found = select(DepositRequest).where(DepositRequest.deposit_id == deposit_id)
    whole = found.options(joinedload(DepositRequest.requested_by), joinedload(DepositRequest.decided_by))
    return session().scalars(whole.order_by(DepositRequest.id.desc())).all()


def payable_bills(deposit: Deposit) -> Sequence[Bill]:
    """The open ones of the customer's file in the deposit's estate, the oldest due first."""
    owed = open_bills(deposit.customer_id).where(Bill.estate_id == deposit.estate_id)
    return session().scalars(owed.options(joinedload(Bill.item), joinedload(Bill.unit))).all()


def state_of() -> ColumnElement[Any]:
    """A deposit's `DepositState`, from what is left and how the rest went, as a column."""
    return case(
        (Deposit.balance == Deposit.amount, DepositState.held.value),
        (Deposit.balance > NOUGHT, DepositState.part.value),
        (_ended_by(MovementKind.cancellation), DepositState.cancelled.value),
        (_ended_by(MovementKind.refund), DepositState.returned.value),
        (_ended_by(MovementKind.forfeiture), DepositState.forfeited.value),
        else_=DepositState.used.value,
    )


def in_state(state: DepositState) -> ColumnElement[bool]:
    return state_of() == state.value


def _ended_by(kind: MovementKind) -> ColumnElement[bool]:
    movement = aliased(DepositMovement)
    return exists().where(
        movement.deposit_id == Deposit.id, movement.kind == kind, movement.reverses_id.is_(None), ~undone(movement)
    )


def get_state(deposit_id: int) -> DepositState:
    return DepositState(session().scalars(select(state_of()).where(Deposit.id == deposit_id)).one())


def held_of(customer_id: int, unit_id: int | None = None) -> Sequence[Deposit]:
    """What is held of a customer's whole file, of one unit where it is named, the oldest first: for a move-out."""
    found = select(Deposit).where(in_file(Deposit.customer_id, customer_id), Deposit.balance > NOUGHT)
    held = found.where(within(Deposit.estate_id)).options(joinedload(Deposit.unit))
    if unit_id is not None:
        held = held.where(Deposit.unit_id == unit_id)
    return session().scalars(held.order_by(Deposit.taken_on, Deposit.id)).all()


KEPT = aliased(Customer)  # the file that stands for the customer today


def deposits() -> Select[*tuple[Any, ...]]:
    """Every deposit of the estate one works in, with unit, customer and state."""
    file = aliased(Customer)
    return (
        select(
            Deposit.id,
            Deposit.kind,
            Deposit.amount,
            Deposit.balance,
            Deposit.taken_on,
            Deposit.due_back_on,
            Deposit.payer,
            KEPT.id.label("customer_id"),
            KEPT.name.label("customer"),
            Unit.label.label("unit"),
            state_of().label("state"),
        )
        .select_from(Deposit)
        .join(file, file.id == Deposit.customer_id)
        .join(KEPT, KEPT.id == file.kept_id)
        .outerjoin(Unit, Unit.id == Deposit.unit_id)
        .where(in_chosen_estate(Deposit.estate_id))
    )


def moved_out_on(day: date) -> Any:
    """The day from which nobody of the customer's file has the deposit's unit any more; None while somebody has."""
    mine = _of_the_file_in_the_unit()
    lives_there = exists(mine.where(lasts_on(Occupancy, day)))
    last = mine.with_only_columns(func.max(Occupancy.ends)).scalar_subquery()
    return case((~lives_there, last))


def _of_the_file_in_the_unit() -> Select[Any]:
    """Occupancies of the deposit's unit by any file of its customer; stands inside `deposits()`."""
    other = aliased(Customer)
    found = select(Occupancy.id).join(other, other.id == Occupancy.customer_id)
    return found.where(Occupancy.unit_id == Deposit.unit_id, other.kept_id == KEPT.id).correlate(Deposit, KEPT)


def due_since(day: date) -> Any:
    """From which day on it should have gone back: the earlier of what was agreed and the day the unit was left."""
    left = moved_out_on(day)
    agreed = and_(Deposit.due_back_on <= day, or_(left.is_(None), Deposit.due_back_on <= left))
    return case((agreed, Deposit.due_back_on), else_=left)


def due_because(why: str, day: date) -> ColumnElement[bool]:
    """`why`: agreed or left, as `listings.WHY` has them."""
    return Deposit.due_back_on <= day if why == "agreed" else moved_out_on(day).is_not(None)


def due_back(day: date) -> Select[*tuple[Any, ...]]:
    """What should have gone back by `day`: the agreed day has come, or the unit was left."""
    since = due_since(day)
    listed = deposits().add_columns(moved_out_on(day).label("moved_out_on"), since.label("due_since"))
    return listed.where(Deposit.balance > NOUGHT, since.is_not(None))


def buildings_to_choose() -> dict[int, str]:
    """Of the estate one works in: id -> number, with the estate's name where one works in several."""
    columns = Building.id, Building.number, Estate.name
    found = select(*columns).join(Estate, Estate.id == Building.estate_id).where(in_chosen_estate(Building.estate_id))
    rows = session().execute(found.order_by(Estate.name, Building.sort_key)).all()
    several = len({row.name for row in rows}) > 1
    return {row.id: f"{row.name} {row.number}" if several else row.number for row in rows}


def requests() -> Select[*tuple[Any, ...]]:
    """Every act on the deposits of the estate one works in, with whom and what it is about."""
    return (
        select(
            DepositRequest.id,
            DepositRequest.kind,
            DepositRequest.takes_back,
            DepositRequest.amount,
            DepositRequest.state,
            DepositRequest.alone,
            DepositRequest.requested_at,
            DepositRequest.decided_at,
            User.full_name.label("requested_by"),
            Deposit.id.label("deposit_id"),
            Deposit.kind.label("deposit_kind"),
            Customer.name.label("customer"),
            Unit.label.label("unit"),
        )
        .join(Deposit, Deposit.id == DepositRequest.deposit_id)
        .join(User, User.id == DepositRequest.requested_by_id)
        .join(Customer, Customer.id == DepositRequest.customer_id)
        .outerjoin(Unit, Unit.id == Deposit.unit_id)
        .where(in_chosen_estate(DepositRequest.estate_id))
    )


def vouchers_of(deposit_request_id: int) -> list[Receipt]:
    """The papers that prove what a request gave back, with their numbers."""
    found = select(Receipt).join(DepositMovement, DepositMovement.id == Receipt.about_id)
    paid = found.where(Receipt.kind == ReceiptKind.deposit_refund, DepositMovement.request_id == deposit_request_id)
    return list(session().scalars(paid.options(joinedload(Receipt.number)).order_by(Receipt.id)))


def units_of(customer_id: int, day: date) -> dict[int, str]:
    """The units of the customer's file on `day`: id -> label."""
    found = select(Unit.id, Unit.label).join(Occupancy, Occupancy.unit_id == Unit.id)
    held = found.where(in_file(Occupancy.customer_id, customer_id), lasts_on(Occupancy, day), within(Unit.estate_id))
    return {row.id: row.label for row in session().execute(held.order_by(Unit.use == UnitUse.parking, Unit.sort_key))}


def customers_of_unit(unit_id: int, day: date) -> Sequence[Any]:
    """Who has the unit on `day`: (id, name, units)."""
    lives_there = select(Occupancy.customer_id).where(Occupancy.unit_id == unit_id, lasts_on(Occupancy, day))
    file = aliased(Customer)
    people = customers(day).where(Customer.id.in_(select(file.kept_id).where(file.id.in_(lives_there))))
    return session().execute(people.order_by(Customer.id)).all()


def waiting_count() -> int:
    """How many requests of the estate one works in wait for a decision or to be paid out."""
    found = select(func.count()).select_from(DepositRequest)
    live = found.where(DepositRequest.state.in_(UNDER_WAY), in_chosen_estate(DepositRequest.estate_id))
    return session().scalar(live) or 0


ABOVE: ColumnElement[Decimal] = type_coerce(DepositTieOut.bank - DepositTieOut.register, Fen)  # bank above register


def tie_outs() -> Select[*tuple[Any, ...]]:
    """Of each estate and day the one that counts: the last entered."""
    later = aliased(DepositTieOut)
    replaced = exists().where(
        later.estate_id == DepositTieOut.estate_id, later.day == DepositTieOut.day, later.id > DepositTieOut.id
    )
    return (
        select(
            DepositTieOut.id,
            DepositTieOut.day,
            DepositTieOut.register,
            DepositTieOut.ledger,
            DepositTieOut.bank,
            ABOVE.label("difference"),
            DepositTieOut.explanation,
            DepositTieOut.reference,
            DepositTieOut.entered_by,
            Estate.name.label("estate"),
        )
        .join(Estate, Estate.id == DepositTieOut.estate_id)
        .where(in_chosen_estate(DepositTieOut.estate_id), ~replaced)
    )


def agrees(value: str) -> ColumnElement[bool]:
    """`value`: yes or no."""
    even = and_(DepositTieOut.register == DepositTieOut.ledger, DepositTieOut.bank == DepositTieOut.register)
    return even if value == "yes" else ~even
