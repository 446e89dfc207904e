"""Bringing due dates to mind, once before and once after."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from crm.archive.handover.clocks import HOLDERS
from crm.archive.handover.models import CLOCK_TITLES, Clock, Deadline, DeadlineReminder, Party, ReminderKind
from crm.archive.handover.models.handover import ADDRESS
from crm.archive.handover.queries.deadlines import to_remind
from crm.archive.handover.service.telling import tell_at
from crm.dates import business_day, utc_now
from crm.db import insert, session, unit_of_work
from crm.worktime.queries import calendar

LONGEST_HOLIDAY = timedelta(days=14)  # so far ahead the last working day before a due date can lie


def remind() -> int:
    """Ring for what is due on the next working day or today, and for what is late; how often. Several clocks at once
    never ring twice."""
    with unit_of_work():
        today = business_day()
        before = [row for row in to_remind(ReminderKind.before, today + LONGEST_HOLIDAY) if _is_near(row[0], today)]
        after = to_remind(ReminderKind.after, today - timedelta(days=1))
        rung = [_ring(row, ReminderKind.before) for row in before] + [_ring(row, ReminderKind.after) for row in after]
        return sum(rung)


def _is_near(deadline: Deadline, today: date) -> bool:
    """Whether at most the due date itself is left of the working days."""
    return today <= deadline.due_on and calendar().between(today, deadline.due_on) <= 1


def _ring(row: tuple[Deadline, str, int, int, str], kind: ReminderKind) -> bool:
    """Only while the dossier is with the clock's owner; whoever stores the row first rings."""
    deadline, state, a_id, b_id, title = row
    owner = {Clock.a: Party.a, Clock.b: Party.b}[deadline.clock]
    if HOLDERS.get(state) is not owner:  # type: ignore[call-overload]
        return False
    told = insert(DeadlineReminder).values(deadline_id=deadline.id, kind=kind, told_at=utc_now())
    if session().scalar(told.on_conflict_do_nothing().returning(DeadlineReminder.deadline_id)) is None:
        return False
    words = {"title": title, "clock": CLOCK_TITLES[deadline.clock], "day": deadline.due_on}
    tell_at(
        ADDRESS.format(deadline.handover_id),
        {a_id if owner is Party.a else b_id},
        lambda: (
            _("Late: %(title)s, %(clock)s was due on %(day)s.", **words)
            if kind is ReminderKind.after
            else _("Due soon: %(title)s, %(clock)s by %(day)s.", **words)
        ),
    )
    return True
