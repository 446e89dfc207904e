"""The acting person's own notifications, nobody else's; and when somebody's bell keeps still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import abort, current_app, g
from sqlalchemy import func, or_, select

from crm.auth.models import User
from crm.dates import business_day_of, utc_now
from crm.db import session
from crm.notifications.figures import QUIET_FROM, QUIET_UNTIL
from crm.notifications.models import Notification
from crm.notifications.quiet import QuietHours, parse_time


def unread_count() -> int:
    """How many the bell shows: what waits for the end of the quiet hours is not counted before."""
    rings = or_(Notification.rings_at.is_(None), Notification.rings_at <= utc_now())
    unread = Notification.user_id == g.actor.user_id, Notification.read_at.is_(None), rings
    return session().scalar(select(func.count()).where(*unread)) or 0


def get_notification(notification_id: int) -> Notification:
    """404 when it is somebody else's."""
    own = select(Notification).where(Notification.id == notification_id, Notification.user_id == g.actor.user_id)
    return session().scalars(own).one_or_none() or abort(404)


def latest(number: int, size: int, *, unread: bool = False) -> Sequence[Notification]:
    """Page `number` from 1, what is unread before the rest, newest first; one more than `size` when others follow."""
    own = select(Notification).where(Notification.user_id == g.actor.user_id)
    wanted = own.where(Notification.read_at.is_(None)) if unread else own
    newest = wanted.order_by(Notification.read_at.is_not(None), Notification.created_at.desc(), Notification.id.desc())
    return session().scalars(newest.offset((number - 1) * size).limit(size + 1)).all()


def quiet_hours_of(user: User | None, now: datetime) -> QuietHours:
    """One's own, else the company's."""
    if user and user.quiet_from is not None and user.quiet_until is not None:
        return QuietHours(user.quiet_from, user.quiet_until)
    return company_hours(now)


def company_hours(now: datetime) -> QuietHours:
    day = business_day_of(now)
    return QuietHours(parse_time(QUIET_FROM.on(day)), parse_time(QUIET_UNTIL.on(day)))


def quiet_until(user_id: int, now: datetime) -> datetime | None:
    """The end of the quiet hours in which this person is now; None outside."""
    hours = quiet_hours_of(session().get(User, user_id), now)
    return hours.end_after(now.astimezone(current_app.config["SETTINGS"].timezone))
