"""Telling somebody, and reading what one was told. A notification is a hint and no fact: the log does not keep it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from flask import g
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, literal_column, or_, update

from crm.audit.log import record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.notifications.events import QuietHoursSet
from crm.notifications.models import UNREAD, Notification
from crm.notifications.queries import quiet_until

# `insert.excluded` makes every column of it anew, each time
NEW_RINGS_AT: ColumnElement[datetime] = literal_column("excluded.rings_at")


def notify(user_id: int, text: str, url: str, *, group: str = "", icon: str = "bell", urgent: bool = False) -> None:
    """Put it under the user's bell. What is unread and of the same group is counted up, not repeated.

    `url` is a page of ours; `text` is in the user's language, with it the latest of a group wins. In the user's quiet
    hours it rings at their end, unless it is `urgent` or its group rings already.
    """
    if not url.startswith("/") or url.startswith(("//", "/\\")):
        raise ValueError(f"not a page of ours: {url}")
    now, held = utc_now(), Notification.rings_at
    facts = {"text": text, "url": url, "icon": icon, "created_at": now}
    rings_at = None if urgent else quiet_until(user_id, now)
    told = insert(Notification).values(user_id=user_id, group=group or None, count=1, rings_at=rings_at, **facts)
    rings = case((or_(held.is_(None), held <= now), held), else_=NEW_RINGS_AT)
    again = {**facts, "count": Notification.count + 1, "rings_at": rings}
    keys = [Notification.user_id, Notification.group]
    session().execute(told.on_conflict_do_update(index_elements=keys, index_where=UNREAD, set_=again))


def mark_read(notification: Notification) -> None:
    if notification.read_at is None:
        notification.read_at = utc_now()


def mark_all_read(notification_ids: Collection[int] | None = None) -> None:
    """These of the acting person's; None: everything."""
    unread = update(Notification).where(Notification.user_id == g.actor.user_id, Notification.read_at.is_(None))
    wanted = unread if notification_ids is None else unread.where(Notification.id.in_(notification_ids))
    session().execute(wanted.values(read_at=utc_now()))


def set_quiet_hours(user: User, starts: time | None, ends: time | None) -> None:
    """Both, or neither: then the company's hold."""
    if (starts is None) != (ends is None):
        raise DomainError(_("Fill in both times, or neither."))
    if (user.quiet_from, user.quiet_until) != (starts, ends):
        user.quiet_from, user.quiet_until = starts, ends
        record(QuietHoursSet(user_id=user.id, quiet_from=_said(starts), quiet_until=_said(ends)))


def _said(moment: time | None) -> str:
    return f"{moment:%H:%M}" if moment else ""
