"""Letters on the start page: what waits for an answer; and a letter found by its number."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.correspondence.letters.models import Letter
from crm.correspondence.letters.queries import canonical, to_answer_counts
from crm.dates import business_day
from crm.db import session
from crm.desk.repairs import Figure


def figures() -> Sequence[Figure]:
    """Letters to answer, and those among them whose day has passed."""
    if not actor().may(Permission.letter_read):
        return []
    waiting, overdue = to_answer_counts(business_day())
    return [
        Figure(_("Letters to answer"), waiting, url_for("correspondence.index", state="to_answer")),
        Figure(_("Answers overdue"), overdue, url_for("correspondence.index", state="to_answer", due="overdue")),
    ]


def page_of(text: str) -> str:
    """The page of the letter with this number, "" when it is none that the person may see."""
    number = canonical(text)
    if not (number and actor().may(Permission.letter_read)):
        return ""
    wanted = select(Letter.id).where(Letter.number == number, within(Letter.estate_id))
    key = session().scalars(wanted).one_or_none()
    return url_for("correspondence.show", letter_id=key) if key else ""
