"""The corrective actions of a complaint, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.complaints.actions import queries, service
from crm.complaints.actions.wording import left_in_words, left_tone
from crm.complaints.cases.models import (
    ACTING,
    ACTION_STATES,
    ACTION_TONES,
    Complaint,
    CorrectiveAction,
)
from crm.dates import business_day
from crm.properties.parts import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`steps`: title and address of each the acting person can take."""

    action: CorrectiveAction
    state: Any
    tone: str
    left: str
    left_tone: str
    steps: Sequence[tuple[Any, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """`new_url`: "" where none can be added."""

    actions: Sequence[Shown]
    new_url: str


def of_case(case: Complaint) -> Actions:
    adds = actor().may(Permission.complaint_handle) and not service.addable(case)
    return Actions(
        actions=[_shown(action) for action in queries.actions_of(case.id)],
        new_url=url_for("corrective_actions.new", complaint_id=case.id) if adds else "",
    )


def _shown(action: CorrectiveAction) -> Shown:
    day = business_day()
    return Shown(
        action=action,
        state=ACTION_STATES[action.state],
        tone=ACTION_TONES[action.state],
        left=left_in_words(action, day),
        left_tone=left_tone(action, day),
        steps=[
            (ACTING[name].title, url_for(f"corrective_actions.{name}", corrective_action_id=action.id))
            for name in service.offered(action)
        ],
    )


PART = Part(permission=Permission.complaint_read, section=of_case, template="complaints/actions/_actions.html")
