"""A complaint as what a violation comes from, as what a letter is about, and as what should lie in a dossier."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.complaints.cases.models import ADDRESS, Complaint, ComplaintState
from crm.correspondence.letters.matters import Matter
from crm.db import session
from crm.tenants.unfiled import Unfiled
from crm.violations.cases.origins import Origin


def origin(complaint_id: int) -> Origin | None:
    """About whom it is, never who complained: whoever did it is not told. The words are for the desk alone."""
    case = _find(complaint_id)
    if case is None:
        return None
    return Origin(
        estate_id=case.estate_id,
        text=_called(case),
        address=ADDRESS.format(case.id),
        unit_id=case.unit_id,
        public_area_id=case.public_area_id,
        spot=case.spot,
        customer_id=case.about_customer_id,
        words=case.words,
    )


def matter(complaint_id: int) -> Matter | None:
    case = _find(complaint_id)
    return Matter(_called(case), ADDRESS.format(case.id)) if case else None


def _find(complaint_id: int) -> Complaint | None:
    """In the acting person's estates, for whoever sees complaints."""
    if not actor().may(Permission.complaint_read):
        return None
    found = select(Complaint).where(Complaint.id == complaint_id, within(Complaint.estate_id))
    return session().scalars(found.options(joinedload(Complaint.category))).one_or_none()


def _called(case: Complaint) -> str:
    return f"{case.number} {case.category.name}"


def unfiled() -> Unfiled:
    return Unfiled(
        title=_l("Complaints"),
        condition=Complaint.state == ComplaintState.closed,
        estate_id=Complaint.estate_id,
        since=Complaint.closed_at,
        address=f"/complaints/?state={ComplaintState.closed.value}",
    )
