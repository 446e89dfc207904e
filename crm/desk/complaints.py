"""Complaints on the start page: what waits for whoever looks at it; and a case found by its number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import case, func, select

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.complaints.cases.models import UNANSWERED, Complaint
from crm.complaints.cases.queries import IS_UNREPLIED, due_to_call, is_late
from crm.dates import business_day, utc_now
from crm.db import session
from crm.desk.repairs import Figure
from crm.properties.queries import in_chosen_estate

NUMBER = re.compile(r"T\d{4}-\d{4,9}", re.IGNORECASE | re.ASCII)


def figures() -> Sequence[Figure]:
    """Without a result, without a first answer, late; call-backs for whoever makes them."""
    if not actor().may(Permission.complaint_read):
        return []
    late, silent = is_late(utc_now()), Complaint.state.in_(UNANSWERED)
    columns = func.count(), func.sum(case((silent, 1), else_=0)), func.sum(case((late, 1), else_=0))
    seen = select(*columns).where(IS_UNREPLIED, in_chosen_estate(Complaint.estate_id))
    unreplied, unanswered, overdue = (count or 0 for count in session().execute(seen).one())
    found = [
        Figure(_("Complaints without a result"), unreplied, url_for("complaints.index", state="unreplied")),
        Figure(_("Complaints without a first answer"), unanswered, url_for("complaints.index", state="received")),
        Figure(_("Complaints late"), overdue, url_for("complaints.index", state="unreplied", late=1)),
    ]
    if actor().may(Permission.complaint_visit):
        due = due_to_call(business_day())
        found.append(Figure(_("Call-backs due"), due, url_for("complaints.callbacks", due="due")))
    return found


def page_of(text: str) -> str:
    """The page of the case with this number, "" when it is none that the person may see."""
    if not (NUMBER.fullmatch(text) and actor().may(Permission.complaint_read)):
        return ""
    wanted = select(Complaint.id).where(Complaint.number == text.upper(), within(Complaint.estate_id))
    key = session().scalars(wanted).one_or_none()
    return url_for("complaints.show", complaint_id=key) if key else ""
