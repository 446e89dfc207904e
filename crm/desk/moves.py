"""A move-in found by its number."""

from __future__ import annotations

import re

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.moves.moving_in.queries import find_called

NUMBER = re.compile(r"RZ\d{4}-\d{4,9}", re.IGNORECASE | re.ASCII)


def page_of(text: str) -> str:
    """The page of the move-in with this number, "" when it is none that the person may see."""
    if not (NUMBER.fullmatch(text) and actor().may(Permission.move_read)):
        return ""
    key = find_called(text)
    return url_for("moving_in.show", move_in_id=key) if key else ""
