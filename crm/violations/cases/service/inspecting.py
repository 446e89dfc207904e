"""Looking again: more time, put right, not put right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import beginning_of, business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.violations.cases.events import ViolationInspected
from crm.violations.cases.models import Violation, ViolationInspection
from crm.violations.cases.service.steps import NOW, STEPS, Said, subjects, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`next_on`: when it is looked at once more, where it was not put right."""

    passed: bool
    words: str
    next_on: date | None = None


def extend(violation: Violation, until: date, said: Said) -> None:
    """More time, for a reason. Raises `DomainError` where it is none."""
    if not said.reason:
        raise DomainError(_("Write why there is more time."))
    if until < business_day() or (violation.due_on and until <= violation.due_on):
        raise DomainError(_("Write a later day than the one that holds now."))
    told = replace(said, until=beginning_of(until), note=until.isoformat())
    STEPS.take(violation, "extend", told, due_on=until, warned_on=None)
    tell(violation, "extend", told)


def inspect(violation: Violation, seen: Seen, said: Said) -> ViolationInspection:
    """Raises `DomainError` where it was not put right and nobody says when it is looked at again."""
    if not seen.words.strip():
        raise DomainError(_("Write what you saw."))
    STEPS.hold_unchanged(violation)
    action = "passed" if seen.passed else "failed"
    STEPS.expect(violation, action)
    if not seen.passed and (seen.next_on is None or seen.next_on <= business_day()):
        raise DomainError(_("Write when it is looked at again: a day after today."))
    made = ViolationInspection(
        violation_id=violation.id,
        passed=seen.passed,
        words=seen.words,
        next_on=None if seen.passed else seen.next_on,
        key=said.key,
        inspected_by_id=g.actor.user_id,
        inspected_by=g.actor.name,
        inspected_at=utc_now(),
    )
    session().add(made)
    told = replace(said, note=seen.words, until=beginning_of(made.next_on) if made.next_on else None)
    if seen.passed:
        STEPS.take(violation, action, told, rectified_at=NOW)
    else:
        STEPS.take(violation, action, told, due_on=seen.next_on, rectified_at=None, warned_on=None)
    record(ViolationInspected(passed=seen.passed, note=seen.words, next_on=made.next_on, **subjects(violation)))
    return made
