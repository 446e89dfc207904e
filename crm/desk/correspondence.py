"""A letter found by its number."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.correspondence.letters.models import Letter
from crm.correspondence.letters.queries import canonical
from crm.db import session


def page_of(text: str) -> str:
    """The page of the letter with this number, "" when it is none that the person may see."""
    number = canonical(text)
    if not (number and actor().may(Permission.letter_read)):
        return ""
    wanted = select(Letter.id).where(Letter.number == number, within(Letter.estate_id))
    key = session().scalars(wanted).one_or_none()
    return url_for("correspondence.show", letter_id=key) if key else ""
