"""Two people before the safe: each confirms with the own password, the second one's word carries it out. L-24."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import g
from flask_babel import gettext as _

from crm.archive.vault import custody
from crm.archive.vault.custody import Paper, Whereabouts
from crm.archive.vault.documents.events import TitleReplaced
from crm.archive.vault.incidents import service as incidents
from crm.archive.vault.keeping import custodians
from crm.archive.vault.models import Part, Presence, Purpose, TitleDocument, TitleState, VoucherLine
from crm.archive.vault.models.voucher import FOR_A_TIME, PURPOSE_TITLES
from crm.archive.vault.vouchers.events import VoucherConfirmed, VoucherDone
from crm.archive.vault.vouchers.path import BECOMES, PATH
from crm.archive.vault.vouchers.queries import places_now
from crm.archive.vault.vouchers.service.deciding import about
from crm.archive.vault.vouchers.service.telling import tell
from crm.archive.vault.vouchers.standing import Standing
from crm.audit.log import record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

CAUSES = {
    Purpose.receipt: custody.PLACED,
    Purpose.back: custody.BACK,
    Purpose.found: custody.FOUND,
    Purpose.not_handed_out: custody.NOT_HANDED_OUT,
    Purpose.moved: custody.MOVED,
    Purpose.release: custody.RELEASED,
    Purpose.loss: custody.LOST,
    **dict.fromkeys(FOR_A_TIME, custody.TAKEN_OUT),
}


def confirm(standing: Standing, seen: str, address: str, beside: Collection[int] = ()) -> bool:
    """The acting person stands before the safe; whether that carried it out. `seen`: the hash of what was read;
    `beside`: who is to be rung as the other one. The caller has asked for the own password with this very request,
    and holds the voucher, the vault and the documents.
    """
    PATH.expect(standing, "confirm")
    if seen != standing.hash:
        raise DomainError(_("The voucher was changed since you opened this page. Read it again, then confirm."))
    part, others = standing.part, standing.live
    if part is None:
        raise DomainError(_("Another person is needed as the second one."))
    word = Presence(
        voucher_id=standing.voucher.id,
        part=part,
        user_id=g.actor.user_id,
        seen=seen,
        address=address,
        confirmed_at=utc_now(),
    )
    session().add(word)
    session().flush()
    record(VoucherConfirmed(**about(standing), part=part.value, hash=seen))
    if not others:
        _ring(standing, part, beside)
        return False
    _carry_out(standing, {**others, part: word})
    return True


def _ring(standing: Standing, part: Part, beside: Collection[int]) -> None:
    wanted = beside if part is Part.custodian else {*beside, *custodians()}
    told = {"number": standing.voucher.number.text, "who": g.actor.name, "minutes": standing.minutes}
    tell(
        standing.voucher,
        wanted,
        lambda: _("At the vault: %(who)s waits for you at %(number)s, within %(minutes)s minutes.", **told),
    )


def _carry_out(standing: Standing, words: dict[Part, Presence]) -> None:
    """Documents, places and the voucher in one go; a refusal anywhere leaves everything as it was."""
    voucher, at = standing.voucher, utc_now()
    with session().no_autoflush:
        PATH.take(standing, "carry_out")
        voucher.custodian_id, voucher.witness_id = words[Part.custodian].user_id, words[Part.witness].user_id
        voucher.done_at = at
    session().flush()
    lies = places_now([line.document_id for line in standing.lines])
    for line in standing.lines:
        if line.new_certificate_no:
            _replace(standing, line, at)
        else:
            _move(standing, line, at)
            if standing.goes_out and line.document_id in lies:
                line.location_id = lies[line.document_id].id
            line.open = False
            line.document.state = BECOMES[voucher.purpose]
    session().flush()
    if not standing.goes_out:
        laid, seen = [line.document_id for line in standing.lines], [word.user_id for word in words.values()]
        incidents.end_losses(laid, _("Found: laid into the safe by %(number)s.", number=voucher.number.text), seen)
    documents = [line.document.certificate_no for line in standing.lines]
    people = {part: session().get_one(User, word.user_id).full_name for part, word in words.items()}
    record(
        VoucherDone(
            **about(standing),
            purpose=voucher.purpose.value,
            documents=documents,
            custodian=people[Part.custodian],
            witness=people[Part.witness],
        )
    )
    number, purpose = voucher.number.text, PURPOSE_TITLES[voucher.purpose]
    told = {voucher.asked_by_id, standing.project.a_id, standing.project.b_id}
    tell(voucher, told, lambda: _("Carried out: %(number)s, %(purpose)s.", number=number, purpose=purpose))


def _replace(standing: Standing, line: VoucherLine, at: datetime) -> None:
    """The registry issued another certificate: that one is laid into the safe, the old one ends."""
    old, number, place = line.document, line.new_certificate_no, line.location_id
    custody.close(old)
    line.location_id, line.open, old.state = None, False, TitleState.replaced
    session().flush()
    names = ("dossier_id", "kind", "name", "quantity", "owner", "issued_by", "note", "collateral_id")
    facts = {name: getattr(old, name) for name in names}
    who = {"entered_by_id": g.actor.user_id, "entered_by": g.actor.name, "entered_at": at, "obtained_at": at}
    new = TitleDocument(**facts, **who, certificate_no=number, state=TitleState.in_vault, replaces_id=old.id)
    session().add(new)
    session().flush()
    session().add(VoucherLine(voucher_id=standing.voucher.id, document_id=new.id, location_id=place, open=False))
    paper = Paper(voucher_id=standing.voucher.id)
    custody.move(new, Whereabouts(location_id=place), CAUSES[standing.voucher.purpose], paper, at=at)
    record(
        TitleReplaced(
            title_document_id=old.id,
            project_id=standing.project.id,
            dossier_id=old.dossier_id,
            certificate_no=old.certificate_no,
            new=number,
        )
    )


def _move(standing: Standing, line: VoucherLine, at: datetime) -> None:
    voucher, document = standing.voucher, line.document
    outside = standing.goes_out and voucher.purpose in FOR_A_TIME
    paper = Paper(voucher_id=voucher.id, answers_id=voucher.asked_by_id if outside else None)
    custody.move(document, _target(standing, line, document), CAUSES[voucher.purpose], paper, at=at)


def _target(standing: Standing, line: VoucherLine, document: TitleDocument) -> Whereabouts:
    if not standing.goes_out:
        return Whereabouts(location_id=line.location_id)
    if standing.voucher.purpose is Purpose.loss:
        return Whereabouts(outside=standing.losses[document.id])
    return Whereabouts(outside=standing.voucher.receiver)
