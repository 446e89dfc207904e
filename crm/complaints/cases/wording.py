"""What is left of a complaint's next promise, and how it was closed, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from crm.complaints.cases.clocks import TAKEN_OVER
from crm.complaints.cases.models import UNREPLIED, WORKFLOW, Complaint, ComplaintState, ComplaintStep
from crm.worktime import wording


def step_title(action: str) -> str:
    """Of a step of the workflow, or of how the case came to be."""
    if action in WORKFLOW:
        return str(WORKFLOW[action].title)
    return _("Taken over from another system") if action == TAKEN_OVER else _("Received")


def unreached_in_words(case: Complaint, steps: Sequence[ComplaintStep]) -> str:
    """That it was closed though nobody was reached, "" for any other. `steps`: its own, in their order."""
    closing = next((step for step in reversed(steps) if step.action == "close"), None)
    if not (case.closed_at and case.wants_callback and closing and closing.from_state is ComplaintState.replied):
        return ""
    return _(
        "Closed without an answer from the customer: nobody was reached in %(count)s attempts.", count=_tries(steps)
    )


def _tries(steps: Sequence[ComplaintStep]) -> int:
    """In which nobody was reached, since the last reply."""
    tries = 0
    for step in steps:
        tries = 0 if step.action == "reply" else tries + (step.action == "unreached")
    return tries


def next_due(row: Any) -> datetime | None:
    """The promise that runs out next, of a case or a row of `queries.cases`."""
    if row.state not in UNREPLIED:
        return None
    found: datetime | None = row.answer_due_at if row.acknowledged_at is None else row.result_due_at
    return found


def left_in_words(row: Any, now: datetime) -> str:
    return wording.left_in_words(next_due(row), now)


def tone_of(row: Any, now: datetime) -> str:
    return wording.tone_of(next_due(row), now)
