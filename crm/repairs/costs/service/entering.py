"""What was used: entered, and taken back by one more row. Material of the store leaves it with the row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import exists, select

from crm.audit.log import record
from crm.billing.ledger.models import Bill
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled, UsedElsewhere
from crm.repairs.costs.events import RepairLineAdded, RepairLineTakenBack
from crm.repairs.costs.lines import MOST, Line, missing
from crm.repairs.orders.costs import ENTERED_IN, entering_hindrance
from crm.repairs.orders.models import RepairLine, RepairOrder
from crm.repairs.orders.queries import agreed_quote, lines_of
from crm.repairs.orders.service import subjects
from crm.repairs.orders.service.steps import hold
from crm.repairs.stock import service as stock
from crm.repairs.stock.models import StockItem
from crm.repairs.stock.queries import hold as hold_items


def expect_entering(order: RepairOrder) -> None:
    """Raises `IllegalTransition` or, where only the person is the wrong one, `NotEntitled`."""
    if reason := entering_hindrance(order):
        raise (NotEntitled if order.state in ENTERED_IN else IllegalTransition)(reason)


def find_line(key: str | None) -> RepairLine | None:
    """What a form with this key has entered already."""
    return session().scalars(select(RepairLine).filter_by(key=key)).one_or_none() if key else None


def add(order: RepairOrder, line: Line, key: str | None = None) -> RepairLine:
    """Entered once however often the form is sent. Raises `DomainError` where van and store have not enough of it."""
    hold(order)
    if standing := find_line(key):
        if standing.repair_order_id != order.id:
            raise UsedElsewhere
        return standing
    expect_entering(order)
    return _enter(order, line, key)


def add_as_agreed(order: RepairOrder) -> int:
    """What is missing of the quote that the customer agreed to, at its prices; how many lines were entered."""
    hold(order)
    expect_entering(order)
    quote = agreed_quote(order.id)
    if quote is None:
        raise DomainError(_("The customer has agreed to no quote."))
    entered = [line_of(row) for row in lines_of(order.id)]
    lines = missing([Line.thawed(kept) for kept in quote.lines], entered)
    hold_items({line.item_id for line in lines if line.item_id})
    for line in lines:
        _enter(order, line, None)
    return len(lines)


def line_of(row: RepairLine) -> Line:
    same = {name: getattr(row, name) for name in ("kind", "name", "quantity", "price", "measure", "item_id")}
    return Line(**same)


def _enter(order: RepairOrder, line: Line, key: str | None) -> RepairLine:
    if not (0 < line.quantity <= MOST and 0 <= line.price <= MOST):
        raise DomainError(_("Write how many, more than nought, and what one costs."))
    made = _row(order, line, key=key)
    van = ""
    if line.item_id:
        item = session().get_one(StockItem, line.item_id)
        van = stock.use(item, line.quantity, order.worker_id, _job(order), _pair(made))
    record(RepairLineAdded(van=van, **_told(order, made)))
    return made


def take_back(order: RepairOrder, line: RepairLine) -> RepairLine:
    """The same figures below nought; what it took goes back to where it was taken from. Once only."""
    hold(order)
    expect_entering(order)
    if line.takes_back_id:
        raise DomainError(_("This line takes another one back itself: enter it anew."))
    if session().scalar(select(exists().where(RepairLine.takes_back_id == line.id))):
        raise DomainError(_("This line was taken back already."))
    if order.bill_id and line.entered_at <= session().get_one(Bill, order.bill_id).issued_at:
        raise DomainError(_("This line is on the bill of the job: have the bill adjusted instead."))
    undone = replace(line_of(line), quantity=-line.quantity)
    made = _row(order, undone, amount=-line.amount, takes_back_id=line.id)
    if line.item_id:
        stock.give_back(session().get_one(StockItem, line.item_id), _job(order), _pair(line))
    record(RepairLineTakenBack(**_told(order, made)))
    return made


def _row(order: RepairOrder, line: Line, **given: Any) -> RepairLine:
    figures: dict[str, Any] = {"amount": line.amount} | given
    made = RepairLine(
        repair_order_id=order.id,
        kind=line.kind,
        item_id=line.item_id,
        name=line.name,
        quantity=line.quantity,
        measure=line.measure,
        price=line.price,
        entered_by=g.actor.name,
        entered_at=utc_now(),
        **figures,
    )
    session().add(made)
    session().flush()
    return made


def _job(order: RepairOrder) -> dict[str, Any]:
    return {"repair_order_id": order.id, "note": order.number}


def _pair(line: RepairLine) -> str:
    """What a line took out of the store, and what came back of it."""
    return f"line-{line.id}"


def _told(order: RepairOrder, line: RepairLine) -> dict[str, Any]:
    figures = {"stock_item_id": line.item_id, "name": line.name, "quantity": line.quantity, "amount": line.amount}
    return figures | subjects(order)
