"""A move-in, a move-out or a sale found by its number."""

from __future__ import annotations

import re

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.moves.leaving import queries as leavings
from crm.moves.moving_in import queries as move_ins

NUMBER = re.compile(r"(RZ|QC|GH)\d{4}-\d{4,9}", re.IGNORECASE | re.ASCII)


def page_of(text: str) -> str:
    """The page of what has this number, "" when it is none that the person may see."""
    if not (NUMBER.fullmatch(text) and actor().may(Permission.move_read)):
        return ""
    if text[:2].upper() == "RZ":
        key = move_ins.find_called(text)
        return url_for("moving_in.show", move_in_id=key) if key else ""
    key = leavings.find_called(text)
    return url_for("leavings.show", leaving_id=key) if key else ""
