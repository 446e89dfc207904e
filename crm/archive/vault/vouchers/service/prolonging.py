"""More time outside for what is to come back by a day: asked by one, decided by another of the rank."""

from __future__ import annotations

from datetime import date

from flask import g
from flask_babel import gettext as _

from crm.archive.vault.keeping import custodians
from crm.archive.vault.models import Prolongation
from crm.archive.vault.vouchers.events import ProlongationAsked, ProlongationDecided
from crm.archive.vault.vouchers.path import PATH
from crm.archive.vault.vouchers.service.asking import expect_day
from crm.archive.vault.vouchers.service.deciding import about
from crm.archive.vault.vouchers.service.telling import tell, tell_rank
from crm.archive.vault.vouchers.standing import Standing
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError


def ask_longer(standing: Standing, until: date | None, reason: str) -> Prolongation:
    """Raises `DomainError` for a day that is no later one, or later than a voucher may say."""
    PATH.expect(standing, "ask_longer")
    expect_day(until)
    voucher = standing.voucher
    if until is None or (voucher.back_on and until <= voucher.back_on):
        raise DomainError(_("Write a day later than the one by which it is to be back now."))
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    made = Prolongation(
        voucher_id=voucher.id, until=until, reason=reason, asked_by_id=g.actor.user_id, asked_at=utc_now()
    )
    session().add(made)
    session().flush()
    standing.prolongation = made
    record(ProlongationAsked(**about(standing), until=until, reason=reason))
    tell_rank(voucher)
    return made


def decide_longer(standing: Standing, *, approved: bool, words: str = "") -> None:
    """By another of the rank; approved, it is back by the later day."""
    PATH.expect(standing, "decide_longer")
    asked = standing.prolongation
    if asked is None:
        raise LookupError("the path let through what was not asked")
    if not approved and not words.strip():
        raise DomainError(_("Write why it is refused."))
    asked.approved, asked.words = approved, words
    asked.decided_by_id, asked.decided_at = g.actor.user_id, utc_now()
    voucher = standing.voucher
    if approved:
        voucher.back_on = asked.until
    session().flush()
    record(ProlongationDecided(**about(standing), until=asked.until, approved=approved, words=words))
    number, until = voucher.number.text, asked.until.isoformat()
    tell(
        voucher,
        {asked.asked_by_id, voucher.asked_by_id, *custodians()},
        lambda: (
            _("%(number)s is to be back by %(day)s now.", number=number, day=until)
            if approved
            else _("No more time for %(number)s. %(words)s", number=number, words=words)
        ),
    )
