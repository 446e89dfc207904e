"""A drawing or a work procedure found by its number."""

from __future__ import annotations

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.engineering.drawings.queries import find_called as find_drawing
from crm.engineering.once import cleaned
from crm.engineering.procedures.queries import find_called as find_procedure

LONGEST = 60  # characters of a number


def page_of(text: str) -> str:
    """The page of what has this number, "" where nothing has, or where several estates have it."""
    number = cleaned(text)
    if not 1 < len(number) <= LONGEST or number.isdecimal() or not actor().may(Permission.engineering_read):
        return ""
    if key := find_drawing(number):
        return url_for("drawings.show", drawing_id=key)
    key = find_procedure(number)
    return url_for("procedures.show", procedure_id=key) if key else ""
