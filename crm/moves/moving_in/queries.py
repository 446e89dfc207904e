"""Move-ins inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.db import session
from crm.files.models import Upload
from crm.moves.moving_in.models import (
    MoveIn,
    MoveInDefect,
    MoveInDeposit,
    MoveInDocument,
    MoveInState,
)
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.repairs.orders.models import RepairOrder
from crm.tenants.models import Customer, Member
from crm.tenants.queries import File, in_same_file, lasts_on
from crm.tenants.unfiled import lies_in_a_dossier

KIND = "move_in"  # as papers and keys name what they belong to
MOST = 500  # under way at once
UNDER_WAY = MoveIn.state == MoveInState.started
UNFILED = and_(
    MoveIn.state.in_((MoveInState.signed, MoveInState.filed)),
    ~lies_in_a_dossier(KIND, MoveIn.id),
)
PARTS = (MoveIn.estate, MoveIn.unit, MoveIn.customer)
SIGNATURES = (MoveIn.signature, MoveIn.clerk_signature)


def get_move_in(move_in_id: int) -> MoveIn:
    """With what its pages show; 404 outside the person's estates, as every `get_` here does."""
    found = select(MoveIn).where(MoveIn.id == move_in_id, within(MoveIn.estate_id))
    drawn = [joinedload(part).joinedload(Upload.stored) for part in SIGNATURES]
    return session().scalars(found.options(*map(joinedload, PARTS), *drawn)).one_or_none() or abort(404)


def find_under_way(unit_id: int, customer_id: int) -> MoveIn | None:
    """Of the customer's whole file."""
    found = select(MoveIn).where(UNDER_WAY, MoveIn.unit_id == unit_id, in_same_file(MoveIn.customer_id, customer_id))
    return session().scalars(found.limit(1)).one_or_none()


def under_way(scope: ColumnElement[bool] | None = None) -> Sequence[MoveIn]:
    """The oldest first, with unit and customer; in the chosen estates, or in `scope`."""
    here = in_chosen_estate(MoveIn.estate_id) if scope is None else scope
    found = select(MoveIn).where(UNDER_WAY, here).options(joinedload(MoveIn.unit), joinedload(MoveIn.customer))
    return session().scalars(found.order_by(MoveIn.started_at, MoveIn.id).limit(MOST)).all()


def move_ins(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with unit and customer as they are today; in the chosen estates, or in `scope`."""
    return (
        select(
            MoveIn.id,
            MoveIn.number,
            MoveIn.state,
            MoveIn.role,
            MoveIn.starts_on,
            MoveIn.started_by,
            MoveIn.started_at,
            MoveIn.lease_until,
            MoveIn.licence_until,
            MoveIn.signer,
            MoveIn.signed_by,
            MoveIn.signed_at,
            MoveIn.filed_at,
            MoveIn.estate_id,
            Unit.id.label("unit_id"),
            Unit.label.label("unit"),
            Building.number.label("building"),
            Customer.id.label("customer_id"),
            Customer.name.label("customer"),
            Customer.kind.label("kind"),
            Estate.name.label("estate"),
        )
        .join(Unit, Unit.id == MoveIn.unit_id)
        .outerjoin(Building, Building.id == Unit.building_id)
        .join(Estate, Estate.id == MoveIn.estate_id)
        .join(File, File.id == MoveIn.customer_id)
        .join(Customer, Customer.id == File.kept_id)
        .where(in_chosen_estate(MoveIn.estate_id) if scope is None else scope)
    )


def every_move_in() -> Select[int]:
    """What `move_ins` has, to count."""
    return select(MoveIn.id).where(in_chosen_estate(MoveIn.estate_id))


def documents_of(move_in_id: int) -> dict[str, MoveInDocument]:
    """Code -> the one that counts, with its file."""
    found = select(MoveInDocument).where(MoveInDocument.move_in_id == move_in_id).order_by(MoveInDocument.id)
    whole = found.options(joinedload(MoveInDocument.upload).joinedload(Upload.stored))
    return {each.code: each for each in session().scalars(whole)}


def get_document(move_in_document_id: int) -> MoveInDocument:
    found = select(MoveInDocument).join(MoveIn, MoveIn.id == MoveInDocument.move_in_id)
    mine = found.where(MoveInDocument.id == move_in_document_id, within(MoveIn.estate_id))
    whole = mine.options(
        joinedload(MoveInDocument.upload).joinedload(Upload.stored), joinedload(MoveInDocument.move_in)
    )
    return session().scalars(whole).one_or_none() or abort(404)


def defects_of(move_in_id: int) -> Sequence[MoveInDefect]:
    """With their repairs."""
    found = select(MoveInDefect).where(MoveInDefect.move_in_id == move_in_id).order_by(MoveInDefect.id)
    order = joinedload(MoveInDefect.order).joinedload(RepairOrder.category)
    return session().scalars(found.options(order)).all()


def found_by_move_in(repair_order_id: int) -> MoveIn | None:
    """The move-in at which a repair was found."""
    found = select(MoveIn).join(MoveInDefect, MoveInDefect.move_in_id == MoveIn.id)
    mine = found.where(MoveInDefect.repair_order_id == repair_order_id, within(MoveIn.estate_id))
    return session().scalars(mine).one_or_none()


def asked_deposits(move_in_ids: Sequence[int]) -> dict[int, dict[str, MoveInDeposit]]:
    """Move-in -> kind -> what is asked for last; nought ones are left out."""
    rows = select(MoveInDeposit).where(MoveInDeposit.move_in_id.in_(move_in_ids)).order_by(MoveInDeposit.id)
    asked: dict[int, dict[str, MoveInDeposit]] = {}
    for row in session().scalars(rows):
        asked.setdefault(row.move_in_id, {})[row.kind] = row
    return {key: {kind: row for kind, row in kinds.items() if row.amount} for key, kinds in asked.items()}


def people_of(customer_id: int, day: date) -> Sequence[Member]:
    """Of the customer's whole file, those of today."""
    found = select(Member).where(in_same_file(Member.customer_id, customer_id), lasts_on(Member, day))
    return session().scalars(found.order_by(Member.id)).all()


def find_called(number: str) -> int | None:
    """The id of the move-in with this number, in the person's estates."""
    wanted = select(MoveIn.id).where(MoveIn.number == number.strip().upper(), within(MoveIn.estate_id))
    return session().scalars(wanted).one_or_none()


def late_counts(started_before: Any) -> tuple[int, int]:
    """Of the chosen estates: under way, and those started before that moment."""
    late = func.sum(case((MoveIn.started_at < started_before, 1), else_=0))
    counted = select(func.count(), late).where(UNDER_WAY, in_chosen_estate(MoveIn.estate_id))
    count, overdue = session().execute(counted).one()
    return count, overdue or 0
