"""A case found by its number."""

from __future__ import annotations

import re

from flask import url_for
from sqlalchemy import select

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.complaints.cases.models import Complaint
from crm.db import session

NUMBER = re.compile(r"T\d{4}-\d{4,9}", re.IGNORECASE | re.ASCII)


def page_of(text: str) -> str:
    """The page of the case with this number, "" when it is none that the person may see."""
    if not (NUMBER.fullmatch(text) and actor().may(Permission.complaint_read)):
        return ""
    wanted = select(Complaint.id).where(Complaint.number == text.upper(), within(Complaint.estate_id))
    key = session().scalars(wanted).one_or_none()
    return url_for("complaints.show", complaint_id=key) if key else ""
