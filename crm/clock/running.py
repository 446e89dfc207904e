"""Doing what is due: take the moment, do the work, note what came of it, each by itself."""

from __future__ import annotations

import secrets
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Flask, g
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from crm.auth.actor import system_actor
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.clock.claims import Claim, take
from crm.clock.models import JobRun, Outcome
from crm.clock.queries import Opening
from crm.clock.tasks import Task
from crm.dates import beginning_of, business_day, telling
from crm.db import session, unit_of_work
from crm.jobs.heartbeat import kept_alive
from crm.jobs.kinds import LeaseLost
from crm.notifications.service import notify

MOST_ATTEMPTS = 5  # processes that die over the same moment
LONGEST = 200  # characters of an answer
BROKEN_OFF = "broken off"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a moment here. `answer` as in `JobRun`."""

    task: Task
    due_at: datetime
    outcome: Outcome
    answer: str
    milliseconds: int


def run(app: Flask, opening: Opening, *, at: datetime | None = None) -> Ran | None:
    """Do what is due; None when another clock does. What goes wrong is noted and stops nothing.

    The task sees the moment `at`, when one is given; beats are of the time that really is.
    """
    with app.app_context():
        g.actor = system_actor(opening.task.name)
        with unit_of_work():
            claim = take(opening)
    if claim is None:
        return None
    begun = time.monotonic()
    if claim.attempt > MOST_ATTEMPTS:
        outcome, answer = Outcome.failed, BROKEN_OFF
    else:
        with kept_alive(app, claim):
            outcome, answer = perform(app, opening.task, at=at)
    ran = Ran(opening.task, opening.due_at, outcome, answer, round(1000 * (time.monotonic() - begun)))
    _note(app, claim, ran)
    return ran


def perform(app: Flask, task: Task, *, at: datetime | None = None) -> tuple[Outcome, str]:
    """The work itself, in a context of its own."""
    with app.app_context(), telling(at) if at else nullcontext():
        g.request_id, g.actor = secrets.token_hex(6), system_actor(task.name)
        try:
            return Outcome.done, _answer(task.run())
        except Exception as error:
            log.error("task", task=task.name, request_id=g.request_id, exc_info=error)
            return Outcome.failed, f"{type(error).__name__} {g.request_id}"  # its text may be of a person


def _answer(returned: object) -> str:
    match returned:
        case bool():  # whether there was something to do
            return "" if returned else "0"
        case int():
            return str(returned)
        case str():
            return returned[:LONGEST]
        case _:
            return ""


def _note(app: Flask, claim: Claim, ran: Ran) -> None:
    """A database that does not take it leaves the run open: without a beat it is taken over, once more."""
    try:
        with app.app_context():
            g.actor = system_actor(claim.task.name)
            with unit_of_work():
                claim.end(ran.outcome, ran.answer, ran.milliseconds)
                if ran.outcome is Outcome.failed:
                    _ring(claim)
    except LeaseLost:
        log.warning("task was taken over", **claim.told)
    except OperationalError as error:
        log.error("database", **claim.told, error=str(error.orig))


def _ring(claim: Claim) -> None:
    """Whoever keeps the schedule hears of a task's first failure of the day."""
    today = JobRun.ended_at >= beginning_of(business_day()), JobRun.id != claim.run_id
    failed = select(JobRun.id).where(JobRun.task == claim.task.name, JobRun.outcome == Outcome.failed, *today)
    if session().scalar(failed.limit(1)) is not None:
        return
    for user in who_may(Permission.job_keep):
        with force_locale(user.locale):
            text = _("The scheduled task “%(title)s” failed.", title=claim.task.title)
        notify(user.id, text, claim.task.address, group=f"schedule {claim.task.name}", icon="alert-triangle")
