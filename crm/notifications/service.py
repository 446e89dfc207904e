"""Telling somebody, and reading what one was told. A notification is a hint and no fact: the log does not keep it."""

from __future__ import annotations

from flask import g
from sqlalchemy import update

from crm.dates import utc_now
from crm.db import insert, session
from crm.notifications.models import UNREAD, Notification


def notify(user_id: int, text: str, url: str, *, group: str = "", icon: str = "bell") -> None:
    """Put it under the user's bell. What is unread and of the same group is counted up, not repeated.

    `url` is a page of ours; `text` is in the user's language, with it the latest of a group wins.
    """
    if not url.startswith("/") or url.startswith(("//", "/\\")):
        raise ValueError(f"not a page of ours: {url}")
    now = utc_now()
    told = insert(Notification).values(
        user_id=user_id, text=text, url=url, group=group or None, icon=icon, count=1, created_at=now
    )
    again = {"text": text, "url": url, "icon": icon, "count": Notification.count + 1, "created_at": now}
    keys = [Notification.user_id, Notification.group]
    session().execute(told.on_conflict_do_update(index_elements=keys, index_where=UNREAD, set_=again))


def mark_read(notification: Notification) -> None:
    if notification.read_at is None:
        notification.read_at = utc_now()


def mark_all_read() -> None:
    """Everything of the acting person's."""
    unread = update(Notification).where(Notification.user_id == g.actor.user_id, Notification.read_at.is_(None))
    session().execute(unread.values(read_at=utc_now()))
