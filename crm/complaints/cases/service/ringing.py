"""Who is told under the bell that a case has come to them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask_babel import force_locale

from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.complaints.cases.models import ADDRESS, Complaint
from crm.complaints.cases.rules import HIGHEST, LEVELS
from crm.complaints.categories.models import Severity
from crm.db import session
from crm.notifications.service import notify

ICON = "alert-triangle"
Words = Callable[[], str]


def handlers_of(case: Complaint, level: int) -> dict[int, str]:
    """Who may handle a case of this level in its estate, but whoever it is about: id -> name."""
    handling = {user.id for user in who_may_in(case.estate_id, Permission.complaint_handle)}
    able = handling - {case.about_user_id}
    return {user.id: user.full_name for user in who_may_in(case.estate_id, LEVELS[level]) if user.id in able}


def at_level(case: Complaint, level: int) -> set[int]:
    """Those who decide at this level: whoever decides higher up too only where nobody else does."""
    found = {user.id for user in who_may_in(case.estate_id, LEVELS[level])}
    higher = {user.id for user in who_may_in(case.estate_id, LEVELS[level + 1])} if level < HIGHEST else set()
    return (found - higher) or found


def ring(case: Complaint, people: Collection[int | None], words: Words, *, group: str = "") -> None:
    """In everybody's own language; neither to whoever does it now nor to whom the complaint is about."""
    _ring(case, {each for each in people if each} - {case.about_user_id}, words, group)


def ring_owner(case: Complaint, owner_id: int, words: Words) -> None:
    """Whoever has something to do for it hears of it, be the complaint about them; not whoever does it now."""
    _ring(case, {owner_id}, words)


def _ring(case: Complaint, people: set[int], words: Words, group: str = "") -> None:
    urgent = case.severity is Severity.urgent
    for user_id in sorted(people - {actor().user_id}):
        user = session().get_one(User, user_id)
        if user.active:
            with force_locale(user.locale):
                notify(user_id, words(), ADDRESS.format(case.id), icon=ICON, group=group, urgent=urgent)
