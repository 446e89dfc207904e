"""Violations on the start page: what is to be looked at again; and one found by its number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.desk.repairs import Figure
from crm.violations.cases.queries import due_counts, find_called

NUMBER = re.compile(r"G\d{4}-\d{4,9}", re.IGNORECASE | re.ASCII)


def figures() -> Sequence[Figure]:
    """Not settled, to be looked at today, overdue."""
    if not actor().may(Permission.violation_read):
        return []
    unsettled, today, overdue = due_counts(business_day())
    return [
        Figure(_("Violations not settled"), unsettled, url_for("violations.index", state="unsettled")),
        Figure(_("To look at again today"), today, url_for("violations.index", due="today")),
        Figure(_("Overdue to look at"), overdue, url_for("violations.index", due="overdue")),
    ]


def page_of(text: str) -> str:
    """The page of the violation with this number, "" when it is none that the person may see."""
    if not (NUMBER.fullmatch(text) and actor().may(Permission.violation_read)):
        return ""
    key = find_called(text)
    return url_for("violations.show", violation_id=key) if key else ""
