"""The bell of those whose turn it is, each in their own language."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import g
from flask_babel import force_locale
from sqlalchemy import select

from crm.archive.handover.models import Handover
from crm.archive.handover.models.handover import ADDRESS
from crm.auth.models import User
from crm.db import session
from crm.notifications.service import notify


def tell(handover: Handover, *user_ids: int | None, words: Callable[[], str]) -> None:
    """Whoever does it oneself knows it already."""
    wanted = {key for key in user_ids if key is not None} - {g.actor.user_id}
    tell_at(ADDRESS.format(handover.id), wanted, words)


def tell_at(address: str, user_ids: Collection[int], words: Callable[[], str]) -> None:
    if not user_ids:
        return
    people = select(User.id, User.locale).where(User.id.in_(user_ids), User.active).order_by(User.id)
    for row in session().execute(people):
        with force_locale(row.locale):
            text = words()
        notify(row.id, text, address, icon="folder")
