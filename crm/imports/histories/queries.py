"""Imports of histories inside the acting person's estates, whichever history it is."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import abort
from sqlalchemy import Select, func, select
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


def stored_rows(table: Any, run: HistoryImport) -> set[tuple[str, int]]:
    """Sheet and row of what the import has stored; `table` says which row became what."""
    rows = select(table.sheet, table.row).where(_of(table, run))
    return {(sheet, row) for sheet, row in session().execute(rows)}


def stored_count(table: Any, run: HistoryImport) -> int:
    return session().scalar(select(func.count()).where(_of(table, run))) or 0


def _of(table: Any, run: HistoryImport) -> Any:
    return getattr(table, f"{run.__tablename__}_id") == run.id
