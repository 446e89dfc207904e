"""Telling whoever has a letter that its answer is due soon, and once more when the day has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.correspondence.letters.models import ADDRESS, Letter
from crm.correspondence.letters.queries import TO_ANSWER
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify

AHEAD = timedelta(days=2)


def remind() -> int:
    """How many letters somebody was told of. Several at once never tell of the same one twice."""
    with unit_of_work():
        today = business_day()
        late = (Letter.reply_due_on < today) & (Letter.warned_on <= Letter.reply_due_on)
        due = TO_ANSWER, Letter.reply_due_on <= today + AHEAD, or_(Letter.warned_on.is_(None), late)
        claim = update(Letter).where(*due).values(warned_on=today)
        told = (Letter.id, Letter.number, Letter.subject, Letter.reply_due_on, Letter.handler_id, Letter.estate_id)
        claimed = session().execute(claim.returning(*told).execution_options(synchronize_session=False)).all()
        for row in sorted(claimed, key=lambda row: row.id):
            _tell(row, today)
        return len(claimed)


def _tell(row: Any, today: date) -> None:
    for user in _whom(row):
        with force_locale(user.locale):
            words = {"number": row.number, "subject": row.subject, "day": row.reply_due_on.isoformat()}
            if row.reply_due_on < today:
                text = _("The answer to %(number)s was due on %(day)s: %(subject)s", **words)
            else:
                text = _("The answer to %(number)s is due on %(day)s: %(subject)s", **words)
        notify(user.id, text, ADDRESS.format(row.id), icon="mail")


def _whom(row: Any) -> Sequence[User]:
    """Who has it; while nobody is at work who has it, those who keep letters there."""
    found = select(User).where(User.id == row.handler_id, User.active)
    handler = session().scalars(found).one_or_none() if row.handler_id else None
    return [handler] if handler else who_may_in(row.estate_id, Permission.letter_keep)
