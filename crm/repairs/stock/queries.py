"""What there is of each material, and where. The store is the company's: it belongs to no estate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import holds
from crm.db import session
from crm.errors import UsedElsewhere
from crm.repairs.stock.models import MovementKind, StockItem, StockMovement

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one place has; the store is the place of nobody."""

    user_id: int | None
    who: str
    quantity: Decimal


def _sum_of(*where: ColumnElement[bool]) -> Any:
    summed = select(func.sum(StockMovement.quantity)).where(StockMovement.item_id == StockItem.id, *where)
    return func.coalesce(summed.correlate(StockItem).scalar_subquery(), NOUGHT)


IN_STORE: ColumnElement[Decimal] = _sum_of(StockMovement.van_of_id.is_(None))
IN_VANS: ColumnElement[Decimal] = _sum_of(StockMovement.van_of_id.is_not(None))
IS_LOW = StockItem.active & (StockItem.least > IN_STORE)


def items() -> Select[*tuple[Any, ...]]:
    return select(
        StockItem.id,
        StockItem.code,
        StockItem.name,
        StockItem.measure,
        StockItem.price,
        StockItem.least,
        StockItem.active,
        IN_STORE.label("store"),
        IN_VANS.label("vans"),
    )


def get_item(stock_item_id: int) -> StockItem:
    return session().get(StockItem, stock_item_id) or abort(404)


def find_item(code: str) -> StockItem | None:
    return session().scalars(select(StockItem).where(func.upper(StockItem.code) == code.upper())).one_or_none()


def active_items() -> Sequence[StockItem]:
    return session().scalars(select(StockItem).where(StockItem.active).order_by(StockItem.code)).all()


def find_movement(key: str | None, item_id: int, *kinds: MovementKind) -> StockMovement | None:
    """What a form with this key has brought about already. Raises `DomainError` where that was something else."""
    found = session().scalars(select(StockMovement).filter_by(key=key)).one_or_none() if key else None
    if found and (found.item_id != item_id or found.kind not in kinds):
        raise UsedElsewhere
    return found


def movements_of(item_id: int, limit: int = 100) -> Sequence[StockMovement]:
    """The newest first, with whose vans they are."""
    found = select(StockMovement).where(StockMovement.item_id == item_id).options(joinedload(StockMovement.van_of))
    return session().scalars(found.order_by(StockMovement.id.desc()).limit(limit)).all()


def balance(item_id: int, van_of_id: int | None) -> Decimal:
    """What the store, or this person's van, has of it."""
    here = StockMovement.item_id == item_id, StockMovement.van_of_id == van_of_id
    return session().scalar(select(func.sum(StockMovement.quantity)).where(*here)) or NOUGHT


def places_of(item_id: int) -> list[Held]:
    """The store first, then each van that has some of it."""
    counted = func.sum(StockMovement.quantity).label("quantity")
    found = (
        select(StockMovement.van_of_id, User.full_name, counted)
        .outerjoin(User, User.id == StockMovement.van_of_id)
        .where(StockMovement.item_id == item_id)
        .group_by(StockMovement.van_of_id, User.full_name)
        .order_by(User.full_name, StockMovement.van_of_id)
    )
    held = [Held(user_id=row[0], who=row[1] or "", quantity=row[2]) for row in session().execute(found)]
    store = next((place for place in held if place.user_id is None), Held(user_id=None, who="", quantity=NOUGHT))
    return [store, *(place for place in held if place.user_id is not None and place.quantity)]


def van_owners() -> dict[int, str]:
    """Whoever does repairs: user id -> name."""
    found = select(User.id, User.full_name).where(holds(Permission.repair_work)).order_by(User.full_name, User.id)
    return {row.id: row.full_name for row in session().execute(found)}


def hold(item_ids: Collection[int]) -> None:
    """Nobody else moves these items until the unit of work ends; always in the same order, so that nobody waits for
    somebody who waits."""
    session().flush()
    held = select(StockItem.id).where(StockItem.id.in_(item_ids)).order_by(StockItem.id)
    session().execute(held.with_for_update())
