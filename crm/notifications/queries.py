"""The acting person's own notifications, nobody else's."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, g
from sqlalchemy import func, select

from crm.db import session
from crm.notifications.models import Notification


def unread_count() -> int:
    """How many the bell shows; read from the index alone."""
    unread = select(func.count()).where(Notification.user_id == g.actor.user_id, Notification.read_at.is_(None))
    return session().scalar(unread) or 0


def get_notification(notification_id: int) -> Notification:
    """404 when it is somebody else's."""
    own = select(Notification).where(Notification.id == notification_id, Notification.user_id == g.actor.user_id)
    return session().scalars(own).one_or_none() or abort(404)


def latest(number: int, size: int) -> Sequence[Notification]:
    """Page `number` from 1, newest first; one more than `size` when others follow."""
    own = select(Notification).where(Notification.user_id == g.actor.user_id)
    newest = own.order_by(Notification.created_at.desc(), Notification.id.desc())
    return session().scalars(newest.offset((number - 1) * size).limit(size + 1)).all()
