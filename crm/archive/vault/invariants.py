"""What must hold of title documents, proved on the live database: I2, I3 and I11 of section 2.7."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from crm.archive.credit.models import Project
from crm.archive.dossiers.models import Location
from crm.archive.dossiers.models.custody import TITLES_ONLY
from crm.archive.vault.custody import OBTAINED, REPLACED
from crm.archive.vault.keeping import titles_in_vault
from crm.archive.vault.models import (
    CountSignature,
    CountState,
    DayEnd,
    Direction,
    Purpose,
    TitleCustody,
    TitleDocument,
    TitleState,
    TitleVoucher,
    VaultCount,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.vouchers.book import COMES, balance
from crm.db import session

MOST = 20
NOWHERE = (TitleState.expected, TitleState.void, TitleState.replaced)
ON_THE_WAY = (TitleState.with_a, TitleState.verifying)
HANDS = (TitleState.with_a, TitleState.verifying, TitleState.received)
OPEN = TitleCustody.ends_at.is_(None)


def each_title_is_somewhere() -> list[str]:
    """I2: every document has exactly one open interval where its state says, each begins where the last one ended."""
    held = select(TitleCustody.document_id, func.count().label("open")).where(OPEN).group_by(TitleCustody.document_id)
    counted = held.subquery()
    wanted = case((TitleDocument.state.in_(NOWHERE), 0), else_=1)
    lost = select(TitleDocument.id).outerjoin(counted, counted.c.document_id == TitleDocument.id)
    wrong = lost.where(func.coalesce(counted.c.open, 0) != wanted)
    return [
        *(f"title document {row.id}: it is nowhere, or at two places" for row in _some(wrong)),
        *(f"title document {row.id}: it is not where its state says" for row in _some(_elsewhere())),
        *(f"title document {row.document_id}: its custody has a gap" for row in _some(_torn())),
        *(f"title document {row.document_id}: it lies in no safe" for row in _some(_beside())),
    ]


def _elsewhere() -> Select[*tuple[Any, ...]]:
    state = TitleDocument.state
    found = (
        select(TitleDocument.id)
        .join(TitleCustody, and_(TitleCustody.document_id == TitleDocument.id, OPEN))
        .join(Project, Project.dossier_id == TitleDocument.dossier_id)
    )
    return found.where(
        or_(
            and_(state.in_(HANDS), TitleCustody.holder_id.is_(None)),
            (state == TitleState.in_vault) != TitleCustody.location_id.is_not(None),
            and_(state.in_(ON_THE_WAY), TitleCustody.holder_id != Project.a_id),
            and_(state == TitleState.received, TitleCustody.cause.in_((OBTAINED, REPLACED))),
        )
    )


def _torn() -> Select[*tuple[Any, ...]]:
    whose, order = TitleCustody.document_id, (TitleCustody.starts_at, TitleCustody.id)
    before = func.lag(TitleCustody.ends_at).over(partition_by=whose, order_by=order)
    place = func.row_number().over(partition_by=whose, order_by=order)
    spans = select(TitleCustody.document_id, TitleCustody.starts_at, before.label("before"), place.label("place"))
    each = spans.subquery()
    return select(each.c.document_id).where(
        each.c.place > 1, or_(each.c.before.is_(None), each.c.before != each.c.starts_at)
    )


def _beside() -> Select[*tuple[Any, ...]]:
    found = select(TitleCustody.document_id).join(Location, Location.id == TitleCustody.location_id)
    return found.where(Location.kind.not_in(TITLES_ONLY))


def books_and_vault_agree() -> list[str]:
    """I3: what is in the vault by its state, by custody and by the book is one number, of each document too."""
    placed = session().scalar(select(func.count()).where(OPEN, TitleCustody.location_id.is_not(None))) or 0
    there, booked = titles_in_vault(), balance()
    faults = [] if there == placed == booked else [f"the vault: {there} by state, {placed} by place, {booked} by book"]
    return [
        *faults,
        *(f"title document {row.id}: the book says otherwise than its state" for row in _some(_misbooked())),
        *_misclosed(),
    ]


def _misbooked() -> Select[*tuple[Any, ...]]:
    turn = case(
        (VoucherLine.location_id.is_(None), 0),
        (TitleVoucher.purpose.in_(COMES), 1),
        (TitleVoucher.direction == Direction.out, -1),
        else_=0,
    )
    done = TitleVoucher.state == VoucherState.done
    moved = (
        select(VoucherLine.document_id, func.sum(turn).label("sum"))
        .join(TitleVoucher, TitleVoucher.id == VoucherLine.voucher_id)
        .where(done)
    )
    booked = moved.group_by(VoucherLine.document_id).subquery()
    wanted = case((TitleDocument.state == TitleState.in_vault, 1), else_=0)
    found = select(TitleDocument.id).outerjoin(booked, booked.c.document_id == TitleDocument.id)
    return found.where(func.coalesce(booked.c.sum, 0) != wanted)


def _misclosed() -> list[str]:
    """Days whose sheet closes with another number than the book; the last ones."""
    closed = session().execute(select(DayEnd.day, DayEnd.closing).order_by(DayEnd.day.desc()).limit(MOST))
    wrong = (row.day for row in closed if balance(row.day + timedelta(days=1)) != row.closing)
    return [f"end of day {day}: its closing is not the book's" for day in wrong]


def nobody_was_alone() -> list[str]:
    """I11: nothing moved, left or was counted by one person."""
    voucher = TitleVoucher
    done = select(voucher.id).where(voucher.state == VoucherState.done)
    alone = done.where(
        or_(
            voucher.custodian_id == voucher.witness_id,
            and_(
                voucher.direction == Direction.out,
                or_(
                    voucher.decided_by_id.is_(None),
                    voucher.decided_by_id == voucher.asked_by_id,
                    voucher.witness_id == voucher.asked_by_id,
                    voucher.witness_id == voucher.decided_by_id,
                ),
            ),
        )
    )
    signatures = func.count(CountSignature.id)
    counts = select(VaultCount.id).outerjoin(CountSignature).where(VaultCount.state == CountState.signed)
    unsigned = counts.group_by(VaultCount.id).having(signatures != 2)
    return [
        *(f"voucher {row.id}: one person did what two do" for row in _some(alone)),
        *(f"count {row.id}: is not signed by two" for row in _some(unsigned)),
        *(f"voucher {row.id}: released without papers" for row in _some(_unproved())),
    ]


def _unproved() -> Select[*tuple[Any, ...]]:
    released = select(TitleVoucher.id).where(
        TitleVoucher.purpose == Purpose.release, TitleVoucher.state == VoucherState.done
    )
    return released.where(TitleVoucher.receiver_sealed == "")


def _some(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return session().execute(query.limit(MOST)).all()


CHECKS: dict[str, list[Callable[[], list[str]]]] = {
    "I2": [each_title_is_somewhere],
    "I3": [books_and_vault_agree],
    "I11": [nobody_was_alone],
}
