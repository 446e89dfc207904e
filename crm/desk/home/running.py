"""What the administrator looks at first: work that failed, tasks that do not run, mail that does not go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select

from crm.auth.permissions import Permission
from crm.clock import queries as clock
from crm.clock.models import Outcome
from crm.clock.tasks import tasks
from crm.dates import business_day, utc_now
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_clock
from crm.jobs.models import Job, JobState
from crm.outbox.models import Mail, MailState
from crm.policy.figures import declared
from crm.policy.service import is_confirmed

LATELY = timedelta(days=7)  # failed work that is older was seen
PATIENCE = timedelta(hours=1)  # as the doctor has it, with a mail that nobody takes up


def _failed_jobs(most: int) -> Sequence[Todo]:
    now = utc_now()
    found = select(Job.id, Job.title, Job.error, Job.actor_name, Job.ended_at)
    lately = found.where(Job.state == JobState.failed, Job.ended_at > now - LATELY).order_by(Job.ended_at, Job.id)
    return [
        Todo(
            title=row.title,
            about=" · ".join(filter(None, (row.actor_name, row.error))),
            url=url_for("jobs.show", job_id=row.id),
            **by_clock(row.ended_at, now),
        )
        for row in session().execute(lately.limit(most))
    ]


def _job_figures() -> Sequence[Figure]:
    failed = (Job.state == JobState.failed) & (Job.ended_at > utc_now() - LATELY)
    waits = Job.state == JobState.waiting
    found = select(func.count(case((failed, 1))), func.count(case((waits, 1)))).select_from(Job)
    lost, waiting = session().execute(found).one()
    address = url_for("jobs.index")
    return [
        Figure(title=_("Jobs failed in the last 7 days"), count=lost, url=address, late=True),
        Figure(title=_("Jobs waiting"), count=waiting, url=address),
    ]


def _failed_tasks(most: int) -> Sequence[Todo]:
    """Whose last run failed."""
    now, last = utc_now(), clock.last_runs(tasks)
    failed = [run for run in last.values() if run.outcome is Outcome.failed]
    return [
        Todo(
            title=str(tasks[run.task].title),
            about=run.answer,
            url=url_for("clock.show", task_slug=tasks[run.task].slug),
            **by_clock(run.due_at, now),
        )
        for run in failed[:most]
    ]


def _task_figures() -> Sequence[Figure]:
    return [Figure(title=_("Scheduled tasks paused"), count=len(clock.pauses()), url=url_for("clock.index"))]


def _mail_figures() -> Sequence[Figure]:
    failed = Mail.state == MailState.failed
    stuck = (Mail.state == MailState.waiting) & (Mail.posted_at < utc_now() - PATIENCE)
    found = select(func.count(case((failed, 1))), func.count(case((stuck, 1)))).select_from(Mail)
    lost, late = session().execute(found).one()
    address = "outbox.index"
    return [
        Figure(title=_("Mail not delivered"), count=lost, url=url_for(address, state="failed"), late=True),
        Figure(title=_("Mail waiting for over an hour"), count=late, url=url_for(address, state="waiting"), late=True),
    ]


def _company_figures() -> Sequence[Figure]:
    day = business_day()
    left = sum(not is_confirmed(figure, day) for figure in declared.values())
    return [Figure(title=_("Figures to confirm"), count=left, url=url_for("admin.figures"))]


JOBS = Card(
    name="background",
    title=_l("Background work"),
    permission=Permission.job_oversee,
    url=lambda: url_for("jobs.index"),
    todo=_failed_jobs,
    figures=_job_figures,
)
TASKS = Card(
    name="tasks",
    title=_l("Scheduled tasks"),
    permission=Permission.job_oversee,
    url=lambda: url_for("clock.index"),
    todo=_failed_tasks,
    figures=_task_figures,
)
MAIL = Card(
    name="mail",
    title=_l("Outgoing mail"),
    permission=Permission.job_oversee,
    url=lambda: url_for("outbox.index"),
    figures=_mail_figures,
)
SETTINGS = Card(
    name="settings",
    title=_l("Company settings"),
    permission=Permission.policy_read,
    url=lambda: url_for("admin.figures"),
    figures=_company_figures,
)
