"""In words: how long the permit still runs, what a step is called."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.renovations.cases.models import ON_SITE

SOON = 7  # days before its end in which a permit is shown as running out


def left_in_words(row: Any, today: date) -> str:
    """Of a renovation or a row of `queries.renovations`: "" where no permit is live."""
    if row.valid_to is None or row.state not in ON_SITE:
        return ""
    days = (row.valid_to - today).days
    if days < 0:
        return _("Permit expired %(days)s days ago", days=-days)
    return _("Permit expires today") if days == 0 else _("Permit for %(days)s more days", days=days)


def tone_of(row: Any, today: date) -> str:
    """Red only for what is really late."""
    if row.valid_to is None or (row.valid_to - today).days > SOON:
        return "blue"
    return "red" if row.valid_to < today else "orange"
