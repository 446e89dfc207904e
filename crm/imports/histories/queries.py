"""Imports of histories inside the acting person's estates, whichever history it is."""

from __future__ import annotations

from typing import TypeVar

from flask import abort
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.db import session
from crm.files.models import Upload
from crm.imports.histories.models import HistoryImport
from crm.jobs.models import Job, JobState
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate

ENDED = (JobState.done, JobState.failed, JobState.cancelled)
History = TypeVar("History", bound=HistoryImport)


def imports_of(kind: type[History]) -> Select[History, Upload, Estate]:
    rows = select(kind, Upload, Estate).join(Upload, kind.upload_id == Upload.id)
    return rows.join(Estate, kind.estate_id == Estate.id).where(in_chosen_estate(kind.estate_id))


def get_history(kind: type[History], import_id: int) -> History:
    """404 outside the person's estates."""
    found = select(kind).where(kind.id == import_id, within(kind.estate_id))
    whole = joinedload(kind.upload), joinedload(kind.job), joinedload(kind.estate)
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def working_on(kind: type[History], estate_id: int) -> int | None:
    """The one into the estate that background work is under way for."""
    live = select(kind.id).join(Job, Job.id == kind.job_id)
    return session().scalar(live.where(kind.estate_id == estate_id, Job.state.not_in(ENDED)).limit(1))
