"""Complaints that are still to be answered, as what the company owes a customer: they stand before the debt.

A case joined to another one ends with that one: the disputes that wait for it are released when the other closes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.billing.arrears import matters
from crm.billing.arrears.matters import Matter, Source
from crm.complaints.cases.events import ComplaintEnded
from crm.complaints.cases.models import ADDRESS, Complaint, ComplaintCaller, ComplaintState
from crm.complaints.cases.queries import IS_OURS
from crm.complaints.cases.wording import left_in_words
from crm.dates import business_day_of, utc_now
from crm.db import session

KIND = "complaint"
NAMED = ComplaintCaller.customer_id.is_not(None), ComplaintCaller.anonymous.is_(False)


def _rows(estate_id: int) -> Select[*tuple[Any, ...]]:
    found = select(ComplaintCaller.customer_id, Complaint.id).join(
        Complaint, Complaint.id == ComplaintCaller.complaint_id
    )
    return found.where(IS_OURS, Complaint.estate_id == estate_id, *NAMED).distinct()


def _of(customer_ids: Sequence[int]) -> Sequence[Matter]:
    columns = (
        Complaint.id,
        ComplaintCaller.customer_id,
        Complaint.number,
        Complaint.words,
        Complaint.state,
        Complaint.received_at,
        Complaint.acknowledged_at,
        Complaint.answer_due_at,
        Complaint.result_due_at,
    )
    found = select(*columns).join(ComplaintCaller, ComplaintCaller.complaint_id == Complaint.id).distinct()
    mine = IS_OURS, ComplaintCaller.customer_id.in_(customer_ids), within(Complaint.estate_id), *NAMED
    now = utc_now()
    return [
        Matter(
            kind=KIND,
            id=row.id,
            customer_id=row.customer_id,
            about=f"{row.number} {row.words[:60]}",
            since=business_day_of(row.received_at),
            address=ADDRESS.format(row.id),
            left=left_in_words(row, now),
        )
        for row in session().execute(found.where(*mine).order_by(Complaint.id))
    ]


SOURCE = Source(
    kind=KIND,
    title=_l("Complaint"),
    permission=Permission.complaint_read,
    rows=_rows,
    of=_of,
    page=ADDRESS.format,
)


def ended(event: ComplaintEnded) -> None:
    if event.state != ComplaintState.joined:
        for complaint_id in _with_joined(event.complaint_id):
            matters.closed(KIND, complaint_id)


def _with_joined(complaint_id: int) -> Iterator[int]:
    """The case, and whatever was joined to it or to what was joined to it."""
    yield complaint_id
    for each in session().scalars(select(Complaint.id).where(Complaint.joined_to_id == complaint_id)).all():
        yield from _with_joined(each)
