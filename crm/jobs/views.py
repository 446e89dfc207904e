"""Pages of background work: one's own jobs, and how far one of them is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.auth.permissions import Permission as P
from crm.auth.permissions import requires
from crm.dates import utc_now
from crm.db import session
from crm.files import store
from crm.jobs import proof, queries, reports, service
from crm.jobs.kinds import kinds
from crm.jobs.models import STATE_TITLES, Job, JobState
from crm.web.download import attachment

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")
PAGE_SIZE = 50
TONES = {JobState.running: "blue", JobState.done: "green", JobState.failed: "red", JobState.cancelled: "orange"}


@blueprint.get("/")
@requires(P.signed_in)
def index() -> ResponseReturnValue:
    wanted, now = queries.jobs(), utc_now()
    count = session().scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    jobs = session().scalars(wanted.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    rows = [(job, reports.progress(job, now)) for job in jobs]
    return render_template("jobs/index.html", rows=rows, count=count, number=number, pages=pages, **_words())


@blueprint.get("/<int:job_id>")
@requires(P.signed_in)
def show(job_id: int) -> ResponseReturnValue:
    job = _job(job_id)
    return render_template(
        "jobs/show.html",
        job=job,
        progress=reports.progress(job, utc_now()),
        facts=reports.facts(job),
        may_fetch=_may_fetch(job),
        may_repeat=not service.repeat_hindrance(job),
        **_words(),
    )


@blueprint.post("/proof")
@requires(P.audit_read)
def prove() -> ResponseReturnValue:
    return redirect(url_for(".show", job_id=proof.ask().id))


@blueprint.post("/<int:job_id>/cancel")
@requires(P.signed_in)
def cancel(job_id: int) -> ResponseReturnValue:
    service.cancel(_job(job_id))
    flash(_("Cancelled. What was done before stands."))
    return redirect(url_for(".show", job_id=job_id))


@blueprint.post("/<int:job_id>/again")
@requires(P.signed_in)
def again(job_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", job_id=service.repeat(_job(job_id)).id))


@blueprint.get("/<int:job_id>/file")
@requires(P.signed_in)
def file(job_id: int) -> ResponseReturnValue:
    """For whoever asked and nobody else: it may hold what others must not see."""
    job = _job(job_id)
    upload = store.find_upload(job.upload_id) if job.upload_id else None
    if upload is None or not _may_fetch(job):
        abort(404)
    return attachment(store.read(upload), upload.name, upload.stored.media_type)


def _job(job_id: int) -> Job:
    return queries.find_job(job_id) or abort(404)


def _may_fetch(job: Job) -> bool:
    """Whoever has lost the estate, or the right to what is in the file, does not get it any more."""
    mine = job.user_id == g.actor.user_id and job.upload_id is not None
    seen = job.estate_id is None or g.actor.sees(job.estate_id)
    return mine and seen and job.kind in kinds and kinds[job.kind].may_fetch(job.payload)


def _words() -> dict[str, Any]:
    may = g.actor.may
    return {"titles": STATE_TITLES, "tones": TONES, "oversees": may(P.job_oversee), "may_prove": may(P.audit_read)}
