"""The files of a complaint on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.complaints.cases.models import Complaint, ComplaintFile
from crm.complaints.files import queries, service
from crm.properties.parts import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """`new_url`: "" where none can be added."""

    pictures: Sequence[ComplaintFile]
    documents: Sequence[ComplaintFile]
    new_url: str


def of_case(case: Complaint) -> Files:
    found = queries.files_of(case.id)
    adds = actor().may(Permission.complaint_log) and not service.hindrance(case)
    return Files(
        pictures=[each for each in found if each.upload.stored.media_type.startswith("image/")],
        documents=[each for each in found if not each.upload.stored.media_type.startswith("image/")],
        new_url=url_for("complaint_files.new", complaint_id=case.id) if adds else "",
    )


PART = Part(permission=Permission.complaint_read, section=of_case, template="complaints/files/_files.html")
