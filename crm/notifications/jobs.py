"""Clearing away what was read long ago."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from crm.dates import business_day, utc_now
from crm.db import unit_of_work
from crm.notifications.figures import KEPT_DAYS
from crm.notifications.models import Notification


def prune() -> int:
    """How many; what nobody has read stays."""
    with unit_of_work() as db:
        last = utc_now() - timedelta(days=KEPT_DAYS.on(business_day()))
        gone = delete(Notification).where(Notification.read_at < last).returning(Notification.id)
        return len(db.scalars(gone, execution_options={"synchronize_session": False}).all())
