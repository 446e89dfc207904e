"""What a new complaint, another calendar or other figures mean for cases."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.complaints.cases.events import ComplaintClassified, ComplaintEscalated, ComplaintReceived
from crm.complaints.cases.figures import ORDINARY_DAYS, URGENT_HOURS
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.queries import OPEN
from crm.complaints.cases.service.classifying import called
from crm.complaints.cases.service.registering import REPEAT
from crm.complaints.cases.service.ringing import at_level, ring
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.categories.models import Severity
from crm.dates import utc_now
from crm.db import session
from crm.policy.events import FigureSet
from crm.worktime.events import HolidayNoticeEntered
from crm.worktime.hours import OFFICE_HOURS
from crm.worktime.queries import is_open

RECKONED_BY = {OFFICE_HOURS.key, *(figure.key for figure in (*URGENT_HOURS.values(), *ORDINARY_DAYS.values()))}


def received(event: ComplaintReceived) -> None:
    """Urgent and nobody is in the office: whoever leads is told at once, at any hour."""
    if event.severity == Severity.urgent:
        _ring_out_of_hours(event.complaint_id)


def classified(event: ComplaintClassified) -> None:
    """What turns out to be urgent is told as if it had come in so."""
    if event.changes.get("severity", [])[-1:] == [Severity.urgent]:
        _ring_out_of_hours(event.complaint_id)


def _ring_out_of_hours(complaint_id: int) -> None:
    if is_open(utc_now()):
        return
    case = session().get_one(Complaint, complaint_id)
    leading = {user.id for user in who_may_in(case.estate_id, Permission.complaint_lead)}
    ring(case, leading, lambda: _("Urgent complaint out of hours: %(number)s %(words)s", **called(case)))


def escalated(event: ComplaintEscalated) -> None:
    """Whoever puts a case up tells the people itself; a repeat has nobody who does."""
    if event.cause == REPEAT:
        case = session().get_one(Complaint, event.complaint_id)
        people = at_level(case, case.level)
        ring(case, people, lambda: _("The same complaint again: %(number)s %(words)s", **called(case)))


def calendar_changed(_event: HolidayNoticeEntered) -> None:
    STEPS.reckon_anew(OPEN)


def figure_set(event: FigureSet) -> None:
    if event.key in RECKONED_BY:
        STEPS.reckon_anew(OPEN)
