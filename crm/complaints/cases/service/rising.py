"""One level up: by hand, for a promise that ran out, and when a customer is not content."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.complaints.cases.events import ComplaintEscalated
from crm.complaints.cases.figures import Promise
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.rules import HIGHEST, level_up
from crm.complaints.cases.service.classifying import called
from crm.complaints.cases.service.ringing import at_level, handlers_of, ring
from crm.complaints.cases.service.steps import STEPS, Said, subjects
from crm.errors import DomainError

SAID = "said"


def escalate(case: Complaint, said: Said) -> None:
    """By hand, with a reason."""
    if not said.reason.strip():
        raise DomainError(_("Write why it goes up."))
    STEPS.expect(case, "escalate")
    told = _go_up(case, SAID, said)
    ring(case, told, lambda: _("Complaint gone up to you: %(number)s %(words)s", **called(case)))


def rise(case: Complaint, promise: Promise) -> None:
    """A promise ran out: one level up, unless the management has it already. Whoever decides and the handler are
    told."""
    told = _go_up(case, promise.value, Said(reason=promise.value))
    late = {Promise.answer: _late_answer, Promise.result: _late_result}[promise]
    ring(case, told, lambda: late(case), group=f"complaint-{promise.value}-{case.id}")


def _late_answer(case: Complaint) -> str:
    return _("No first answer in time: %(number)s %(words)s", **called(case))


def _late_result(case: Complaint) -> str:
    return _("No result in time: %(number)s %(words)s", **called(case))


def _go_up(case: Complaint, cause: str, said: Said) -> set[int | None]:
    """Who is to be told. The handler keeps the case where the new level is among the handler's."""
    handler = case.handler_id
    if case.level < HIGHEST:
        STEPS.take(case, "escalate", said, **raised(case))
        record(ComplaintEscalated(level=case.level, cause=cause, **subjects(case)))
    return {handler, *at_level(case, case.level)}


def raised(case: Complaint) -> dict[str, Any]:
    """The columns of a case one level up."""
    level = level_up(case.level)
    return {"level": level, "handler_id": case.handler_id if case.handler_id in handlers_of(case, level) else None}
