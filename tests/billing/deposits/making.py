"""Deposits and what is done with them, with the fewest arguments; whoever acts is of the cast."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.auth.actor import Actor, permissions_of
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.billing.deposits.models import (
    Deposit,
    DepositLine,
    DepositMovement,
    DepositPhoto,
    DepositRequest,
    DepositTieOut,
    MovementKind,
    RequestState,
)
from crm.billing.deposits.service import Line, Taking, Wish
from crm.billing.ledger.models import Method
from crm.db import open_session
from crm.files.models import StoredFile, Upload
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer
from tests.billing.making import MOMENT, _kept

DAY = date(2026, 1, 5)
numbers = count(1)


def user_called(username: str) -> User:
    with open_session() as db:
        return db.scalars(select(User).filter_by(username=username)).one()


def of_the_cast(username: str, role: RoleName) -> Actor:
    user = user_called(username)
    return Actor(name=user.full_name, permissions=permissions_of([role]), user_id=user.id, roles=(role,), locale="en")


def cashier() -> Actor:
    return of_the_cast("wudan", RoleName.cashier)


def supervisor() -> Actor:
    return of_the_cast("zhengkai", RoleName.billing_supervisor)


def taking(amount: str = "2000.00", **given: Any) -> Taking:
    facts: dict[str, Any] = {
        "kind": "renovation",
        "amount": Decimal(amount),
        "method": Method.cash,
        "taken_on": DAY,
        "payer": "欧阳娜娜",
        "key": f"k{next(numbers)}",
    }
    return Taking(**(facts | given))


def wish(kind: MovementKind, *amounts: str, **given: Any) -> Wish:
    lines = [Line(amount=Decimal(amount), reason="墙面损坏", clause="第 6 条") for amount in amounts]
    facts: dict[str, Any] = {"kind": kind, "lines": lines, "key": f"k{next(numbers)}"}
    if kind is MovementKind.refund:
        facts |= {"method": Method.cash, "payee": "欧阳娜娜"}
    return Wish(**(facts | given))


def _upload(estate_id: int) -> Upload:
    sha256 = f"d{next(numbers):063x}"
    _kept(StoredFile(sha256=sha256, sm3=sha256, size=4, media_type="image/jpeg", pages=None))
    said = {"name": "墙面.jpg", "purpose": "deposit", "uploaded_by": "吴丹", "uploaded_at": MOMENT}
    return _kept(Upload(sha256=sha256, original_sha256=sha256, estate_id=estate_id, **said))


def make_deposit(customer: Customer, amount: str = "2000.00", unit: Unit | None = None, **given: Any) -> Deposit:
    facts: dict[str, Any] = {
        "estate_id": customer.estate_id,
        "customer_id": customer.id,
        "unit_id": unit.id if unit else None,
        "kind": "renovation",
        "amount": Decimal(amount),
        "balance": Decimal(amount),
        "taken_on": DAY,
        "payer": "欧阳娜娜",
        "method": Method.cash,
        "key": f"k{next(numbers)}",
        "month": DAY.replace(day=1),
        "taken_by": "吴丹",
        "taken_at": MOMENT,
    }
    return _kept(Deposit(**(facts | given)))


def make_due_back(customer: Customer) -> Deposit:
    """Its agreed day has come."""
    return make_deposit(customer, due_back_on=DAY)


def make_request(
    deposit: Deposit, kind: MovementKind = MovementKind.refund, amount: str = "500.00", **given: Any
) -> DepositRequest:
    """With one line and a photograph; waiting for a decision unless another state is given."""
    facts: dict[str, Any] = {
        "estate_id": deposit.estate_id,
        "customer_id": deposit.customer_id,
        "deposit_id": deposit.id,
        "kind": kind,
        "amount": Decimal(amount),
        "key": f"k{next(numbers)}",
        "method": Method.cash if kind is MovementKind.refund else None,
        "payee": "欧阳娜娜",
        "requested_by_id": user_called("wudan").id,
        "requested_at": MOMENT,
    }
    if given.get("state", RequestState.requested) is not RequestState.requested:
        facts |= {"decided_by_id": user_called("zhengkai").id, "decided_at": MOMENT}
    request = _kept(DepositRequest(**(facts | given)))
    line = _kept(DepositLine(request_id=request.id, amount=request.amount, reason="墙面损坏", clause="第 6 条"))
    _kept(DepositPhoto(line_id=line.id, upload_id=_upload(deposit.estate_id).id))
    return request


def make_movement(
    deposit: Deposit, kind: MovementKind = MovementKind.deduction, amount: str = "100.00", **given: Any
) -> DepositMovement:
    """With the request that was carried out; the deposit's balance is as before."""
    request = make_request(deposit, kind, amount, state=RequestState.done)
    with open_session() as db:
        line_id = db.query(DepositLine).filter_by(request_id=request.id).one().id
    facts: dict[str, Any] = {
        "estate_id": deposit.estate_id,
        "customer_id": deposit.customer_id,
        "deposit_id": deposit.id,
        "request_id": request.id,
        "line_id": line_id,
        "kind": kind,
        "amount": Decimal(amount),
        "reason": "墙面损坏",
        "clause": "第 6 条",
        "method": request.method,
        "payee": request.payee,
        "booked_on": DAY,
        "month": DAY.replace(day=1),
        "made_by": "吴丹",
        "made_at": MOMENT,
    }
    return _kept(DepositMovement(**(facts | given)))


def make_tie_out(estate: Estate, bank: str = "0.00", **given: Any) -> DepositTieOut:
    facts: dict[str, Any] = {
        "estate_id": estate.id,
        "day": DAY,
        "register": Decimal("0.00"),
        "ledger": Decimal("0.00"),
        "bank": Decimal(bank),
        "reference": "对账单 2026-01-05",
        "explanation": "",
        "entered_by": "吴丹",
        "entered_at": MOMENT,
    }
    return _kept(DepositTieOut(**(facts | given)))


def make_tie_out_of_its_day(estate: Estate) -> DepositTieOut:
    """Of two of one day the list shows the later only."""
    return make_tie_out(estate, day=DAY + timedelta(days=next(numbers)))


def ids_of_deposits(customer: Customer) -> dict[str, object]:
    """One of each thing that an address of the deposits' pages names."""
    deposit = make_deposit(customer)
    movement = make_movement(deposit)
    request = make_request(deposit)
    with open_session() as db:
        photo = db.query(DepositPhoto).join(DepositLine).filter(DepositLine.request_id == request.id).one()
    return {
        "deposit_id": deposit.id,
        "deposit_movement_id": movement.id,
        "deposit_request_id": request.id,
        "deposit_photo_id": photo.id,
    }
