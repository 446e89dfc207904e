"""The cash-book of the vault: what came, went and is there, after each voucher carried out. Nothing typed. L-24, I3."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, case, func, select
from sqlalchemy.orm import aliased

from crm.archive.credit.models import Project
from crm.archive.vault.models import Direction, Purpose, TitleDocument, TitleVoucher, VoucherLine, VoucherState
from crm.archive.vault.models.voucher import INTO
from crm.auth.models import User
from crm.dates import beginning_of
from crm.db import session
from crm.numbering import Number

COMES = tuple(each for each in INTO if each is not Purpose.moved)
Keeper, Second = aliased(User), aliased(User)


def _turns() -> Subquery:
    """What each voucher carried out moved through the vault's door: only what was laid into a safe, or taken from one.

    What was lost while it was outside was not in the vault any more.
    """
    moved = func.count(VoucherLine.location_id)
    counted = (
        select(
            TitleVoucher.id,
            TitleVoucher.done_at,
            case((TitleVoucher.purpose.in_(COMES), moved), else_=0).label("came"),
            case((TitleVoucher.direction == Direction.out, moved), else_=0).label("went"),
            func.aggregate_strings(TitleDocument.certificate_no, "、").label("documents"),
        )
        .join(VoucherLine, VoucherLine.voucher_id == TitleVoucher.id)
        .join(TitleDocument, TitleDocument.id == VoucherLine.document_id)
        .where(TitleVoucher.state == VoucherState.done, VoucherLine.ended_by_id.is_(None))
        .group_by(TitleVoucher.id)
    )
    return counted.subquery()


def entries() -> tuple[Select[*tuple[Any, ...]], Any]:
    """One row for each voucher carried out, with the balance behind it; and the rows' columns."""
    turn = _turns()
    running = func.sum(turn.c.came - turn.c.went).over(order_by=(turn.c.done_at, turn.c.id))
    book = select(turn, running.label("balance")).subquery()
    found = (
        select(
            book.c.id,
            book.c.done_at,
            book.c.came,
            book.c.went,
            book.c.balance,
            book.c.documents,
            Number.text.label("number"),
            TitleVoucher.purpose,
            TitleVoucher.authority,
            TitleVoucher.scan_id,
            Project.title.label("project"),
            Keeper.full_name.label("custodian"),
            Second.full_name.label("witness"),
        )
        .select_from(book)
        .join(TitleVoucher, TitleVoucher.id == book.c.id)
        .join(Number, Number.id == TitleVoucher.number_id)
        .join(Project, Project.dossier_id == TitleVoucher.dossier_id)
        .join(Keeper, Keeper.id == TitleVoucher.custodian_id)
        .join(Second, Second.id == TitleVoucher.witness_id)
    )
    return found, book.c


def balance(before: date | None = None) -> int:
    """Now, or at the beginning of that day."""
    turn = _turns()
    found = select(func.coalesce(func.sum(turn.c.came - turn.c.went), 0))
    if before is not None:
        found = found.where(turn.c.done_at < beginning_of(before))
    return int(session().scalar(found) or 0)


def turnover(since: date, until: date) -> tuple[int, int]:
    """How many came and went from one day up to, not including, the other."""
    turn = _turns()
    found = select(func.coalesce(func.sum(turn.c.came), 0), func.coalesce(func.sum(turn.c.went), 0)).where(
        turn.c.done_at >= beginning_of(since), turn.c.done_at < beginning_of(until)
    )
    came, went = session().execute(found).one()
    return int(came), int(went)
