"""What the installation knows that a history of complaints may name: a few queries, no loop."""

from __future__ import annotations

from collections.abc import Hashable

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, select

from crm.auth.models import Department
from crm.complaints.cases.models import Channel, Complaint, ComplaintCaller
from crm.complaints.categories.models import CAUSES, CONTRACTORS
from crm.complaints.importing.drafting import Present, mark_of
from crm.complaints.importing.models import ComplaintImport, ComplaintImportRow
from crm.dates import utc_now
from crm.db import session
from crm.imports.histories.holders import holders, staff
from crm.imports.histories.places import places
from crm.imports.histories.queries import stored_rows
from crm.imports.histories.row import NOBODY_ROW, Clock, plain
from crm.policy.dictionaries import Dictionary


def present(run: ComplaintImport) -> Present:
    departments = session().execute(select(Department.name, Department.id))
    return Present(
        clock=Clock(utc_now(), current_app.config["SETTINGS"].timezone),
        places=places(run.estate_id),
        holders=holders(run.estate_id),
        categories={name: int(choice) for name, choice in run.categories.items() if choice},
        staff=staff(),
        departments={plain(name): department_id for name, department_id in departments},
        causes=_titles(CAUSES),
        contractors=_titles(CONTRACTORS),
        told=_told(run.estate_id),
        stored=stored_rows(ComplaintImportRow, run),
    )


def _titles(dictionary: Dictionary) -> dict[str, str]:
    """In the language of the files, whoever takes them over."""
    with force_locale("zh_CN"):
        return {entry.code: entry.title for entry in dictionary.entries()}


def _told(estate_id: int) -> dict[Hashable, int]:
    """Complaints that were taken over before, by what tells them apart; the unit of an anonymous one stands with its
    caller alone."""
    callers = select(ComplaintCaller.unit_id).where(ComplaintCaller.complaint_id == Complaint.id)
    unit_id = func.coalesce(Complaint.unit_id, callers.order_by(ComplaintCaller.id).limit(1).scalar_subquery())
    facts = (Complaint.source_number, unit_id, Complaint.spot, Complaint.received_at, Complaint.words)
    standing = select(*facts).where(Complaint.estate_id == estate_id, Complaint.channel == Channel.imported)
    return {mark_of(*row): NOBODY_ROW for row in session().execute(standing)}
