"""Forms signed, papers brought; what was said of a part; deposits asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.deposits.kinds import KINDS
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.moves.keys.models import Signing
from crm.moves.moving_in.completeness import WAIVABLE
from crm.moves.moving_in.documents import BY_CODE
from crm.moves.moving_in.events import MoveInDepositAsked, MoveInDocumentKept, MoveInMarked
from crm.moves.moving_in.models import MoveIn, MoveInDeposit, MoveInDocument, MoveInMark, Part, Standing
from crm.moves.moving_in.service.steps import hold_open, subjects

MOST_YUAN = Decimal(1_000_000)


def keep_document(move_in: MoveIn, code: str, signing: Signing, upload_id: int) -> MoveInDocument:
    """As it was signed or brought; a later one counts instead."""
    hold_open(move_in)
    return _keep(move_in, MoveInDocument(code=code, signing=signing, upload_id=upload_id))


def waive_document(move_in: MoveIn, code: str, reason: str) -> MoveInDocument:
    if not reason.strip():
        raise DomainError(_("Write why this paper is not wanted here."))
    hold_open(move_in)
    return _keep(move_in, MoveInDocument(code=code, reason=reason))


def _keep(move_in: MoveIn, made: MoveInDocument) -> MoveInDocument:
    made.move_in_id, made.kept_by, made.kept_at = move_in.id, g.actor.name, utc_now()
    session().add(made)
    session().flush()
    signing = made.signing.value if made.signing else ""
    told: dict[str, Any] = {"document": BY_CODE[made.code].code, "signing": signing, "reason": made.reason or ""}
    record(MoveInDocumentKept(**told, **subjects(move_in)))
    return made


def mark(move_in: MoveIn, part: Part, standing: Standing, words: str = "") -> None:
    """The last word counts. Raises `DomainError` where a part is to be left out for no reason, or cannot be."""
    if standing is Standing.waived and part not in WAIVABLE:
        raise DomainError(_("This part cannot be left out."))
    if standing is Standing.waived and not words.strip():
        raise DomainError(_("Write why this part is not wanted here."))
    hold_open(move_in)
    made = MoveInMark(
        move_in_id=move_in.id,
        part=part,
        standing=standing,
        words=words,
        marked_by=g.actor.name,
        marked_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(MoveInMarked(part=part.value, standing=standing.value, words=words, **subjects(move_in)))


def ask_deposit(move_in: MoveIn, kind: str, amount: Decimal) -> None:
    """What the customer is to leave at the counter; nought: it is asked no more."""
    if not 0 <= amount <= MOST_YUAN:
        raise DomainError(
            _("Write a sum up to %(most)s yuan; nought where it is asked no more.", most=f"{MOST_YUAN:,}")
        )
    if kind not in dict(KINDS.choices()):
        raise DomainError(_("Choose what the deposit is for."))
    hold_open(move_in)
    asked = {"asked_by": g.actor.name, "asked_at": utc_now()}
    session().add(MoveInDeposit(move_in_id=move_in.id, kind=kind, amount=amount, **asked))
    session().flush()
    record(MoveInDepositAsked(deposit_kind=kind, amount=amount, **subjects(move_in)))
