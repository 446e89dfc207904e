"""How long there is until something is looked at again, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.violations.cases.models import TO_INSPECT


def left_in_words(row: Any, today: date) -> str:
    """Of a violation or a row of `queries.violations`; "" where nothing is to be looked at."""
    due = row.due_on
    if due is None or row.state not in TO_INSPECT:
        return ""
    days = (due - today).days
    if days == 0:
        return _("Today")
    return _("Overdue by %(days)s days", days=-days) if days < 0 else _("In %(days)s days", days=days)


def tone_of(row: Any, today: date) -> str:
    """Red only for what is really late."""
    if row.due_on is None or row.due_on > today:
        return "blue"
    return "red" if row.due_on < today else "orange"
