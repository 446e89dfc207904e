"""A job found by its number."""

from __future__ import annotations

import re

from flask import url_for
from sqlalchemy import select

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.db import session
from crm.repairs.orders.models import RepairOrder

NUMBER = re.compile(r"W\d{4}-\d{4,9}", re.IGNORECASE | re.ASCII)


def page_of(text: str) -> str:
    """The page of the job with this number, "" when it is none that the person may see."""
    if not (NUMBER.fullmatch(text) and actor().may(Permission.repair_read)):
        return ""
    wanted = select(RepairOrder.id).where(RepairOrder.number == text.upper(), within(RepairOrder.estate_id))
    key = session().scalars(wanted).one_or_none()
    return url_for("repairs.show", repair_id=key) if key else ""
