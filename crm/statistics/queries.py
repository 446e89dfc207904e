"""A month-end pack that was made."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select

from crm.auth.actor import actor
from crm.db import session
from crm.files.models import Upload
from crm.jobs.models import Job
from crm.statistics.jobs import PACK, may_fetch


def get_pack(upload_id: int) -> Job:
    """By its PDF; 404 for all but who asked for it and may still see what is in it."""
    found = select(Job).where(Job.upload_id == upload_id, Job.kind == PACK.name, Job.user_id == actor().user_id)
    job = session().scalars(found).first()
    return job if job and may_fetch(job.payload) else abort(404)


def get_workbook(job: Job) -> Upload:
    return session().get_one(Upload, job.result["workbook_id"])
