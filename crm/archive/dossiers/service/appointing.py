"""Custodians: named by the general manager, taking over by a count; nobody else receives. L-04, L-05, A-12."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.archive.dossiers.events import AppointmentEnded, CustodianAppointed
from crm.archive.dossiers.models import Appointment, Custody, Location
from crm.archive.dossiers.models.custody import CUSTODIAN_TITLES, CustodianRole
from crm.audit.log import record
from crm.auth.models import User
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError


def dossiers_in_place() -> int:
    """Dossiers that lie in the archive room by the books; those in somebody's hands are not counted."""
    query = select(func.count()).select_from(Custody).where(Custody.ends_at.is_(None), Custody.location_id.is_not(None))
    return session().scalar(query) or 0


COUNTS: dict[CustodianRole, Callable[[], int]] = {CustodianRole.archivist: dossiers_in_place}
"""What each custodian's hand-over counts; packages that keep other things add theirs in `crm.wiring`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What is kept like cash: whether there is `anything` now, whether there `ever` was, and the `hindrance` in words
    to a hand-over to the successor by those who are appointed."""

    anything: Callable[[], bool]
    ever: Callable[[], bool]
    hindrance: Callable[[User, Collection[int]], str]


KEEPINGS: dict[CustodianRole, Keeping] = {}
"""Of the custodians who keep such things, joined in `crm.wiring`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What was found at a hand-over; `remark` explains what differs from the books."""

    counted: int | None = None
    remark: str = ""


def appoint(role: CustodianRole, user: User, starts: date, count: Count = Count()) -> Appointment:
    """Name the custodian from a day on; who held it before ends that day, and what is there is counted.

    Raises `DomainError` without a count where somebody ever held it, for a difference that nobody explains, for a
    day in the past once there is something to answer for, and for what hinders the hand-over of what is kept.
    """
    _hold_archive()
    before = _live(role)
    _expect_new(user, before)
    _expect_no_past(role, starts)
    expected = _expected(role) if _was_held(role) else None
    _expect_count(expected, count)
    if before and role in KEEPINGS and (reason := KEEPINGS[role].hindrance(user, {each.user_id for each in before})):
        raise DomainError(reason)
    for each in before:
        _end(each, max(starts, each.starts), expected, count)
    made = Appointment(
        role=role,
        user_id=user.id,
        starts=starts,
        appointed_by_id=g.actor.user_id,
        appointed_at=utc_now(),
        expected=expected,
        counted=count.counted,
        remark=count.remark,
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"expected": expected, "counted": count.counted, "starts": starts, "role": role.value}
    record(CustodianAppointed(appointment_id=made.id, user_id=user.id, name=user.full_name, **told))
    return made


def _hold_archive() -> None:
    """Until the commit: appointments come one after the other, and nothing is put into the room meanwhile."""
    session().execute(select(Location.id).order_by(Location.id).limit(1).with_for_update())


def _expect_new(user: User, before: list[Appointment]) -> None:
    if g.actor.user_id in (None, user.id):
        raise DomainError(_("Nobody appoints oneself."))
    if any(each.user_id == user.id for each in before):
        raise DomainError(_("%(name)s is appointed already.", name=user.full_name))


def _expect_no_past(role: CustodianRole, day: date) -> None:
    """Who answered for what on a past day stays as it was (L-05)."""
    kept = KEEPINGS[role].ever() if role in KEEPINGS else _expected(role)
    if day < business_day() and kept:
        raise DomainError(_("What is kept was answered for on that day already. Choose today or a later day."))


def _expected(role: CustodianRole) -> int | None:
    """What there is to count by the books; None where nothing is kept yet."""
    return COUNTS[role]() or None if role in COUNTS else None


def _was_held(role: CustodianRole) -> bool:
    return session().scalar(select(Appointment.id).filter_by(role=role).limit(1)) is not None


def _expect_count(expected: int | None, count: Count) -> None:
    """Blind: the books' figure is told to nobody who has yet to count."""
    if expected is None:
        return
    if count.counted is None:
        raise DomainError(_("Count what lies in the archive and write the number: it is handed over by a count."))
    if count.counted != expected and not count.remark.strip():
        raise DomainError(
            _("The count is not what the books say. Count again; if it stays, say in the remark how that came about.")
        )


def end_appointment(appointment: Appointment, day: date, count: Count = Count()) -> None:
    """Without a successor: from then on nobody receives. What is there is counted all the same; what is kept like cash
    is handed over to a successor, so that somebody answers for it on every day."""
    _hold_archive()
    session().refresh(appointment, ["ends"])
    if appointment.ends is not None:
        raise DomainError(_("This appointment has ended already."))
    if day < appointment.starts:
        raise DomainError(_("An appointment cannot end before it began."))
    if appointment.role in KEEPINGS and KEEPINGS[appointment.role].anything():
        raise DomainError(_("Title documents are kept, and somebody answers for them. Appoint the successor instead."))
    _expect_no_past(appointment.role, day)
    expected = _expected(appointment.role)
    _expect_count(expected, count)
    _end(appointment, day, expected, count)


def _end(appointment: Appointment, day: date, expected: int | None, count: Count) -> None:
    appointment.ends = day
    appointment.left_expected, appointment.left_counted = expected, count.counted
    appointment.left_remark = count.remark
    session().flush()
    name = session().get_one(User, appointment.user_id).full_name
    told: dict[str, Any] = {"expected": expected, "counted": count.counted, "role": appointment.role.value}
    record(AppointmentEnded(appointment_id=appointment.id, user_id=appointment.user_id, name=name, ends=day, **told))


def _live(role: CustodianRole) -> list[Appointment]:
    return list(session().scalars(select(Appointment).filter_by(role=role, ends=None)))


def is_appointed(role: CustodianRole, user_id: int | None, day: date) -> bool:
    """From the first day up to, not including, the last."""
    held = select(Appointment.id).where(
        Appointment.role == role,
        Appointment.user_id == user_id,
        Appointment.starts <= day,
        (Appointment.ends.is_(None)) | (Appointment.ends > day),
    )
    return session().scalar(held.limit(1)) is not None


def expect_appointment(role: CustodianRole) -> None:
    """Raises `DomainError` unless the acting person is appointed today: the right alone is not enough (L-04)."""
    if not is_appointed(role, g.actor.user_id, business_day()):
        raise DomainError(
            _(
                "Only whoever the general manager has appointed as %(role)s does this. Ask for the appointment first.",
                role=CUSTODIAN_TITLES[role],
            )
        )
