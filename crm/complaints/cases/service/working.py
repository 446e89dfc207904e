"""Looking into it, the plan that somebody else approves, and putting it right."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.service.steps import NOTHING_SAID, STEPS, Said, tell
from crm.errors import DomainError


def investigate(case: Complaint, said: Said = NOTHING_SAID) -> None:
    """Whoever begins has the case, where nobody has it yet."""
    STEPS.take(case, "investigate", said, handler_id=case.handler_id or _able(case))
    tell(case, "investigate", said)


def _able(case: Complaint) -> int | None:
    return None if actor().user_id == case.about_user_id else actor().user_id


def plan(case: Complaint, text: str, said: Said = NOTHING_SAID) -> None:
    """Written anew it is approved anew."""
    if not text.strip():
        raise DomainError(_("Write what is to be done, by whom and until when."))
    told = Said(note=text, key=said.key)
    STEPS.take(case, "plan", told, plan=text, planned_by_id=actor().user_id)
    tell(case, "plan", told)


def approve_plan(case: Complaint, said: Said = NOTHING_SAID) -> None:
    """Not by whoever wrote it."""
    STEPS.take(case, "approve_plan", said)
    tell(case, "approve_plan", said)


def act(case: Complaint, said: Said = NOTHING_SAID) -> None:
    STEPS.take(case, "act", said)
    tell(case, "act", said)
