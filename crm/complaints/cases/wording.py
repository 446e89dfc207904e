"""What is left of a complaint's next promise, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from crm.complaints.cases.clocks import TAKEN_OVER
from crm.complaints.cases.models import UNREPLIED, WORKFLOW
from crm.worktime import wording


def step_title(action: str) -> str:
    """Of a step of the workflow, or of how the case came to be."""
    if action in WORKFLOW:
        return str(WORKFLOW[action].title)
    return _("Taken over from another system") if action == TAKEN_OVER else _("Received")


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
