"""Taking a step of a letter, and the word of it in the log."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.models import Department, User
from crm.correspondence.letters.events import LetterStepTaken
from crm.correspondence.letters.models import WORKFLOW, Direction, Letter, LetterState, LetterStep
from crm.correspondence.letters.queries import UNPROVED, find_mail, step_unproved
from crm.db import session
from crm.outbox.models import MailState
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]


class _LetterSteps(Steps[Letter, LetterStep]):
    model, row, owner, workflow = Letter, LetterStep, "letter_id", WORKFLOW

    def impossible(self, letter: Letter, action: str) -> str:
        """What the letter itself allows may be held up by the letter it answers, or by its mail; what was only sent
        is filed with a reason."""
        if reason := super().impossible(letter, action):
            return reason
        if action == "file" and letter.state is LetterState.sent and step_unproved(letter) is None:
            return unproved()
        if action == UNPROVED:
            return _in_the_outbox(letter)
        return _bound(letter) if action == "void" and letter.direction is Direction.outgoing else ""


def unproved() -> str:
    return _("Nothing says that it arrived. On its own page it is filed with a reason.")


def _bound(letter: Letter) -> str:
    """Why a letter of ours cannot be void any more, or ""."""
    answered = session().get(Letter, letter.reply_to_id) if letter.reply_to_id else None
    if answered and answered.state is LetterState.filed:
        return _("It answers %(number)s, which is filed already.", number=answered.number)
    return _in_the_outbox(letter)


def _in_the_outbox(letter: Letter) -> str:
    mail = find_mail(letter.id)
    waits = mail is not None and mail.state is MailState.waiting
    return _("It lies in the outbox and will go out.") if waits else ""


STEPS = _LetterSteps()


def tell(letter: Letter, action: str, said: Said = NOTHING_SAID) -> None:
    """The step in the log."""
    record(
        LetterStepTaken(
            action=action,
            state=letter.state.value,
            handler=session().get_one(User, letter.handler_id).full_name if letter.handler_id else "",
            department=session().get_one(Department, letter.department_id).name if letter.department_id else "",
            reason=said.reason,
            note=said.note,
            **subjects(letter),
        )
    )


def subjects(letter: Letter) -> dict[str, Any]:
    return {
        "letter_id": letter.id,
        "customer_id": letter.customer_id,
        "unit_id": letter.unit_id,
        "number": letter.number,
    }
