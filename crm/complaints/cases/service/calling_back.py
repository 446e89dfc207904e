"""回访: somebody else than the handler asks whether it is settled. Every attempt is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.complaints.cases.models import Complaint, ComplaintCallback
from crm.complaints.cases.queries import unasked_of
from crm.complaints.cases.rules import level_up
from crm.complaints.cases.service.classifying import called
from crm.complaints.cases.service.ringing import at_level, ring
from crm.complaints.cases.service.steps import STEPS, Said, tell
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

ACTIONS = {None: "unreached", True: "content", False: "discontent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the caller said; `satisfied` None: nobody was reached. `score` from 1, bad, to 5. `key`: of the form."""

    satisfied: bool | None
    caller_id: int | None = None
    words: str = ""
    score: int | None = None
    key: str | None = None


def call_back(case: Complaint, heard: Heard) -> None:
    """Not content, the case is opened again one level up; content, whoever else complained is still asked. Raises
    `DomainError` where the words for it lack."""
    action = ACTIONS[heard.satisfied]
    STEPS.hold_unchanged(case)
    STEPS.expect(case, action)
    if heard.caller_id is not None and heard.caller_id not in {caller.id for caller, _tries in unasked_of(case.id)}:
        raise DomainError(_("This caller cannot be asked, or was asked already. Choose another one."))
    if heard.satisfied is False and not heard.words.strip():
        raise DomainError(_("Write what the customer is not content with."))
    handler, changes = case.handler_id, _changes(case, heard)
    STEPS.take(case, action, Said(note=heard.words, key=heard.key), **changes)
    session().add(_attempt(case, heard))
    session().flush()
    score = "" if heard.score is None else str(heard.score)
    tell(case, action, Said(reason=score, note=heard.words))
    if heard.satisfied is False:
        tell_reopened(case, handler)


def _changes(case: Complaint, heard: Heard) -> dict[str, Any]:
    if heard.satisfied is None:
        return {}
    return {"satisfied": heard.satisfied} | ({} if heard.satisfied else anew(case))


def _attempt(case: Complaint, heard: Heard) -> ComplaintCallback:
    return ComplaintCallback(
        complaint_id=case.id,
        caller_id=heard.caller_id,
        satisfied=heard.satisfied,
        score=heard.score,
        words=heard.words,
        key=heard.key,
        made_by_id=g.actor.user_id,
        made_by=g.actor.name,
        made_at=utc_now(),
    )


def reopen(case: Complaint, said: Said) -> None:
    """After a call-back or the end, with a reason: the same as if the customer had not been content."""
    if not said.reason.strip():
        raise DomainError(_("Write why it is opened again."))
    handler = case.handler_id
    STEPS.take(case, "reopen", said, satisfied=None, **anew(case))
    tell(case, "reopen", said)
    tell_reopened(case, handler)


def anew(case: Complaint) -> dict[str, Any]:
    """The columns of a case opened again: one level up, with nobody who has it, nothing planned, and a new promise."""
    return {
        "level": level_up(case.level),
        "handler_id": None,
        "reopened": case.reopened + 1,
        "plan": "",
        "planned_by_id": None,
        "replied_at": None,
        "callback_due_on": None,
        "closed_at": None,
        "cause": "",
        "cause_words": "",
        "outcome": None,
    }


def tell_reopened(case: Complaint, handler: int | None) -> None:
    people = {handler, *at_level(case, case.level)}
    ring(case, people, lambda: _("Complaint opened again: %(number)s %(words)s", **called(case)))
