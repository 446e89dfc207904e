"""What an import of complaints has stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from crm.complaints.cases.models import Complaint, ComplaintCaller
from crm.complaints.importing.models import ComplaintImportRow
from crm.dates import business_day_of
from crm.db import session


class Share(NamedTuple):
    """Of a customer in an import."""

    customer_id: int
    complaints: int
    begins: date
    ends: date


def shares_of(complaint_import_id: int) -> Sequence[Share]:
    """Of every customer who complained by name."""
    at, who = Complaint.received_at, ComplaintCaller.customer_id
    found = (
        select(who, func.count(), func.min(at), func.max(at))
        .join(Complaint, Complaint.id == ComplaintCaller.complaint_id)
        .join(ComplaintImportRow, ComplaintImportRow.complaint_id == Complaint.id)
        .where(ComplaintImportRow.complaint_import_id == complaint_import_id)
        .where(who.is_not(None), ComplaintCaller.anonymous.is_(False))
        .group_by(who)
        .order_by(who)
    )
    rows = session().execute(found)
    return [Share(key or 0, count, business_day_of(first), business_day_of(last)) for key, count, first, last in rows]
