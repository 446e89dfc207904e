"""A renovation found by its number or its permit's."""

from __future__ import annotations

import re

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.renovations.cases.queries import find_called

NUMBER = re.compile(r"(ZX|XK)\d{4}-\d{4,9}", re.IGNORECASE | re.ASCII)


def page_of(text: str) -> str:
    """The page of the renovation with this number, "" when it is none that the person may see."""
    if not (NUMBER.fullmatch(text) and actor().may(Permission.renovation_read)):
        return ""
    key = find_called(text)
    return url_for("renovations.show", renovation_id=key) if key else ""
