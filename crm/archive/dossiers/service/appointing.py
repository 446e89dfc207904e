"""Custodians: named by the general manager, taking over by a count; nobody else receives. L-04, L-05, A-12."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.archive.dossiers.events import AppointmentEnded, CustodianAppointed
from crm.archive.dossiers.models import Appointment, Custody
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


def appoint(
    role: CustodianRole, user: User, starts: date, *, counted: int | None = None, remark: str = ""
) -> Appointment:
    """Name the custodian from a day on; who held it before ends that day, and what is there is counted.

    Raises `DomainError` without a count where somebody hands over, and for a difference that nobody explains.
    """
    before = _live(role)
    _expect_new(user, before)
    expected = COUNTS[role]() if before and role in COUNTS else None
    _expect_count(expected, counted, remark)
    for each in before:
        _end(each, max(starts, each.starts))
    made = Appointment(
        role=role,
        user_id=user.id,
        starts=starts,
        appointed_by_id=g.actor.user_id,
        appointed_at=utc_now(),
        expected=expected,
        counted=counted,
        remark=remark,
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"expected": expected, "counted": counted, "starts": starts, "role": role.value}
    record(CustodianAppointed(appointment_id=made.id, user_id=user.id, name=user.full_name, **told))
    return made


def _expect_new(user: User, before: list[Appointment]) -> None:
    if g.actor.user_id in (None, user.id):
        raise DomainError(_("Nobody appoints oneself."))
    if any(each.user_id == user.id for each in before):
        raise DomainError(_("%(name)s is appointed already.", name=user.full_name))


def _expect_count(expected: int | None, counted: int | None, remark: str) -> None:
    if expected is None:
        return
    if counted is None:
        text = _(
            "%(count)d dossiers are handed over by the books. Count what is there and write the number.", count=expected
        )
        raise DomainError(text)
    if counted != expected and not remark.strip():
        text = _(
            "The books say %(expected)d, counted were %(counted)d. Write in the remark how that came about.",
            expected=expected,
            counted=counted,
        )
        raise DomainError(text)


def end_appointment(appointment: Appointment, day: date) -> None:
    """Without a successor: from then on nobody receives."""
    if appointment.ends is not None:
        raise DomainError(_("This appointment has ended already."))
    if day < appointment.starts:
        raise DomainError(_("An appointment cannot end before it began."))
    _end(appointment, day)


def _end(appointment: Appointment, day: date) -> None:
    appointment.ends = day
    session().flush()
    name = session().get_one(User, appointment.user_id).full_name
    told = {"appointment_id": appointment.id, "user_id": appointment.user_id}
    record(AppointmentEnded(name=name, role=appointment.role.value, ends=day, **told))


def _live(role: CustodianRole) -> list[Appointment]:
    return list(session().scalars(select(Appointment).filter_by(role=role, ends=None).with_for_update()))


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
