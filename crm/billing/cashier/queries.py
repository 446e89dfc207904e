"""Receipts, drawers and closes, kept inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, case, func, literal, or_, select, update
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.auth.models import User
from crm.billing.cashier import serials
from crm.billing.cashier.flows import COLUMNS, flows, moves
from crm.billing.cashier.models import OUTGOING, CloseState, DayClose, Receipt, ReceiptKind, ReceiptPrint
from crm.billing.ledger.models import Adjustment, AdjustmentKind, Allocation, Bill, Dispute, Payment
from crm.billing.ledger.queries import open_bills
from crm.db import session
from crm.money import Fen
from crm.numbering import Number, NumberSeries
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import in_file, labels, lasts_on

NOUGHT = Decimal(0)
LATEST = 8  # payments shown on an account
HOUSEHOLD = 8  # accounts shown beside one


# The account at the counter


def owed_lines(customer_id: int) -> Sequence[Bill]:
    """With all that explains them, the oldest due first."""
    parts = (Bill.item, Bill.unit, Bill.tariff, Bill.shared_cost)
    return session().scalars(open_bills(customer_id).options(*map(joinedload, parts))).all()


def disputes_of(bill_ids: Collection[int], day: date) -> dict[int, Dispute]:
    """Those that leave a line out on the day: bill -> dispute."""
    running = select(Dispute).where(Dispute.bill_id.in_(bill_ids), Dispute.released_at.is_(None), Dispute.until >= day)
    return {each.bill_id: each for each in session().scalars(running.order_by(Dispute.id))}


def payment_with_key(key: str) -> Payment | None:
    return session().scalars(select(Payment).where(Payment.key == key, within(Payment.estate_id))).one_or_none()


def latest_payments(customer_id: int) -> Sequence[Any]:
    """Of the whole file, the newest first, each with its receipt."""
    receipt = and_(Receipt.kind == ReceiptKind.payment, Receipt.about_id == Payment.id)
    listed = (
        select(
            Payment.id,
            Payment.paid_on,
            Payment.method,
            Payment.amount,
            Payment.open,
            Payment.received_by,
            Receipt.id.label("receipt_id"),
            Receipt.voided_at,
            Number.text.label("number"),
        )
        .outerjoin(Receipt, receipt)
        .outerjoin(Number, Number.id == Receipt.number_id)
        .where(in_file(Payment.customer_id, customer_id), within(Payment.estate_id))
    )
    return session().execute(listed.order_by(Payment.id.desc()).limit(LATEST)).all()


def unit_labels(customer_id: int, day: date) -> str:
    """Of the units the customer has on the day, in one text."""
    return session().scalar(select(labels(day)).select_from(Customer).where(Customer.id == customer_id)) or ""


def units_of(customer_id: int, day: date) -> Select[int]:
    """Those the customer has, and those something is still owed for."""
    lived_in = select(Occupancy.unit_id).where(in_file(Occupancy.customer_id, customer_id), lasts_on(Occupancy, day))
    owed_for = select(Bill.unit_id).where(
        in_file(Bill.customer_id, customer_id), Bill.open > NOUGHT, Bill.unit_id.is_not(None)
    )
    both = lived_in.union(owed_for).subquery()
    return select(both.c.unit_id)


def accounts_at(units: Any, day: date, besides: int = 0) -> Sequence[Any]:
    """Who lives in these units or owes for them: (id, name)."""
    live = select(Occupancy.customer_id).where(Occupancy.unit_id.in_(units), lasts_on(Occupancy, day))
    owing = select(Bill.customer_id).where(Bill.unit_id.in_(units), Bill.open > NOUGHT)
    file = aliased(Customer)
    whose = select(file.kept_id).where(file.id.in_(live.union(owing)))
    listed = select(Customer.id, Customer.name).where(Customer.id.in_(whose), within(Customer.estate_id))
    listed = listed.where(Customer.id != besides)
    return session().execute(listed.order_by(Customer.name, Customer.id).limit(HOUSEHOLD)).all()


def roles_at(units: Any, day: date) -> Sequence[Any]:
    """(customer, unit label, role) of whoever has one of the units on the day."""
    file = aliased(Customer)
    listed = (
        select(file.kept_id.label("customer_id"), Unit.label, Occupancy.role)
        .join(file, file.id == Occupancy.customer_id)
        .join(Unit, Unit.id == Occupancy.unit_id)
        .where(Occupancy.unit_id.in_(units), lasts_on(Occupancy, day))
    )
    return session().execute(listed.order_by(Unit.sort_key, Occupancy.id)).all()


def owed_by(customer_ids: Collection[int]) -> dict[int, Decimal]:
    """What these files owe, of those that owe something."""
    return _open_of(Bill, customer_ids)


def credit_of(customer_ids: Collection[int]) -> dict[int, Decimal]:
    """What of their payments no bill has taken, of those that have some."""
    return _open_of(Payment, customer_ids)


def _open_of(model: type[Bill | Payment], customer_ids: Collection[int]) -> dict[int, Decimal]:
    file = aliased(Customer)
    whose = or_(file.id.in_(customer_ids), file.merged_into_id.in_(customer_ids))
    found = select(file.kept_id, func.sum(model.open)).join(model, model.customer_id == file.id)
    rows = session().execute(found.where(whose, model.open > NOUGHT).group_by(file.kept_id)).all()
    return {row[0]: row[1] for row in rows}


# Receipts


def settled_by(payment_id: int) -> Sequence[Allocation]:
    """What the payment settles, with bills and all that explains them."""
    bill = joinedload(Allocation.bill)
    parts = [bill.joinedload(part) for part in (Bill.item, Bill.unit, Bill.tariff, Bill.shared_cost)]
    undoing = aliased(Allocation)
    undone = select(undoing.id).where(undoing.reverses_id == Allocation.id).exists()
    found = select(Allocation).where(Allocation.payment_id == payment_id, Allocation.reverses_id.is_(None), ~undone)
    return session().scalars(found.options(*parts).order_by(Allocation.id)).all()


def is_taken_back(payment_id: int) -> bool:
    taken = select(Adjustment.id).where(Adjustment.payment_id == payment_id, Adjustment.kind == AdjustmentKind.reversal)
    return session().scalar(taken) is not None


def name_of(user_id: int) -> str:
    return session().get_one(User, user_id).full_name


def get_receipt(receipt_id: int) -> Receipt:
    """With its number and estate; 404 outside the person's estates, as every `get_` here does."""
    found = select(Receipt).where(Receipt.id == receipt_id, within(Receipt.estate_id))
    whole = found.options(joinedload(Receipt.number), joinedload(Receipt.estate))
    return session().scalars(whole).one_or_none() or abort(404)


def find_receipt(kind: ReceiptKind, about_id: int) -> Receipt | None:
    found = select(Receipt).where(Receipt.kind == kind, Receipt.about_id == about_id)
    return session().scalars(found.options(joinedload(Receipt.number))).one_or_none()


def receipt_numbered(text: str) -> int | None:
    """Its id, as far as the person may see it."""
    found = select(Receipt.id).join(Number, Number.id == Receipt.number_id)
    return session().scalar(found.where(Number.text == text.strip().upper(), within(Receipt.estate_id)))


def prints_of(receipt_id: int) -> Sequence[ReceiptPrint]:
    printed = select(ReceiptPrint).where(ReceiptPrint.receipt_id == receipt_id)
    return session().scalars(printed.order_by(ReceiptPrint.id)).all()


def receipts() -> Select[*tuple[Any, ...]]:
    """Each with what it counts for: nothing when void, less than nothing when money was given back."""
    void, outgoing = Receipt.voided_at.is_not(None), Receipt.kind.in_(OUTGOING)
    counts = case((void, literal(NOUGHT, Fen())), (outgoing, -Receipt.amount), else_=Receipt.amount)
    return (
        select(
            Receipt.id,
            Number.text.label("number"),
            Receipt.kind,
            Receipt.issued_on,
            Receipt.issued_at,
            Receipt.issued_by,
            Receipt.amount,
            counts.label("counts"),
            Receipt.voided_at,
            Receipt.void_reason,
            Receipt.content["method"].as_string().label("method"),
            Receipt.content["units"].as_string().label("units"),
            Receipt.content["customer"].as_string().label("customer"),
            Receipt.customer_id,
            Estate.name.label("estate"),
        )
        .join(Number, Number.id == Receipt.number_id)
        .join(Estate, Estate.id == Receipt.estate_id)
        .where(in_chosen_estate(Receipt.estate_id))
    )


def series(names: Collection[str]) -> Sequence[Any]:
    """Each series with how many numbers and receipts it has: all three figures are one where nothing is missing."""
    listed = (
        select(
            NumberSeries.id,
            NumberSeries.name,
            NumberSeries.year,
            NumberSeries.last,
            func.count(Number.id).label("numbers"),
            func.count(Receipt.id).label("receipts"),
            func.count(Receipt.voided_at).label("voided"),
        )
        .outerjoin(Number, Number.series_id == NumberSeries.id)
        .outerjoin(Receipt, Receipt.number_id == Number.id)
        .where(NumberSeries.name.in_(names))
        .group_by(NumberSeries.id, NumberSeries.name, NumberSeries.year, NumberSeries.last)
    )
    return session().execute(listed.order_by(NumberSeries.year.desc(), NumberSeries.name)).all()


def void_receipts(series_ids: Collection[int]) -> Sequence[Any]:
    listed = (
        select(
            Number.series_id,
            Number.text.label("number"),
            Receipt.id,
            Receipt.amount,
            Receipt.voided_by,
            Receipt.voided_at,
            Receipt.void_reason,
        )
        .join(Receipt, Receipt.number_id == Number.id)
        .where(Number.series_id.in_(series_ids), Receipt.voided_at.is_not(None))
    )
    return session().execute(listed.order_by(Number.series_id, Number.serial)).all()


def serials_with_receipt(series_id: int) -> set[int]:
    found = select(Number.serial).join(Receipt, Receipt.number_id == Number.id)
    return set(session().scalars(found.where(Number.series_id == series_id)))


def series_names(estate_ids: Collection[int]) -> dict[str, tuple[int, ReceiptKind]]:
    """Name of a series -> estate and kind."""
    return {serials.series_name(kind, key): (key, kind) for key in estate_ids for kind in ReceiptKind}


# Drawers


def in_drawer(cashier_id: int, estate_ids: Collection[int] | None) -> Any:
    """What the cashier took in and gave back since the last close, in these estates or all."""
    parts = [
        lambda columns: columns["cashier_id"] == cashier_id,
        lambda columns: columns["day_close_id"].is_(None),
    ]
    if estate_ids is not None:
        parts.append(lambda columns: columns["estate_id"].in_(estate_ids))
    return moves(*parts).subquery()


def drawer_sums(cashier_id: int, estate_ids: Collection[int] | None) -> Sequence[Any]:
    """(estate, method, documents, yuan)."""
    held = in_drawer(cashier_id, estate_ids)
    sums = select(held.c.estate_id, held.c.method, func.count().label("count"), func.sum(held.c.amount).label("amount"))
    return session().execute(sums.group_by(held.c.estate_id, held.c.method)).all()


def drawer_documents(cashier_id: int, estate_id: int) -> Sequence[Any]:
    """(flow, id, method, yuan) of everything not closed yet. Whoever closes the same drawer waits for us."""
    session().execute(select(User.id).where(User.id == cashier_id).with_for_update())
    held = in_drawer(cashier_id, [estate_id])
    return session().execute(select(held.c.flow, held.c.id, held.c.method, held.c.amount)).all()


def close_documents(day_close_id: int) -> Sequence[Any]:
    """What the close is about, in the order it came, with the numbers of its receipts."""
    held = moves(lambda columns: columns["day_close_id"] == day_close_id).subquery()
    listed = (
        select(*(held.c[name] for name in COLUMNS), held.c.flow, Number.text.label("number"), Customer.name)
        .join(Customer, Customer.id == held.c.customer_id)
        .outerjoin(Receipt, Receipt.id == held.c.receipt_id)
        .outerjoin(Number, Number.id == Receipt.number_id)
    )
    return session().execute(listed.order_by(held.c.at, held.c.flow, held.c.id)).all()


def stamp(flow: str, ids: Sequence[int], day_close_id: int) -> None:
    """Put documents of a flow into the close."""
    model = flows[flow].model
    session().execute(update(model).where(model.id.in_(ids)).values(day_close_id=day_close_id))


def get_close(day_close_id: int) -> DayClose:
    found = select(DayClose).where(DayClose.id == day_close_id, within(DayClose.estate_id))
    parts = (DayClose.estate, DayClose.cashier, DayClose.signed_by)
    return session().scalars(found.options(*map(joinedload, parts))).one_or_none() or abort(404)


def unexplained_of(cashier_id: int) -> Sequence[DayClose]:
    waiting = select(DayClose).where(DayClose.cashier_id == cashier_id, DayClose.state == CloseState.unexplained)
    return session().scalars(waiting.where(within(DayClose.estate_id)).order_by(DayClose.id)).all()


def closes() -> Select[*tuple[Any, ...]]:
    signer = aliased(User)
    return (
        select(
            DayClose.id,
            DayClose.day,
            DayClose.closed_at,
            DayClose.variance,
            DayClose.explanation,
            DayClose.state,
            DayClose.counted,
            DayClose.expected,
            DayClose.cashier_id,
            User.full_name.label("cashier"),
            signer.full_name.label("signed_by"),
            DayClose.signed_at,
            Estate.name.label("estate"),
        )
        .join(User, User.id == DayClose.cashier_id)
        .join(Estate, Estate.id == DayClose.estate_id)
        .outerjoin(signer, signer.id == DayClose.signed_by_id)
        .where(in_chosen_estate(DayClose.estate_id))
    )


def cashiers() -> dict[int, str]:
    """Who has ever closed a day in the person's estates: id -> name."""
    found = select(User.id, User.full_name).join(DayClose, DayClose.cashier_id == User.id)
    rows = session().execute(found.where(within(DayClose.estate_id)).distinct().order_by(User.full_name))
    return {row.id: row.full_name for row in rows}
