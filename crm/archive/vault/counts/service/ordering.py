"""Ordering a count: by the clock, by surprise, at a change of custodian; and taking the order back."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.models import Location
from crm.archive.dossiers.models.custody import LocationKind
from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.counts.events import CountCancelled, CountOrdered
from crm.archive.vault.counts.figures import COUNT_DAYS
from crm.archive.vault.counts.path import PATH
from crm.archive.vault.counts.queries import LIVE
from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.keeping import custodians, hold_vault
from crm.archive.vault.models import CountKind, CountState, VaultCount
from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.numbering import reserve
from crm.worktime.queries import calendar

SERIES, PATTERN = "权证盘点", "盘{year:04d}-{serial:03d}"
ADDRESS = "/archive/vault/counts/{}"


def order(safe: Location, kind: CountKind) -> VaultCount:
    """It begins when two are named. Of a count by surprise nobody hears before that."""
    hold_vault()
    _expect_safe(safe)
    today = business_day()
    secret, at_once = kind is CountKind.surprise, kind is not CountKind.scheduled
    [number] = reserve(SERIES, PATTERN, year=today.year)
    number.commit()
    made = VaultCount(
        number=number,
        kind=kind,
        state=CountState.ordered,
        safe_id=safe.id,
        due_on=today if at_once else calendar().add(today, COUNT_DAYS.on(today)).day,
        ordered_by=g.actor.name,
        ordered_at=utc_now(),
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"number": number.text, "kind": kind.value, "safe": safe.path, "due_on": made.due_on}
    record(CountOrdered(vault_count_id=made.id, location_id=None if secret else safe.id, **told))
    if not secret:
        _tell(made, safe.path)
    return made


def _tell(made: VaultCount, path: str) -> None:
    day = made.due_on
    tell_at(
        ADDRESS.format(made.id),
        custodians() - {g.actor.user_id or 0},
        lambda: _("To be counted by %(day)s: %(safe)s.", safe=path, day=day),
    )


def _expect_safe(safe: Location) -> None:
    if safe.kind is not LocationKind.safe or not safe.in_use:
        raise DomainError(_("Choose a safe that is in use."))
    if session().scalar(select(VaultCount.id).where(VaultCount.safe_id == safe.id, VaultCount.state.in_(LIVE))):
        raise DomainError(_("A count of this safe is under way already."))


def cancel(standing: Standing, reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    count = standing.count
    with session().no_autoflush:
        PATH.take(standing, "cancel")
        count.reason = reason
    session().flush()
    safe = standing.places[count.safe_id]
    record(CountCancelled(vault_count_id=count.id, number=count.number.text, safe=safe, reason=reason))
