"""How long is left for an action, in words."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from crm.complaints.cases.models import ActionState, CorrectiveAction


def left_in_words(action: CorrectiveAction, day: date) -> str:
    """Of one that is still to be done; "" of any other."""
    if action.state is not ActionState.open:
        return ""
    days = (action.due_on - day).days
    if days == 0:
        return _("Today")
    return _("Overdue by %(days)s days", days=-days) if days < 0 else _("In %(days)s days", days=days)


def left_tone(action: CorrectiveAction, day: date) -> str:
    if action.due_on > day:
        return "blue"
    return "red" if action.due_on < day else "orange"
