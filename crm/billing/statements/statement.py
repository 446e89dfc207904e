"""对账单: every document of an account between two days, with the balance after each. Positive: owed to us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Integer,
    String,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import (
    ADJUSTMENT_TITLES,
    METHOD_TITLES,
    Adjustment,
    AdjustmentKind,
    Bill,
    Method,
    Payment,
)
from crm.db import session
from crm.money import from_fen
from crm.properties.models import Unit
from crm.tenants.models import Customer
from crm.tenants.queries import in_file

BILL, PAYMENT, ADJUSTMENT = "bill", "payment", "adjustment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`charged` and `settled` in yuan, one of them nought; `about` names item and days or the method."""

    on: date
    kind: str
    id: int
    title: str
    about: str
    unit: str
    charged: Decimal
    settled: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    customer: Customer
    begins: date
    last: date
    opening: Decimal
    lines: list[Line]

    @property
    def closing(self) -> Decimal:
        return self.lines[-1].balance if self.lines else self.opening

    @property
    def charged(self) -> Decimal:
        return sum((line.charged for line in self.lines), Decimal(0))

    @property
    def settled(self) -> Decimal:
        return sum((line.settled for line in self.lines), Decimal(0))


def statement(customer: Customer, begins: date, last: date) -> Statement:
    """Both days included. Of a merged customer the whole file."""
    documents = _documents(customer.id).subquery("documents")
    before = select(func.coalesce(func.sum(documents.c.amount), 0)).where(documents.c.on < begins)
    opening = from_fen(int(session().scalar(before) or 0))
    wanted = select(documents).where(documents.c.on >= begins, documents.c.on <= last)
    rows = session().execute(wanted.order_by(documents.c.on, documents.c.place, documents.c.id))
    return Statement(customer=customer, begins=begins, last=last, opening=opening, lines=list(_lines(rows, opening)))


def _lines(rows: Iterable[Any], balance: Decimal) -> Iterator[Line]:
    for row in rows:
        amount = from_fen(int(row.amount))
        balance += amount
        yield Line(
            on=row.on,
            kind=row.kind,
            id=row.id,
            title=_title(row),
            about=_about(row),
            unit=row.unit or "",
            charged=max(amount, Decimal(0)),
            settled=max(-amount, Decimal(0)),
            balance=balance,
        )


def _title(row: Any) -> str:
    if row.kind == BILL:
        return str(row.word)
    if row.kind == PAYMENT:
        return str(METHOD_TITLES[Method(row.word)])
    return str(ADJUSTMENT_TITLES[AdjustmentKind(row.word)])


def _about(row: Any) -> str:
    if row.begins is None:
        return str(row.note or "")
    last = date.fromordinal(row.ends.toordinal() - 1)
    return f"{row.begins.isoformat()} – {last.isoformat()}"


def _documents(customer_id: int) -> CompoundSelect[*tuple[Any, ...]]:
    """on, place (in a day: charges first), kind, id, word, begins, ends, unit, note, amount in fen."""
    charged = (
        select(
            *_head(Bill.issued_on, 0, BILL, Bill.id),
            ChargeItem.name.label("word"),
            Bill.begins,
            Bill.ends,
            Unit.label.label("unit"),
            Bill.note,
            _fen(Bill.amount).label("amount"),
        )
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
        .where(in_file(Bill.customer_id, customer_id))
    )
    paid = select(
        *_head(Payment.paid_on, 1, PAYMENT, Payment.id),
        cast(Payment.method, String),
        *_nothing(),
        Payment.reference,
        -_fen(Payment.amount),
    ).where(in_file(Payment.customer_id, customer_id))
    of_a_bill = cast(Adjustment.bill_id.is_not(None), Integer)
    adjusted = select(
        *_head(Adjustment.booked_on, 2, ADJUSTMENT, Adjustment.id),
        cast(Adjustment.kind, String),
        *_nothing(),
        Adjustment.reason,
        _fen(Adjustment.amount) * (1 - 2 * of_a_bill),
    ).where(in_file(Adjustment.customer_id, customer_id))
    return union_all(charged, paid, adjusted)


def _head(on: Any, place: int, kind: str, key: Any) -> tuple[Any, ...]:
    return on.label("on"), literal(place).label("place"), literal(kind, String).label("kind"), key.label("id")


def _nothing() -> tuple[Any, ...]:
    return cast(null(), Bill.begins.type), cast(null(), Bill.ends.type), cast(null(), String)


def _fen(column: Any) -> Any:
    return type_coerce(column, BigInteger)
