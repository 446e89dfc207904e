"""In words: how long there is until somebody is there again."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _


def left_in_words(next_on: date | None, today: date) -> str:
    if next_on is None:
        return ""
    days = (next_on - today).days
    if days < 0:
        return _("Overdue by %(days)s days", days=-days)
    return _("In %(days)s days", days=days) if days else _("Today")


def tone_of(next_on: date | None, today: date) -> str:
    """Red only for what is really late."""
    if next_on is None or next_on > today:
        return "blue"
    return "red" if next_on < today else "orange"
