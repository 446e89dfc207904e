"""Files of complaints kept inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.complaints.cases.models import Complaint, ComplaintFile
from crm.db import session
from crm.files.models import Upload

WHOLE = joinedload(ComplaintFile.upload).joinedload(Upload.stored)


def files_of(complaint_id: int) -> Sequence[ComplaintFile]:
    found = select(ComplaintFile).where(ComplaintFile.complaint_id == complaint_id).order_by(ComplaintFile.id)
    return session().scalars(found.options(WHOLE)).all()


def get_file(complaint_file_id: int) -> ComplaintFile:
    """404 outside the person's estates."""
    found = select(ComplaintFile).join(Complaint)
    mine = found.where(ComplaintFile.id == complaint_file_id, within(Complaint.estate_id))
    return session().scalars(mine.options(WHOLE)).one_or_none() or abort(404)
