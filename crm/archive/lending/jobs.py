"""What the clock does about slips: tells who has to bring something back, and closes copies that had their time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.handover.queries.standing import archivists
from crm.archive.handover.service.telling import tell_at
from crm.archive.lending import queries
from crm.archive.lending.figures import TELL_APPROVER, TELL_MANAGER
from crm.archive.lending.models import ADDRESS, LendingSlip, SlipReminder
from crm.archive.lending.service.reading import end_copies
from crm.auth.models import User, UserRole
from crm.auth.permissions import RoleName
from crm.dates import business_day, utc_now
from crm.db import insert, session, unit_of_work


def look_after() -> int:
    """How many were told, and how many copies closed. As good twice as once."""
    return remind() + end_copies()


def remind() -> int:
    """The borrower the day before, on the day and every day after; then the approver with the archivists, then the
    general manager. At most once a day each."""
    with unit_of_work():
        today = business_day()
        due = queries.late_slips(today + timedelta(days=1))
        return sum(_tell(slip, who, today, escalated=above) for slip in due for who, above in _whom(slip, today))


def _whom(slip: LendingSlip, today: date) -> Iterator[tuple[int, bool]]:
    late = (today - slip.due_on).days
    yield slip.borrower_id, False
    above: set[int] = set()
    if late >= TELL_APPROVER.on(today):
        above |= archivists() | ({slip.decided_by_id} if slip.decided_by_id is not None else set())
    if late >= TELL_MANAGER.on(today):
        above |= _general_managers()
    for user_id in sorted(above - {slip.borrower_id}):
        yield user_id, True


def _general_managers() -> set[int]:
    found = select(User.id).join(UserRole, UserRole.user_id == User.id)
    return set(session().scalars(found.where(User.active, UserRole.role == RoleName.general_manager)))


def _tell(slip: LendingSlip, user_id: int, today: date, *, escalated: bool) -> bool:
    """Whoever stores the row first rings."""
    told = {"slip_id": slip.id, "user_id": user_id, "day": today, "escalated": escalated, "told_at": utc_now()}
    kept = insert(SlipReminder).values(**told).on_conflict_do_nothing().returning(SlipReminder.id)
    if session().scalar(kept) is None:
        return False
    late = (today - slip.due_on).days
    words = {"number": slip.number, "who": slip.borrower.full_name, "day": slip.due_on.isoformat(), "days": late}

    def text() -> str:
        if late > 0:
            return _("Overdue by %(days)s days: slip %(number)s of %(who)s, due %(day)s.", **words)
        return _("Bring back what is lent by slip %(number)s: due %(day)s.", **words)

    tell_at(ADDRESS.format(slip.id), {user_id}, text)
    return True
