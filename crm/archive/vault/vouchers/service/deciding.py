"""Deciding about what goes out, cancelling, and the sheet signed in ink. A-13, 2.6."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.archive.vault.keeping import custodians
from crm.archive.vault.vouchers.events import VoucherCancelled, VoucherDecided, VoucherScanned
from crm.archive.vault.vouchers.path import PATH
from crm.archive.vault.vouchers.service.asking import receive_anew
from crm.archive.vault.vouchers.service.telling import tell
from crm.archive.vault.vouchers.standing import Standing
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload


def approve(standing: Standing, words: str = "") -> None:
    """What is given back is free by then, each document by the proof that is noted with it."""
    _decide(standing, "approve", words)
    for line in standing.lines if standing.is_release else ():
        line.proof_id = standing.proofs[line.document_id]
        standing.voucher.proof_id = standing.voucher.proof_id or line.proof_id
    session().flush()
    number = standing.voucher.number.text
    who = {*custodians(), standing.voucher.asked_by_id}
    tell(standing.voucher, who, lambda: _("Approved, two people carry it out: %(number)s.", number=number))


def refuse(standing: Standing, words: str) -> None:
    """Raises `DomainError` without a reason."""
    if not words.strip():
        raise DomainError(_("Write why it is refused."))
    PATH.expect(standing, "refuse")
    end_lines(standing)
    standing.voucher.ended_reason = words
    _decide(standing, "refuse", words)
    receive_anew(standing.voucher, standing.lines)
    number = standing.voucher.number.text
    told = [standing.voucher.asked_by_id]
    tell(standing.voucher, told, lambda: _("Turned down: %(number)s. %(words)s", number=number, words=words))


def _decide(standing: Standing, action: str, words: str) -> None:
    voucher = standing.voucher
    with session().no_autoflush:
        PATH.take(standing, action)
        voucher.decided_by_id, voucher.decided_at, voucher.decision = g.actor.user_id, utc_now(), words
    session().flush()
    record(VoucherDecided(**about(standing), approved=action == "approve", words=words))


def cancel(standing: Standing, reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    PATH.expect(standing, "cancel")
    end_lines(standing)
    with session().no_autoflush:
        PATH.take(standing, "cancel")
        standing.voucher.ended_reason = reason
    session().flush()
    receive_anew(standing.voucher, standing.lines)
    record(VoucherCancelled(**about(standing), reason=reason))


def attach_scan(standing: Standing, scan: Upload) -> None:
    PATH.expect(standing, "attach_scan")
    standing.voucher.scan_id = scan.id
    session().flush()
    record(VoucherScanned(**about(standing), upload_id=scan.id))


def end_lines(standing: Standing) -> None:
    """Its documents are free for another voucher."""
    for line in standing.lines:
        line.open = False
    session().flush()


def about(standing: Standing) -> dict[str, Any]:
    voucher = standing.voucher
    return {"title_voucher_id": voucher.id, "dossier_id": voucher.dossier_id, "number": voucher.number.text}
