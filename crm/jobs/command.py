"""`crm jobs list|run` and `crm work`: background work from the command line."""

from __future__ import annotations

import json
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import click
from flask import Flask
from flask_babel import gettext as _

from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.jobs import processes, queries, runner
from crm.jobs.models import STATE_TITLES, Job, JobState


@click.group("jobs")
def jobs_command() -> None:
    """Background work."""


@jobs_command.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="The jobs as JSON.")
def list_jobs(limit: int, *, as_json: bool) -> None:
    """What was asked for, newest first."""
    with unit_of_work(writes=False):
        jobs = session().scalars(queries.jobs().limit(limit)).all()
    if as_json:
        click.echo(json.dumps([_plain(job) for job in jobs], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(map(_line, jobs)) or _("Nothing was asked for yet."))


@jobs_command.command("run")
@click.option("--until-empty", is_flag=True, help="End when nothing is left to do.")
@click.option("--name", hidden=True, default="")
@click.option("--leash", is_flag=True, hidden=True)
@click.pass_obj
def run_jobs(app: Flask, name: str, *, until_empty: bool, leash: bool) -> None:
    """Do background work here, until it is told to end. Several may run at once, on several machines."""
    name = name or f"run-{secrets.token_hex(4)}"
    if until_empty:
        processes.end_on_signals()
        click.echo(_("%(count)s tasks done", count=runner.run_all(app, name)))
    else:
        processes.run_until_told(app, name, leash=leash)


@click.command("work")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.pass_obj
def work_command(app: Flask, concurrency: int) -> None:
    """Do background work as the broker's messages ask for it; wants CRM_BROKER_URL."""
    broker = app.extensions.get("broker")
    if broker is None:
        raise DomainError(_("Set CRM_BROKER_URL first. Without a broker `crm serve` does the work itself."))
    alone = ("--without-gossip", "--without-mingle")  # workers have nothing to tell each other: the rows say it all
    broker.worker_main(["worker", f"--concurrency={concurrency}", "--loglevel=WARNING", *alone])


def _plain(job: Job) -> dict[str, Any]:
    moments = {"asked_at": job.asked_at, "started_at": job.started_at, "ended_at": job.ended_at}
    return {
        "id": job.id,
        "kind": job.kind,
        "title": job.title,
        "state": job.state.value,
        "done": job.done,
        "total": job.total,
        "asked_by": job.actor_name,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "error": job.error,
        "result": job.result,
    }


def _line(job: Job) -> str:
    return f"{job.id:>6}  {STATE_TITLES[job.state]}  {job.done}/{job.total}  {job.title}  {job.actor_name}  {job.error}"


def work_off(app: Flask, job_id: int) -> None:
    """Do the job here, with a bar on a terminal; other runners may help. Raises `DomainError` when it fails."""
    with ThreadPoolExecutor(1) as pool, click.progressbar(length=1, file=sys.stderr) as bar:
        working = pool.submit(runner.run_job, app, job_id, "command line")
        while not working.done():
            wait([working], timeout=0.5)
            job = _job(job_id)
            bar.length = max(job.total, 1)
            bar.update(job.done - bar.pos)
        working.result()
    if _job(job_id).state is not JobState.done:
        raise DomainError(_job(job_id).error or _("The work was cancelled."))


def _job(job_id: int) -> Job:
    with unit_of_work(writes=False):
        return session().get_one(Job, job_id, populate_existing=True)
