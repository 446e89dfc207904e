"""The end of a day: what was there, came, went and is there, counted by two who confirm one another. L-24."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.archive.dossiers.content import content_hash
from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.counts.events import DayCounted, DayEnded
from crm.archive.vault.counts.queries import last_sealed, unsealed_days
from crm.archive.vault.incidents.service import report
from crm.archive.vault.keeping import custodians, hold_vault, named
from crm.archive.vault.models import DayEnd, DayPresence, IncidentKind, Part
from crm.archive.vault.models.voucher import PART_TITLES
from crm.archive.vault.vouchers.book import balance, turnover
from crm.archive.vault.vouchers.figures import MINUTES
from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError

DAYS = "/archive/vault/counts/days/seal?day={}"


@dataclass(kw_only=True)
class Day:
    """A day as the book has it, and who has counted it so far."""

    day: date
    opening: int
    came_in: int
    went_out: int
    actor_id: int | None
    custodians: frozenset[int]
    now: datetime
    minutes: int
    names: Mapping[int, str] = field(default_factory=dict)
    presences: tuple[DayPresence, ...] = ()
    reason: str = ""  # why it cannot be sealed now

    @property
    def closing(self) -> int:
        return self.opening + self.came_in - self.went_out

    def hash(self, counted: int, remark: str) -> str:
        facts = (self.day.isoformat(), self.opening, self.came_in, self.went_out, counted, remark)
        return content_hash({"paper": "vault_day", "facts": list(facts)})

    @cached_property
    def first(self) -> DayPresence | None:
        """Whose word counts now, given within the minutes on what the book still says."""
        until = self.now - timedelta(minutes=self.minutes)
        sound = [
            each
            for each in self.presences
            if each.confirmed_at > until and each.seen == self.hash(each.counted, each.remark)
        ]
        return sound[-1] if sound else None

    @property
    def part(self) -> Part:
        """The title custodian is one of the two, whichever comes first."""
        if self.first is not None:
            return Part.witness if self.first.part is Part.custodian else Part.custodian
        return Part.custodian if self.actor_id in self.custodians else Part.witness


def day_of(day: date, *, lock: bool = False) -> Day:
    """`lock` before it is sealed: nothing moves meanwhile."""
    if lock:
        hold_vault()
    came, went = turnover(day, day + timedelta(days=1))
    last = select(func.max(DayPresence.id)).where(DayPresence.day == day).group_by(DayPresence.part)
    words = session().scalars(select(DayPresence).where(DayPresence.id.in_(last)).order_by(DayPresence.id)).all()
    return Day(
        day=day,
        opening=balance(day),
        came_in=came,
        went_out=went,
        actor_id=actor().user_id,
        custodians=frozenset(custodians()),
        now=utc_now(),
        minutes=MINUTES.on(business_day()),
        names=named({each.user_id for each in words}),
        presences=tuple(words),
        reason=_barred(day),
    )


def _barred(day: date) -> str:
    if day > business_day():
        return _("This day has not come yet.")
    last = last_sealed()
    if last is not None and last.day >= day:
        return _("The day is sealed already.") if last.day == day else _("A later day is sealed already.")
    earlier = [each for each in unsealed_days() if each < day]
    return _("Seal %(day)s first: something moved that day.", day=earlier[0].isoformat()) if earlier else ""


def seal(day: Day, counted: int, remark: str, address: str) -> DayEnd | None:
    """The acting person has counted. With the second one's word the day is sealed; else the other is rung for.

    Raises `DomainError` where both count differently, and without a remark where the count is not the book's. The
    caller has asked for the own password with this very request.
    """
    _expect(day, counted, remark)
    part, first = day.part, day.first
    word = DayPresence(
        day=day.day,
        part=part,
        user_id=g.actor.user_id,
        counted=counted,
        remark=remark,
        seen=day.hash(counted, remark),
        address=address,
        confirmed_at=utc_now(),
    )
    session().add(word)
    session().flush()
    record(DayCounted(day=day.day, part=part.value, counted=counted))
    if first is None:
        _ring(day, part)
        return None
    return _ended(day, {first.part: first, part: word})


def _expect(day: Day, counted: int, remark: str) -> None:
    if day.reason:
        raise DomainError(day.reason)
    first = day.first
    if first is not None and first.user_id == day.actor_id:
        raise DomainError(_("You have counted. Another person counts as the second one."))
    if day.part is Part.custodian and day.actor_id not in day.custodians:
        raise DomainError(_("One of the two is the title custodian, who is still missing."))
    if first is not None and first.counted != counted:
        raise DomainError(_("The two of you counted differently. Count again together."))
    if counted != day.closing and not remark.strip():
        raise DomainError(_("The count is not what the book says. Count again; if it stays, say how that came about."))


def _ring(day: Day, part: Part) -> None:
    others = custodians() if part is Part.witness else {user.id for user in who_may(Permission.title_keep)}
    who, written = g.actor.name, day.day.isoformat()
    tell_at(
        DAYS.format(written),
        others - {g.actor.user_id},
        lambda: _("%(who)s has counted the vault for %(day)s and waits for a second person.", who=who, day=written),
    )


def _ended(day: Day, words: dict[Part, DayPresence]) -> DayEnd:
    custodian, witness = words[Part.custodian], words[Part.witness]
    facts: dict[str, Any] = {
        "day": day.day,
        "opening": day.opening,
        "came_in": day.came_in,
        "went_out": day.went_out,
        "closing": day.closing,
        "counted": custodian.counted,
        "remark": _remarks(custodian, witness),
    }
    made = DayEnd(custodian_id=custodian.user_id, witness_id=witness.user_id, closed_at=utc_now(), **facts)
    session().add(made)
    session().flush()
    record(DayEnded(vault_day_end_id=made.id, **facts))
    if made.counted != made.closing:
        _report(made)
    return made


def _remarks(custodian: DayPresence, witness: DayPresence) -> str:
    """Both people's, each by name where both said something."""
    said = [each for each in (custodian, witness) if each.remark.strip()]
    if len(said) < len((custodian, witness)):
        return "".join(each.remark for each in said)
    names = named({each.user_id for each in said})
    return " · ".join(f"{names.get(each.user_id, '')}{_(': ')}{each.remark}" for each in said)


def _report(ended: DayEnd) -> None:
    """Whoever approves what leaves the vault hears of it at once."""
    kind = IncidentKind.shortage if ended.counted < ended.closing else IncidentKind.unexpected
    told = {"day": ended.day.isoformat(), "counted": ended.counted, "closing": ended.closing}
    words = _("End of the day %(day)s: %(counted)s counted, %(closing)s by the book.", **told)
    report(kind, None, f"{words} {ended.remark}")


def missing(day: Day) -> str:
    """Who has yet to count."""
    return str(PART_TITLES[day.part]) if day.first else _(", ").join(str(title) for title in PART_TITLES.values())
