"""The links of a complaint, and the complaints about a thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from crm.auth.actor import within
from crm.complaints.cases.models import Complaint, ComplaintLink, LinkKind
from crm.complaints.cases.queries import OPEN
from crm.complaints.categories.models import ComplaintCategory
from crm.db import session


def links_of(complaint_id: int) -> Sequence[ComplaintLink]:
    found = select(ComplaintLink).where(ComplaintLink.complaint_id == complaint_id)
    return session().scalars(found.order_by(ComplaintLink.id)).all()


def open_about(kind: LinkKind, thing_id: int) -> Sequence[Any]:
    """Complaints under way that are linked to the thing, in the acting person's estates; the oldest first."""
    linked = ComplaintLink.complaint_id == Complaint.id, ComplaintLink.kind == kind, ComplaintLink.thing_id == thing_id
    found = (
        select(Complaint.id, Complaint.number, Complaint.state, ComplaintCategory.name.label("category"))
        .join(ComplaintLink, ComplaintLink.complaint_id == Complaint.id)
        .join(ComplaintCategory, ComplaintCategory.id == Complaint.category_id)
        .where(*linked, OPEN, within(Complaint.estate_id))
    )
    return session().execute(found.order_by(Complaint.id)).all()
