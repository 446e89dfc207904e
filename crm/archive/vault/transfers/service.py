"""Issuing a transfer list, comparing its lines, signing it, withdrawing it (L-25…L-29)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm import numbering
from crm.archive.credit.models import Project
from crm.archive.dossiers import proof
from crm.archive.dossiers.content import content_hash, number_of
from crm.archive.dossiers.models import Dossier
from crm.archive.handover.days import minute_of
from crm.archive.handover.models import Party
from crm.archive.handover.service.lists import Signing
from crm.archive.handover.service.telling import tell_at
from crm.archive.vault import custody
from crm.archive.vault.custody import RECEIVED, Paper, Whereabouts
from crm.archive.vault.documents import path as documents
from crm.archive.vault.documents.path import not_a
from crm.archive.vault.documents.queries import collateral_in_words, with_former
from crm.archive.vault.documents.service import expect_entitled
from crm.archive.vault.keeping import custodians
from crm.archive.vault.models import (
    TitleDocument,
    TitleSignature,
    TitleState,
    TitleTick,
    TitleTransfer,
    TitleVoucher,
    TransferLine,
    TransferState,
)
from crm.archive.vault.transfers import content, queries
from crm.archive.vault.transfers.content import Head
from crm.archive.vault.transfers.events import (
    TransferCompared,
    TransferIssued,
    TransferReceived,
    TransferSigned,
    TransferWithdrawn,
)
from crm.archive.vault.transfers.path import PATH
from crm.archive.vault.transfers.standing import Standing
from crm.archive.vault.vouchers.service import receipt_voucher
from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.numbering import Number

SERIES, PATTERN = "权证移交", "权移{year}-{serial:04d}"
ADDRESS = "/archive/vault/transfers/{}"  # of a list's page; the bell is rung where `url_for` has no request


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one party found of a line: each field agrees or not; `note` says how it differs."""

    name: bool
    certificate_no: bool
    quantity: bool
    note: str = ""

    @property
    def agrees(self) -> bool:
        return self.name and self.certificate_no and self.quantity


def issue(project: Project, document_ids: Collection[int]) -> TitleTransfer:
    """By A, of what A has in hand; frozen and with a number of its own. Somebody else's list may be quicker."""
    expect_entitled(not_a(project))
    if with_former(project):
        raise DomainError(_("Confirm first what you have taken over from the former A."))
    chosen = _taken_on(project, document_ids)
    number = _next_number()
    issued_at = utc_now()
    head = Head(
        subject=number.id,
        number=number.text,
        file_number=number_of(session().get_one(Dossier, project.dossier_id)),
        title=project.title,
        client=project.client.name,
        a=project.a.full_name,
        b=project.b.full_name,
        issued_at=minute_of(issued_at),
    )
    said = content.whole(head, chosen, collateral_in_words(chosen))
    made = TitleTransfer(
        dossier_id=project.dossier_id,
        number_id=number.id,
        state=TransferState.issued,
        content=said,
        hash=content_hash(said),
        a_id=project.a_id,
        b_id=project.b_id,
        issued_at=issued_at,
    )
    session().add(made)
    session().flush()
    session().add_all(_line(made, each) for each in chosen)
    proof.issue(content.FORM, number.id, number.text, said, dossier_id=made.dossier_id)
    ids = [each.id for each in chosen]
    told = {"title_transfer_id": made.id, "project_id": project.id, "dossier_id": made.dossier_id}
    record(TransferIssued(**told, title_document_ids=ids, number=number.text, hash=made.hash))
    _tell_issued(made, project, number.text)
    return made


def _taken_on(project: Project, document_ids: Collection[int]) -> list[TitleDocument]:
    """Locked, and from now on verified; raises `DomainError` for what is not in A's hands or another's."""
    if not document_ids:
        raise DomainError(_("Choose at least one title document for the list."))
    chosen = custody.hold(document_ids)
    if len(chosen) != len(set(document_ids)) or any(each.dossier_id != project.dossier_id for each in chosen):
        raise DomainError(_("A list names title documents of one project only. Open the page anew and choose again."))
    for each in chosen:
        if each.state is TitleState.verifying:
            words = {"name": f"{each.name} {each.certificate_no}", "number": queries.live_list_of(each.id)}
            raise DomainError(_("%(name)s is on the list %(number)s already.", **words))
        documents.PATH.take(each, "put_on_list")
        each.void_asked, each.void_asked_by_id = "", None  # it is there to be compared
    session().flush()
    return chosen


def _next_number() -> Number:
    [number] = numbering.reserve(SERIES, PATTERN, year=business_day().year)
    number.commit()
    session().flush()
    return number


def _line(transfer: TitleTransfer, document: TitleDocument) -> TransferLine:
    return TransferLine(
        transfer_id=transfer.id,
        document_id=document.id,
        name=document.name,
        certificate_no=document.certificate_no,
        quantity=document.quantity,
    )


def _tell_issued(transfer: TitleTransfer, project: Project, number: str) -> None:
    people = {project.b_id, *custodians()} - {g.actor.user_id}
    words = {"number": number, "title": project.title}
    tell_at(
        ADDRESS.format(transfer.id),
        people,
        lambda: _("%(number)s, %(title)s: compare the title documents with the list.", **words),
    )


def compare(standing: Standing, found: Mapping[int, Compared]) -> int:
    """The acting party's ticks, by line; how many lines. Raises `DomainError` for a difference without a word."""
    party = standing.party
    PATH.expect(standing, "check" if party not in (Party.a, Party.b) else "tick")
    lines = [line for line in standing.lines if line.id in found]
    if not lines:
        raise DomainError(_("Nothing was compared. Tick what agrees, or write what differs."))
    for line in lines:
        if not found[line.id].agrees and not found[line.id].note.strip():
            place = standing.place_of(line)
            raise DomainError(_("Line %(line)d: tick all three fields, or write what differs.", line=place))
    for line in lines:
        each = found[line.id]
        fields = {"name": each.name, "certificate_no": each.certificate_no, "quantity": each.quantity}
        bound = {"line_id": line.id, "party": party, "ticked_by_id": g.actor.user_id, "ticked_at": utc_now()}
        session().add(TitleTick(**bound, **fields, note=each.note))
    session().flush()
    agreeing = sum(found[line.id].agrees for line in lines)
    told = {"title_transfer_id": standing.transfer.id, "dossier_id": standing.transfer.dossier_id}
    whose = party.value if party else ""
    record(TransferCompared(**told, title_party=whose, agreeing=agreeing, differing=len(lines) - agreeing))
    _tell_compared(queries.gathered(standing.transfer, standing.project))
    return len(lines)


def _tell_compared(standing: Standing) -> None:
    """A signs first, or puts right what differs."""
    if not all(standing.has_compared(party) for party in Party):
        return
    differs = any(standing.differing(party) for party in Party)
    words = {"number": standing.number, "title": standing.project.title}
    tell_at(
        ADDRESS.format(standing.transfer.id),
        {standing.project.a_id} - {g.actor.user_id},
        lambda: (
            _("%(number)s, %(title)s: something differs, look at the list.", **words)
            if differs
            else _("%(number)s, %(title)s: all three have compared, sign the list.", **words)
        ),
    )


def sign(standing: Standing, signing: Signing) -> TitleSignature:
    """A's or B's, bound to the hash of what was read."""
    PATH.expect(standing, "sign")
    made = _signed(standing, signing)
    follows = {Party.a: standing.project.b_id, Party.b: standing.custodian_id}.get(made.party)
    words = {"number": standing.number, "title": standing.project.title}
    tell_at(
        ADDRESS.format(standing.transfer.id),
        {follows} if follows is not None else set(),
        lambda: _("%(number)s, %(title)s: it is your turn to sign the list.", **words),
    )
    return made


def _signed(standing: Standing, signing: Signing) -> TitleSignature:
    transfer = standing.transfer
    if signing.seen != transfer.hash:
        raise DomainError(_("This is another list than the one you have read. Open the page anew, then sign."))
    made = TitleSignature(
        transfer_id=transfer.id,
        party=standing.party,
        signer_id=g.actor.user_id,
        grade=signing.grade,
        hash=transfer.hash,
        drawing_id=signing.drawing.id if signing.drawing else None,
        scan_id=signing.scan.id if signing.scan else None,
        address=signing.address,
        signed_at=utc_now(),
    )
    session().add(made)
    session().flush()
    told = {"title_transfer_id": transfer.id, "dossier_id": transfer.dossier_id, "user_id": made.signer_id}
    record(TransferSigned(**told, title_party=made.party.value, grade=made.grade.value, hash=made.hash))
    return made


def receive(standing: Standing, signing: Signing) -> TitleVoucher:
    """The third signature: the custodian has the documents and answers for them; the voucher into the safe waits."""
    PATH.expect(standing, "receive")
    _signed(standing, signing)
    transfer = standing.transfer
    moved = custody.hold([line.document_id for line in standing.lines])
    for document in moved:
        documents.PATH.take(document, "receive")
        custody.move(document, Whereabouts(holder_id=g.actor.user_id), RECEIVED, Paper(transfer_id=transfer.id))
    transfer.custodian_id, transfer.completed_at = g.actor.user_id, utc_now()
    standing.state = TransferState.complete  # the path was asked before the signature
    session().flush()
    voucher = receipt_voucher(transfer)
    record(
        TransferReceived(
            title_transfer_id=transfer.id,
            title_document_ids=[each.id for each in moved],
            title_voucher_id=voucher.id,
            dossier_id=transfer.dossier_id,
            number=standing.number,
            pieces=sum(each.quantity for each in moved),
        )
    )
    words = {"number": standing.number, "title": standing.project.title}
    tell_at(
        ADDRESS.format(transfer.id),
        {standing.project.a_id, standing.project.b_id} - {g.actor.user_id},
        lambda: _("%(number)s, %(title)s: the title custodian has received the documents.", **words),
    )
    return voucher


def withdraw(standing: Standing, reason: str) -> None:
    """By A or B with a reason: the list and what was signed on it stay on file, the documents are A's again."""
    PATH.expect(standing, "withdraw")
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    transfer = standing.transfer
    back = custody.hold([line.document_id for line in standing.lines])
    for document in back:
        documents.PATH.take(document, "take_off_list")
    transfer.reason = reason
    PATH.take(standing, "withdraw")
    session().flush()
    told: dict[str, Any] = {"title_transfer_id": transfer.id, "dossier_id": transfer.dossier_id}
    record(
        TransferWithdrawn(**told, number=standing.number, title_document_ids=[each.id for each in back], reason=reason)
    )
    people = {standing.project.a_id, standing.project.b_id, standing.custodian_id or 0} - {0, g.actor.user_id}
    words = {"number": standing.number, "title": standing.project.title, "reason": reason}
    tell_at(
        ADDRESS.format(transfer.id),
        people,
        lambda: _("%(number)s, %(title)s was withdrawn. %(reason)s", **words),
    )
