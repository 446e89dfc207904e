"""Who lives in or owns the units an audience names, in one statement, and what the preview shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select
from sqlalchemy.orm import aliased

from crm.auth.actor import within
from crm.correspondence.audience.chosen import (
    FIRST,
    Audience,
    further_filters,
    kinds_of,
    roles_of,
    statuses_of,
    uses_of,
)
from crm.db import session
from crm.properties.models import Building, Unit
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import lasts_on

SHOWN = 20  # rows of the preview
NAMED = 200  # units without anybody that are named
File = aliased(Customer)
Kept = aliased(Customer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`units` = `reached` + `nobody` + `left_out`; `households` are more than `reached` where each of a unit counts."""

    households: int
    with_mail: int
    units: int
    reached: int
    nobody: int
    left_out: int
    buildings: Sequence[Any]
    first: Sequence[Any]
    empty: Sequence[str]


def households(audience: Audience, day: date) -> Select[*tuple[Any, ...]]:
    """(unit_id, customer_id, name, label, sort_key, building, has_mail) of whom it is for, in the units' order."""
    # reckoned once: an engine that takes the tables for empty would else rank anew for every row it joins
    ranked = _ranked(audience, day).cte("ranked").prefix_with("MATERIALIZED")
    named = (
        select(
            ranked.c.unit_id,
            ranked.c.customer_id,
            Kept.name,
            Unit.label,
            Unit.sort_key,
            func.coalesce(Building.number, "").label("building"),
            case((Kept.email != "", 1), else_=0).label("has_mail"),
        )
        .join(Unit, Unit.id == ranked.c.unit_id)
        .join(Kept, Kept.id == ranked.c.customer_id)
        .outerjoin(Building, Building.id == Unit.building_id)
    )
    return named.where(ranked.c.place == 1).order_by(Unit.sort_key, Unit.id, Kept.id)


def _ranked(audience: Audience, day: date) -> Select[*tuple[Any, ...]]:
    """Everybody who counts, with the place in the unit or, where each counts, among one's own roles there."""
    whose = [Occupancy.unit_id, File.kept_id] if audience.each else [Occupancy.unit_id]
    rank = case({role: place for place, role in enumerate(FIRST)}, value=Occupancy.role, else_=len(FIRST))
    place = func.row_number().over(partition_by=whose, order_by=(rank, Occupancy.id)).label("place")
    listed = select(Occupancy.unit_id, File.kept_id.label("customer_id"), place)
    joined = listed.join(Unit, Unit.id == Occupancy.unit_id).join(File, File.id == Occupancy.customer_id)
    counted = joined.where(*_units(audience), lasts_on(Occupancy, day), Occupancy.role.in_(roles_of(audience)))
    return counted.where(*_customers(audience, day))


def _units(audience: Audience) -> list[ColumnElement[bool]]:
    first, last = audience.floors
    wanted: list[tuple[Any, ColumnElement[bool]]] = [
        (audience.buildings, Unit.building_id.in_(audience.buildings)),
        (audience.entrances, Unit.entrance_id.in_(audience.entrances)),
        (audience.units, Unit.id.in_(audience.units)),
        (audience.uses, Unit.use.in_(uses_of(audience))),
        (audience.statuses, Unit.status.in_(statuses_of(audience))),
        (first is not None, Unit.floor >= literal(first)),
        (last is not None, Unit.floor <= literal(last)),
    ]
    here = [Unit.estate_id == audience.estate_id, within(Unit.estate_id)]
    return here + [condition for chosen, condition in wanted if chosen]


def _customers(audience: Audience, day: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if audience.kinds:
        whole = aliased(Customer)
        conditions.append(File.kept_id.in_(select(whole.id).where(whole.kind.in_(kinds_of(audience)))))
    for name, number in (audience.further or {}).items():
        conditions.append(File.kept_id.in_(further_filters[name](audience.estate_id, number, day)))
    return conditions


def preview(audience: Audience, day: date) -> Preview:
    found = session().execute(households(audience, day)).all()
    empty, units = _empty(audience, day), session().scalar(select(func.count()).where(*_units(audience))) or 0
    reached = len({row.unit_id for row in found})
    return Preview(
        households=len(found),
        with_mail=sum(row.has_mail for row in found),
        units=units,
        reached=reached,
        nobody=len(empty),
        left_out=units - reached - len(empty),
        buildings=_by_building(found),
        first=found[:SHOWN],
        empty=empty[:NAMED],
    )


def _empty(audience: Audience, day: date) -> Sequence[str]:
    """The units where nobody of these roles lives today: told apart from those whose people do not count."""
    there = and_(Occupancy.unit_id == Unit.id, lasts_on(Occupancy, day), Occupancy.role.in_(roles_of(audience)))
    found = select(Unit.label).where(*_units(audience), ~exists().where(there).correlate(Unit))
    return session().scalars(found.order_by(Unit.sort_key, Unit.id)).all()


def _by_building(found: Sequence[Any]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for row in found:
        counts[row.building] = counts.get(row.building, 0) + 1
    return list(counts.items())
