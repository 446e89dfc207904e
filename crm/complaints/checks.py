"""What the filing review asks about complaints: the sheet lies in the dossier of each who complained (P-15)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.complaints.cases.models import Complaint, ComplaintCaller
from crm.complaints.cases.queries import IS_OURS
from crm.complaints.cases.service.ending import KIND
from crm.complaints.cases.sources import unfiled
from crm.dates import beginning_of
from crm.tenants.queries import File, of_dossiers
from crm.tenants.unfiled import lies_in_theirs

NAMED = ComplaintCaller.anonymous.is_(False)  # nothing of whoever is not is in a file


def _unfiled(day: date) -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=Complaint.number, about_id=Complaint.id, detail=Complaint.number))
    named = found.join(ComplaintCaller, ComplaintCaller.customer_id == File.id).where(NAMED)
    theirs = named.join(Complaint, Complaint.id == ComplaintCaller.complaint_id)
    return theirs.where(unfiled().waits(beginning_of(day)), ~lies_in_theirs(KIND, Complaint.id))


def pressing(_day: date) -> Select[Any]:
    """Whoever complained by name and waits for us."""
    open_cases = select(ComplaintCaller.customer_id).join(Complaint, Complaint.id == ComplaintCaller.complaint_id)
    return open_cases.where(IS_OURS, NAMED, ComplaintCaller.customer_id.is_not(None))


def _page(where: Where) -> str:
    return url_for("complaints.show", complaint_id=where.about_id)


CHECKS = (
    Check(
        kind="complaint_unfiled",
        title=_l("A complaint is closed and not filed"),
        advice=_l("File the case again: its sheet then lies in the dossier."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unfiled,
        page=_page,
    ),
)
