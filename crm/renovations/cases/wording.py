"""In words: how long the permit still runs, what a step is called."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.renovations.cases.models import ON_SITE, WORKFLOW

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


FOLLOWED = {
    "apply": _l("Applied for"),
    "tie": _l("Deposit named"),
    "let_go": _l("Deposit let go"),
    "print": _l("Permit printed"),
    "extended": _l("Extension approved"),
    "not_extended": _l("Extension turned down"),
    "alter": _l("Alteration asked for"),
    "altered": _l("Alteration approved"),
    "not_altered": _l("Alteration turned down"),
    "stopped_by": _l("Stopped by a violation"),
}
"""What is kept as a step beside the table's own; packages beside this one add theirs."""


def step_title(action: str) -> str:
    return str(WORKFLOW[action].title if action in WORKFLOW else FOLLOWED.get(action, action))
