"""The second check sooner than the waiting period says: for a reason, decided by the supervisor, and on the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import beginning_of, business_day
from crm.errors import DomainError
from crm.renovations.acceptance.events import RenovationWaitShortened
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service.steps import STEPS, Said, subjects


def shorten(renovation: Renovation, day: date, said: Said) -> None:
    """Raises `DomainError` where the day is no sooner, or nobody says why."""
    STEPS.hold_unchanged(renovation)
    STEPS.expect(renovation, "shorten")
    was = renovation.second_due_on
    if not said.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    if was is None or day >= was or day < business_day():
        raise DomainError(_("Write a day from today on that is sooner than the one that holds now."))
    told = replace(said, until=beginning_of(day), note=day.isoformat())
    STEPS.take(renovation, "shorten", told, second_due_on=day, warned_on=None)
    record(RenovationWaitShortened(was=was, now=day, reason=said.reason, **subjects(renovation)))
