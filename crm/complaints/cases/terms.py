"""What is promised for a complaint, from the company's figures and its working calendar."""

from __future__ import annotations

from collections.abc import Sequence

from crm.complaints.cases.clocks import Taken, Terms, clocks
from crm.complaints.cases.figures import ORDINARY_DAYS, URGENT_HOURS, Promise
from crm.complaints.cases.models import Channel, Complaint, ComplaintState
from crm.complaints.categories.models import Severity
from crm.dates import business_day_of, utc_now
from crm.worktime.clocks import ServiceClock
from crm.worktime.queries import office_schedule, round_the_clock


def terms_of(case: Complaint) -> Terms:
    """As they held on the day of the receipt."""
    day = business_day_of(case.received_at)
    if case.severity is Severity.urgent:
        return Terms(schedule=round_the_clock(), hours={each: figure.on(day) for each, figure in URGENT_HOURS.items()})
    return Terms(schedule=office_schedule(), days={each: figure.on(day) for each, figure in ORDINARY_DAYS.items()})


def clocks_of(case: Complaint, steps: Sequence[Taken]) -> dict[Promise, ServiceClock]:
    """None of a case that was over when it was taken over: nobody here promised anything."""
    if case.channel is Channel.imported and case.result_due_at is None and case.state is ComplaintState.filed:
        return {}
    return clocks(steps, terms_of(case))


def reckon(case: Complaint, steps: Sequence[Taken]) -> None:
    """Keep beside the case when its promises run out as of its last step. What was said to be late and is promised for
    later now may be late once more."""
    now, running = utc_now(), clocks_of(case, steps)
    case.answer_due_at = running[Promise.answer].due(now)
    case.result_due_at = running[Promise.result].due(now)
    if case.answer_due_at > now:
        case.answer_warned_at = None
    if case.result_due_at > now:
        case.result_warned_at = None
