"""Charge items with their prices and shared costs, read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.billing.charges.models import ChargeItem, SharedCost, Tariff, Terms
from crm.db import session
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit, UnitUse
from crm.properties.queries import in_chosen_estate


def get_item(charge_item_id: int) -> ChargeItem:
    """With its estate; 404 outside the person's estates, as every `get_` here does."""
    found = select(ChargeItem).where(ChargeItem.id == charge_item_id, within(ChargeItem.estate_id))
    return session().scalars(found.options(joinedload(ChargeItem.estate))).one_or_none() or abort(404)


def get_shared_cost(shared_cost_id: int) -> SharedCost:
    found = select(SharedCost).join(ChargeItem, ChargeItem.id == SharedCost.item_id)
    seen = found.where(SharedCost.id == shared_cost_id, within(ChargeItem.estate_id))
    return session().scalars(seen).one_or_none() or abort(404)


def find_item(estate_id: int, name: str) -> ChargeItem | None:
    found = select(ChargeItem).where(ChargeItem.estate_id == estate_id, ChargeItem.name == name)
    return session().scalars(found).one_or_none()


def has_items(estate_id: int) -> bool:
    return session().scalar(select(ChargeItem.id).where(ChargeItem.estate_id == estate_id).limit(1)) is not None


def has_tariffs(item_id: int) -> bool:
    return session().scalar(select(Tariff.id).where(Tariff.item_id == item_id).limit(1)) is not None


def items(day: date) -> Select[*tuple[Any, ...]]:
    """Every item with the price that holds for all of its estate on that day."""
    said = select(Tariff.price).where(Tariff.item_id == ChargeItem.id, Tariff.unit_id.is_(None), Tariff.use.is_(None))
    newest = said.where(Tariff.since <= day).order_by(Tariff.since.desc(), Tariff.id.desc()).limit(1)
    special = select(func.count()).where(
        Tariff.item_id == ChargeItem.id, or_(Tariff.unit_id.is_not(None), Tariff.use.is_not(None))
    )
    return (
        select(
            ChargeItem.id,
            ChargeItem.name,
            ChargeItem.basis,
            ChargeItem.meter_kind,
            ChargeItem.payer,
            ChargeItem.rounding,
            ChargeItem.due_day,
            ChargeItem.active,
            ChargeItem.note,
            Estate.name.label("estate"),
            newest.scalar_subquery().label("price"),
            special.scalar_subquery().label("special"),
        )
        .join(Estate, Estate.id == ChargeItem.estate_id)
        .where(in_chosen_estate(ChargeItem.estate_id))
    )


def tariffs_of(item_id: int) -> Sequence[Tariff]:
    """All that was ever said, with the units, in the order it begins."""
    found = select(Tariff).where(Tariff.item_id == item_id).options(joinedload(Tariff.unit))
    return session().scalars(found.order_by(Tariff.since, Tariff.id)).all()


def general_tariffs(item_id: int) -> Sequence[Tariff]:
    """Those of all and of uses; there are few."""
    found = select(Tariff).where(Tariff.item_id == item_id, Tariff.unit_id.is_(None))
    return session().scalars(found.order_by(Tariff.since, Tariff.id)).all()


def own_tariffs(item_id: int, unit_ids: Sequence[int]) -> Sequence[Tariff]:
    found = select(Tariff).where(Tariff.item_id == item_id, Tariff.unit_id.in_(unit_ids))
    return session().scalars(found.order_by(Tariff.since, Tariff.id)).all()


def units_by_use(item: ChargeItem, day: date) -> dict[UnitUse, int]:
    """Of the estate, those that have no tariff of their own on that day."""
    newer = aliased(Tariff)
    later = or_(newer.since > Tariff.since, and_(newer.since == Tariff.since, newer.id > Tariff.id))
    overtaken = select(newer.id).where(
        newer.item_id == item.id, newer.unit_id == Tariff.unit_id, newer.since <= day, later
    )
    own = select(Tariff.unit_id).where(
        Tariff.item_id == item.id,
        Tariff.unit_id.is_not(None),
        Tariff.since <= day,
        Tariff.terms != Terms.general,
        ~overtaken.exists(),
    )
    counted = select(Unit.use, func.count()).where(Unit.estate_id == item.estate_id, Unit.id.not_in(own))
    return {row[0]: row[1] for row in session().execute(counted.group_by(Unit.use))}


def units_called(estate_id: int, labels: Sequence[str]) -> dict[str, Unit]:
    """Label, in capitals, -> unit."""
    found = select(Unit).where(Unit.estate_id == estate_id, func.upper(Unit.label).in_(labels))
    return {unit.label.upper(): unit for unit in session().scalars(found)}


def shared_costs() -> Select[*tuple[Any, ...]]:
    """With what overtook them: of two for one month and place the later entered counts."""
    newer = aliased(SharedCost)
    overtaken = select(newer.id).where(
        newer.item_id == SharedCost.item_id,
        newer.period == SharedCost.period,
        func.coalesce(newer.building_id, 0) == func.coalesce(SharedCost.building_id, 0),
        newer.id > SharedCost.id,
    )
    return (
        select(
            SharedCost.id,
            SharedCost.item_id,
            SharedCost.period,
            SharedCost.total,
            SharedCost.document,
            SharedCost.entered_by,
            SharedCost.entered_at,
            SharedCost.upload_id,
            ChargeItem.name.label("item"),
            Building.number.label("building"),
            Estate.name.label("estate"),
            overtaken.exists().label("overtaken"),
        )
        .join(ChargeItem, ChargeItem.id == SharedCost.item_id)
        .join(Estate, Estate.id == ChargeItem.estate_id)
        .outerjoin(Building, Building.id == SharedCost.building_id)
        .where(in_chosen_estate(ChargeItem.estate_id))
    )


def shared_items() -> Select[ChargeItem]:
    """Items of shared costs in use, with their estates."""
    found = select(ChargeItem).where(
        in_chosen_estate(ChargeItem.estate_id), ChargeItem.shared_by.is_not(None), ChargeItem.active
    )
    return found.options(joinedload(ChargeItem.estate)).order_by(ChargeItem.estate_id, ChargeItem.position)


def get_upload(upload_id: int) -> Upload:
    found = select(Upload).where(Upload.id == upload_id).options(joinedload(Upload.stored))
    return session().scalars(found).one()
