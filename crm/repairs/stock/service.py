"""The verbs of the store. Every one holds the item first, so that of two takers of the last piece one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from secrets import token_hex
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import differences, record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.repairs.stock.events import StockCounted, StockItemAdded, StockItemChanged, StockMoved, StockReceived
from crm.repairs.stock.models import MovementKind, StockItem, StockMovement
from crm.repairs.stock.queries import NOUGHT, balance, find_item, find_movement, hold, van_owners
from crm.web.templating import exact

K = MovementKind
MOST = Decimal(100_000_000)  # of one item in one place; more is a slip of the finger


def add(**facts: Any) -> StockItem:
    _refuse_taken(facts["code"])
    item = StockItem(**facts)
    session().add(item)
    session().flush()
    record(StockItemAdded(stock_item_id=item.id, code=item.code, name=item.name, price=item.price))
    return item


def change(item: StockItem, facts: Mapping[str, Any]) -> None:
    """Another price holds for what is used from now on; the lines of jobs keep theirs."""
    changes = differences(item, facts)
    if "code" in changes:
        _refuse_taken(facts["code"], besides=item)
    for name in changes:
        setattr(item, name, facts[name])
    if changes:
        session().flush()
        record(StockItemChanged(stock_item_id=item.id, changes=changes))


def _refuse_taken(code: str, besides: StockItem | None = None) -> None:
    taken = find_item(code)
    if taken and taken is not besides:
        raise DomainError(_("%(code)s is taken: it is %(name)s. Write another code.", code=code, name=taken.name))


def receive(item: StockItem, quantity: Decimal, note: str, key: str | None = None) -> None:
    """Bought in, into the store."""
    hold([item.id])
    if find_movement(key, item.id, K.received):
        return
    if not item.active:
        raise DomainError(_("%(item)s is not used any more: set it in use first.", item=item.name))
    _expect_some(quantity)
    _write(item, K.received, quantity, None, note=note, key=key)
    record(StockReceived(stock_item_id=item.id, name=item.name, quantity=quantity, note=note))


def to_van(item: StockItem, quantity: Decimal, user_id: int, note: str = "", key: str | None = None) -> None:
    if user_id not in van_owners():
        raise DomainError(_("This person does no repairs. Choose somebody else."))
    _move(item, K.to_van, quantity, user_id, note, key)


def to_store(item: StockItem, quantity: Decimal, user_id: int, note: str = "", key: str | None = None) -> None:
    """Also from the van of somebody who does no repairs any more."""
    _move(item, K.to_store, quantity, user_id, note, key)


def _move(item: StockItem, kind: MovementKind, quantity: Decimal, user_id: int, note: str, key: str | None) -> None:
    hold([item.id])
    if find_movement(key, item.id, kind):
        return
    _expect_some(quantity)
    source, target = (None, user_id) if kind is K.to_van else (user_id, None)
    if balance(item.id, source) < quantity:
        raise DomainError(lacking(item, source))
    pair = token_hex(8)
    _write(item, kind, -quantity, source, pair=pair, note=note, key=key)
    _write(item, kind, quantity, target, pair=pair, note=note)
    told: dict[str, Any] = {
        "stock_item_id": item.id,
        "name": item.name,
        "quantity": quantity,
        "van": name_of(user_id),
        "note": note,
    }
    record(StockMoved(kind=kind.value, **told))


def count(item: StockItem, van_of_id: int | None, counted: Decimal, note: str = "", key: str | None = None) -> Decimal:
    """What is there counts: the difference to the book is written; it is given back, nought where the book is right."""
    hold([item.id])
    if found := find_movement(key, item.id, K.counted):
        return found.quantity
    if not NOUGHT <= counted <= MOST:
        raise DomainError(_("Write how many are there, nought or more."))
    expected = balance(item.id, van_of_id)
    if counted == expected:
        return NOUGHT
    _write(item, K.counted, counted - expected, van_of_id, note=note, key=key)
    told: dict[str, Any] = {"stock_item_id": item.id, "name": item.name, "van": name_of(van_of_id), "note": note}
    record(StockCounted(expected=expected, counted=counted, **told))
    return counted - expected


def use(item: StockItem, quantity: Decimal, worker_id: int | None, job: Mapping[str, Any], pair: str) -> str:
    """For a job: out of the worker's van when it has enough, else out of the store. Whose van it was, "" of the store.

    `job`: the movement's repair_order_id and note. Raises `DomainError` where neither place has enough.
    """
    hold([item.id])
    _expect_some(quantity)
    in_van = balance(item.id, worker_id) if worker_id else NOUGHT
    source = worker_id if worker_id and in_van >= quantity else None
    if source is None and balance(item.id, None) < quantity:
        raise DomainError(_lacking_for_a_job(item, in_van))
    _write(item, K.used, -quantity, source, pair=pair, **job)
    return name_of(source)


def give_back(item: StockItem, job: Mapping[str, Any], pair: str) -> None:
    """What a job did not use after all goes back to where it was taken from."""
    hold([item.id])
    taken = session().query(StockMovement).filter_by(pair=pair, kind=K.used).one()
    _write(item, K.given_back, -taken.quantity, taken.van_of_id, pair=pair, **job)


def lacking(item: StockItem, van_of_id: int | None) -> str:
    left = {"left": exact(balance(item.id, van_of_id)), "measure": item.measure, "item": item.name}
    if van_of_id is None:
        return _("The store has only %(left)s %(measure)s of %(item)s.", **left)
    return _("The van of %(who)s has only %(left)s %(measure)s of %(item)s.", who=name_of(van_of_id), **left)


def _lacking_for_a_job(item: StockItem, in_van: Decimal) -> str:
    return _(
        "There is not enough of %(item)s: %(van)s %(measure)s in the van, %(store)s in the store.",
        item=item.name,
        van=exact(in_van),
        store=exact(balance(item.id, None)),
        measure=item.measure,
    )


def name_of(user_id: int | None) -> str:
    return session().get_one(User, user_id).full_name if user_id else ""


def _expect_some(quantity: Decimal) -> None:
    if not NOUGHT < quantity <= MOST:
        raise DomainError(_("Write how many, more than nought."))


def _write(item: StockItem, kind: MovementKind, quantity: Decimal, van_of_id: int | None, **given: Any) -> None:
    session().add(
        StockMovement(
            item_id=item.id,
            kind=kind,
            quantity=quantity,
            van_of_id=van_of_id,
            moved_by_id=g.actor.user_id,
            moved_by=g.actor.name,
            moved_at=utc_now(),
            **given,
        )
    )
    session().flush()
