"""Asking for a voucher: by the title custodian, or by A or B of the project. L-24, A-13."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.credit.models import Project
from crm.archive.vault.custody import hold
from crm.archive.vault.documents.queries import same_certificate
from crm.archive.vault.incidents.queries import losses
from crm.archive.vault.models import (
    Direction,
    Purpose,
    TitleDocument,
    TitleState,
    TitleTransfer,
    TitleVoucher,
    TransferLine,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.models.voucher import FOR_A_TIME, INTO
from crm.archive.vault.vouchers.events import VoucherAsked
from crm.archive.vault.vouchers.figures import OUT_DAYS
from crm.archive.vault.vouchers.path import barred_by_loss, unfit
from crm.archive.vault.vouchers.queries import may_ask, on_voucher
from crm.archive.vault.vouchers.service.telling import tell, tell_rank
from crm.audit.log import record
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, NotEntitled
from crm.numbering import reserve

SERIES = {
    Direction.into: ("权证入库", "权入{year:04d}-{serial:04d}"),
    Direction.out: ("权证出库", "权出{year:04d}-{serial:04d}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`authority`: by what it moves, such as a court's order; `back_on` and `receiver` of what goes outside."""

    purpose: Purpose
    reason: str
    authority: str
    back_on: date | None = None
    receiver: str = ""


def ask(project: Project, document_ids: Collection[int], asked: Asked) -> TitleVoucher:
    """What goes in is ready at once; what goes out waits for the rank. Raises `DomainError` with the reason why not."""
    if not may_ask(project):
        raise NotEntitled(_("Only the title custodian, or A or B of the project, asks for this."))
    if asked.purpose is Purpose.receipt:
        raise DomainError(_("What A and B hand over comes in by the list of all three; its voucher is made with it."))
    documents = _documents(project, document_ids, asked.purpose)
    _expect_facts(asked)
    made = _made(project.dossier_id or 0, documents, asked, transfer_id=None)
    if made.state is VoucherState.asked:
        tell_rank(made)
    if asked.purpose is Purpose.not_handed_out:
        rank, number = {user.id for user in who_may(Permission.title_approve)}, made.number.text
        tell(made, rank, lambda: _("A release is taken back as not handed out: %(number)s.", number=number))
    return made


def _documents(project: Project, document_ids: Collection[int], purpose: Purpose) -> list[TitleDocument]:
    """Held; each of the project, in a fitting state and on no other voucher."""
    documents = [each for each in hold(document_ids) if each.dossier_id == project.dossier_id]
    if not documents or len(documents) != len(set(document_ids)):
        raise DomainError(_("Choose the documents of this project that are to be moved."))
    taken = on_voucher([each.id for each in documents], besides=Purpose.receipt if purpose is Purpose.loss else None)
    for each in documents:
        if reason := unfit(each.certificate_no, each.state, purpose):
            raise DomainError(reason)
        if each.id in taken:
            raise DomainError(
                _(
                    "%(document)s stands on voucher %(number)s already. Carry that out or cancel it first.",
                    document=each.certificate_no,
                    number=taken[each.id],
                )
            )
    lost = losses(list(document_ids))
    if reason := barred_by_loss(purpose, lost):
        raise DomainError(reason)
    if purpose is Purpose.not_handed_out and (told := next(filter(None, map(same_certificate, documents)), "")):
        raise DomainError(told)
    if purpose is Purpose.loss and set(lost) != set(document_ids):
        raise DomainError(_("There is no open incident about the loss. Report it first."))
    return documents


def _expect_facts(asked: Asked) -> None:
    if not asked.reason.strip() or not asked.authority.strip():
        raise DomainError(_("Write the reason and by what authority it moves."))
    if asked.purpose in (*FOR_A_TIME, Purpose.release) and not asked.receiver.strip():
        raise DomainError(_("Write who takes it outside, by name."))
    if asked.purpose in FOR_A_TIME:
        expect_day(asked.back_on)


def expect_day(back_on: date | None) -> None:
    today = business_day()
    last = today + timedelta(days=OUT_DAYS.on(today))
    if back_on is None:
        raise DomainError(_("Write the day by which it is back."))
    if not today < back_on <= last:
        raise DomainError(_("It is back after today and by %(day)s at the latest.", day=last.isoformat()))


def receipt_voucher(transfer: TitleTransfer) -> TitleVoucher:
    """Of a list that all three have signed, made with the custodian's signature; ready for the safe."""
    ids = session().scalars(select(TransferLine.document_id).where(TransferLine.transfer_id == transfer.id)).all()
    asked = Asked(purpose=Purpose.receipt, reason=_("Received from A and B"), authority=transfer.number.text)
    return _made(transfer.dossier_id, hold(ids), asked, transfer_id=transfer.id)


def receive_anew(voucher: TitleVoucher, lines: Sequence[VoucherLine]) -> None:
    """No loss after all: what the custodian had in hand goes into the safe by a voucher of its own."""
    kept = [line.document for line in lines if line.document.state is TitleState.received]
    if voucher.purpose is Purpose.loss and kept:
        asked = Asked(purpose=Purpose.receipt, reason=_("Not lost after all"), authority=voucher.number.text)
        _made(voucher.dossier_id, kept, asked, transfer_id=None)


def _take_over(voucher: TitleVoucher, documents: Sequence[TitleDocument]) -> None:
    """Lost between hand and safe: its line of the receipt ends, and the receipt with its last one."""
    ids = [each.id for each in documents]
    taken = select(VoucherLine).where(VoucherLine.document_id.in_(ids), VoucherLine.open)
    for line in session().scalars(taken).all():
        line.open, line.location_id, line.ended_by_id = False, None, voucher.id
        session().flush()
        left = select(VoucherLine.id).where(VoucherLine.voucher_id == line.voucher_id, VoucherLine.open).limit(1)
        if session().scalar(left) is None:
            receipt = session().get_one(TitleVoucher, line.voucher_id)
            receipt.state = VoucherState.cancelled
            receipt.ended_reason = _("Taken over by %(number)s.", number=voucher.number.text)
            session().flush()


def _made(
    dossier_id: int, documents: Sequence[TitleDocument], asked: Asked, *, transfer_id: int | None
) -> TitleVoucher:
    direction = Direction.into if asked.purpose in INTO else Direction.out
    name, pattern = SERIES[direction]
    [number] = reserve(name, pattern, year=business_day().year)
    number.commit()
    made = TitleVoucher(
        number=number,
        dossier_id=dossier_id,
        direction=direction,
        purpose=asked.purpose,
        state=VoucherState.ready if direction is Direction.into else VoucherState.asked,
        transfer_id=transfer_id,
        reason=asked.reason,
        authority=asked.authority,
        back_on=asked.back_on if asked.purpose in FOR_A_TIME else None,
        receiver=asked.receiver if asked.purpose in (*FOR_A_TIME, Purpose.release) else "",
        asked_by_id=g.actor.user_id,
        asked_at=utc_now(),
    )
    session().add(made)
    session().flush()
    if asked.purpose is Purpose.loss:
        _take_over(made, documents)
    session().add_all(VoucherLine(voucher_id=made.id, document_id=each.id) for each in documents)
    session().flush()
    record(
        VoucherAsked(
            title_voucher_id=made.id,
            dossier_id=dossier_id,
            number=number.text,
            purpose=asked.purpose.value,
            documents=[each.certificate_no for each in documents],
            reason=asked.reason,
            authority=asked.authority,
            back_on=made.back_on,
        )
    )
    return made
