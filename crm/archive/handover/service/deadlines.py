"""Starting the clocks, reckoning them anew, telling whom it concerns."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from crm.archive.handover import figures
from crm.archive.handover.events import DueReckoned
from crm.archive.handover.models import CLOCK_TITLES, Cause, Clock, Deadline, Handover, Postponement
from crm.archive.handover.queries import deadlines as queries
from crm.archive.handover.reckoning import reckoned
from crm.archive.handover.service.telling import tell
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.worktime.calendar import Due
from crm.worktime.queries import calendar


def start(handover: Handover, clock: Clock, starts_on: date) -> Deadline:
    """The clock begins; B's begins anew with each receipt."""
    return _reckon(handover, clock, starts_on, Cause.start, None)


def correct_end(handover: Handover, ends_on: date) -> None:
    """Both clocks that start with the project's end are reckoned from the right day (L-16)."""
    before = queries.newest(queries.deadlines(handover.id))
    for clock in (Clock.a, Clock.total):
        _tell(handover, _reckon(handover, clock, ends_on, Cause.end_correction, before.get(clock)))


def postpone(handover: Handover, postponement: Postponement) -> None:
    """An approved postponement moves its clock, and the total where that would fall due before it."""
    before = queries.newest(queries.deadlines(handover.id))
    for clock in (postponement.clock, Clock.total):
        if (present := before.get(clock)) is not None:
            _reckon(handover, clock, present.starts_on, Cause.postponement, present, postponement)


def reckon_all_anew() -> int:
    """A holiday notice came: every running clock by the new calendar; how many days or their certainty changed."""
    changed, running, approved = 0, queries.running(), queries.approved(queries.RUNNING)
    for present in queries.holding():
        handover = running[present.handover_id]
        found = reckoned(calendar(), present.clock, present.starts_on, present.days, approved[handover.id])
        if (found.day, found.provisional) != (present.due_on, present.provisional):
            _tell(handover, _store(handover, present, found, Cause.notice))
            changed += 1
    return changed


def _reckon(
    handover: Handover,
    clock: Clock,
    starts_on: date,
    cause: Cause,
    before: Deadline | None,
    postponement: Postponement | None = None,
) -> Deadline:
    days = before.days if before else figures.days_of(clock, starts_on)
    draft = Deadline(handover_id=handover.id, clock=clock, starts_on=starts_on, days=days)
    if before is not None:
        draft.due_on = before.due_on
    approved = queries.approved(Handover.id == handover.id)[handover.id]
    return _store(handover, draft, reckoned(calendar(), clock, starts_on, days, approved), cause, postponement)


def _store(
    handover: Handover, before: Deadline, due: Due, cause: Cause, postponement: Postponement | None = None
) -> Deadline:
    row = Deadline(
        handover_id=handover.id,
        clock=before.clock,
        starts_on=before.starts_on,
        days=before.days,
        due_on=due.day,
        provisional=due.provisional,
        calendar_version=due.version,
        cause=cause,
        postponement_id=postponement.id if postponement else None,
        reckoned_at=utc_now(),
    )
    session().add(row)
    session().flush()
    record(
        DueReckoned(
            handover_id=handover.id,
            project_id=handover.project_id,
            clock=row.clock.value,
            old=before.due_on,
            new=row.due_on,
            provisional=row.provisional,
            calendar_version=row.calendar_version,
            cause=cause.value,
        )
    )
    return row


def _tell(handover: Handover, row: Deadline) -> None:
    def words() -> str:
        certainty = _("provisional") if row.provisional else _("firm")
        return _(
            "The due date was reckoned anew: %(clock)s by %(day)s (%(certainty)s).",
            clock=CLOCK_TITLES[row.clock],
            day=row.due_on,
            certainty=certainty,
        )

    tell(handover, handover.project.a_id, handover.project.b_id, words=words)
