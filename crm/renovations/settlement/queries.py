"""Settlements inside the acting person's estates, and what a renovation's settlement asks of other books."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import within
from crm.billing.deposits.models import Deposit, DepositLine, DepositMovement, DepositRequest, MovementKind
from crm.billing.deposits.queries import undone
from crm.billing.ledger.models import Bill
from crm.db import session
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import is_about
from crm.renovations.settlement.models import (
    GONE,
    UNDER_WAY,
    RenovationSettlement,
    SettlementLine,
    SettlementPhoto,
)
from crm.tenants.models import Customer
from crm.tenants.queries import File
from crm.violations.cases.models import UNSETTLED, Violation
from crm.violations.cases.queries import OPEN as OPEN_VIOLATION

KIND = "renovation_settlement"  # as papers and requests name it
NOUGHT = Decimal(0)
STANDS = RenovationSettlement.state.not_in(bindparam("gone", GONE, expanding=True, literal_execute=True))
LINES = selectinload(RenovationSettlement.lines)
WHOLE = (
    joinedload(RenovationSettlement.renovation).joinedload(Renovation.unit),
    joinedload(RenovationSettlement.renovation).joinedload(Renovation.estate),
    joinedload(RenovationSettlement.renovation).joinedload(Renovation.customer),
    joinedload(RenovationSettlement.deposit),
    joinedload(RenovationSettlement.deduction),
    joinedload(RenovationSettlement.refund),
    joinedload(RenovationSettlement.bill),
    joinedload(RenovationSettlement.signature).joinedload(Upload.stored),
    LINES.joinedload(SettlementLine.violation),
    LINES.joinedload(SettlementLine.bill).joinedload(Bill.item),
    LINES.selectinload(SettlementLine.photos).joinedload(SettlementPhoto.upload).joinedload(Upload.stored),
)


def get_settlement(renovation_settlement_id: int) -> RenovationSettlement:
    """Whole; 404 outside the person's estates, as every `get_` here does."""
    found = select(RenovationSettlement).where(
        RenovationSettlement.id == renovation_settlement_id, within(RenovationSettlement.estate_id)
    )
    return session().scalars(found.options(*WHOLE)).one_or_none() or abort(404)


def get_photo(renovation_settlement_photo_id: int) -> Upload:
    found = select(Upload).join(SettlementPhoto, SettlementPhoto.upload_id == Upload.id)
    found = found.join(SettlementLine, SettlementLine.id == SettlementPhoto.line_id)
    found = found.join(RenovationSettlement, RenovationSettlement.id == SettlementLine.settlement_id)
    mine = found.where(SettlementPhoto.id == renovation_settlement_photo_id, within(RenovationSettlement.estate_id))
    return session().scalars(mine.options(joinedload(Upload.stored))).one_or_none() or abort(404)


def standing(renovation_id: int) -> RenovationSettlement | None:
    """The one that counts, under way or settled."""
    found = select(RenovationSettlement).where(RenovationSettlement.renovation_id == renovation_id, STANDS)
    return session().scalars(found.options(*WHOLE)).one_or_none()


def settlements_of(renovation_id: int) -> Sequence[RenovationSettlement]:
    """All of them, the newest first."""
    found = select(RenovationSettlement).where(RenovationSettlement.renovation_id == renovation_id)
    return session().scalars(found.order_by(RenovationSettlement.round.desc()).options(*WHOLE)).all()


def last_round(renovation_id: int) -> int:
    found = select(func.max(RenovationSettlement.round)).where(RenovationSettlement.renovation_id == renovation_id)
    return session().scalar(found) or 0


def of_deposit(deposit_id: int) -> RenovationSettlement | None:
    """The one that counts and rests on this deposit."""
    found = select(RenovationSettlement).where(RenovationSettlement.deposit_id == deposit_id, STANDS)
    return session().scalars(found.order_by(RenovationSettlement.id.desc()).limit(1)).one_or_none()


def asked_as(settlement_id: int) -> str:
    """How the keys of the requests begin that are made for the settlement."""
    return f"{KIND}-{settlement_id}-"


def is_booked(request: DepositRequest) -> bool:
    """Whether all its lines have become movements."""
    booked = select(func.coalesce(func.sum(DepositMovement.amount), 0)).where(
        DepositMovement.request_id == request.id, DepositMovement.reverses_id.is_(None)
    )
    return session().scalar(booked) == request.amount


def taken_before(deposit_id: int, besides_request_id: int | None) -> Sequence[DepositMovement]:
    """What was deducted from the deposit outside the settlement and stands, in the order it was booked."""
    found = select(DepositMovement).where(
        DepositMovement.deposit_id == deposit_id,
        DepositMovement.kind != MovementKind.refund,
        DepositMovement.reverses_id.is_(None),
        DepositMovement.request_id.is_distinct_from(besides_request_id),
        ~undone(),
    )
    whole = joinedload(DepositMovement.line).selectinload(DepositLine.photos)
    return session().scalars(found.order_by(DepositMovement.id).options(whole)).all()


def violations_of(renovation: Renovation) -> Sequence[Violation]:
    found = select(Violation).where(is_about(renovation)).options(joinedload(Violation.type))
    return session().scalars(found.order_by(Violation.id)).all()


def unsettled_violation(renovation: Renovation) -> str:
    """The number of the oldest that is not settled, or ""."""
    found = select(Violation.number).where(OPEN_VIOLATION, Violation.state.in_(UNSETTLED), is_about(renovation))
    return session().scalars(found.order_by(Violation.id).limit(1)).one_or_none() or ""


def settlements() -> Select[*tuple[Any, ...]]:
    """Each with its renovation, place and whose it is today."""
    return (
        select(
            RenovationSettlement.id,
            RenovationSettlement.number,
            RenovationSettlement.state,
            RenovationSettlement.held,
            RenovationSettlement.deducted,
            RenovationSettlement.back,
            RenovationSettlement.billed,
            RenovationSettlement.proposed_by,
            RenovationSettlement.proposed_at,
            RenovationSettlement.signed_at,
            RenovationSettlement.paid_at,
            Renovation.id.label("renovation_id"),
            Renovation.number.label("renovation"),
            Customer.id.label("customer_id"),
            Customer.name.label("customer"),
            Unit.label.label("unit"),
            Building.number.label("building"),
            Estate.name.label("estate"),
        )
        .join(Renovation, Renovation.id == RenovationSettlement.renovation_id)
        .outerjoin(File, File.id == Renovation.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .outerjoin(Unit, Unit.id == Renovation.unit_id)
        .outerjoin(Building, Building.id == Renovation.building_id)
        .outerjoin(Estate, Estate.id == Renovation.estate_id)
        .where(in_chosen_estate(RenovationSettlement.estate_id))
    )


CURRENT = aliased(RenovationSettlement)
DUE = or_(
    Renovation.state == RenovationState.checked,
    and_(
        Renovation.state.in_((RenovationState.refused, RenovationState.withdrawn)),
        Deposit.balance > NOUGHT,
    ),
)


def to_settle() -> Select[*tuple[Any, ...]]:
    """Renovations whose deposit is due back, or that are to be settled with nought; with how far it is."""
    return (
        select(
            Renovation.id,
            Renovation.number,
            Renovation.state,
            Renovation.second_passed_on,
            Renovation.contractor,
            Deposit.id.label("deposit_id"),
            Deposit.payer,
            Deposit.amount,
            Deposit.balance,
            CURRENT.state.label("settlement"),
            Customer.name.label("customer"),
            Unit.label.label("unit"),
            Building.number.label("building"),
            Estate.name.label("estate"),
        )
        .outerjoin(Deposit, Deposit.id == Renovation.deposit_id)
        .outerjoin(CURRENT, and_(CURRENT.renovation_id == Renovation.id, CURRENT.state.in_(UNDER_WAY)))
        .outerjoin(File, File.id == Renovation.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .outerjoin(Unit, Unit.id == Renovation.unit_id)
        .outerjoin(Building, Building.id == Renovation.building_id)
        .outerjoin(Estate, Estate.id == Renovation.estate_id)
        .where(DUE, in_chosen_estate(Renovation.estate_id))
    )


def counts() -> tuple[int, int]:
    """Of the chosen estates: what is to be settled, settlements under way."""
    mine = in_chosen_estate(RenovationSettlement.estate_id)
    under_way = select(func.count(RenovationSettlement.id)).where(RenovationSettlement.state.in_(UNDER_WAY), mine)
    due = select(func.count()).select_from(to_settle().with_only_columns(Renovation.id).subquery())
    return session().scalar(due) or 0, session().scalar(under_way) or 0
