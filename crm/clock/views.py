"""The schedule: every task, what came of its last runs, and what whoever keeps it does with it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission as P
from crm.auth.permissions import requires
from crm.clock import queries, reports, service
from crm.clock.forms import PauseForm
from crm.clock.tasks import get_task
from crm.dates import utc_now
from crm.web.forms import attempt, form_page

blueprint = Blueprint("clock", __name__, url_prefix="/admin/schedule")
SHOWN = 50  # runs of a task


@blueprint.get("")
@requires(P.job_oversee)
def index() -> ResponseReturnValue:
    return render_template("clock/index.html", lines=reports.schedule())


@blueprint.get("/<task_slug>")
@requires(P.job_oversee)
def show(task_slug: str) -> ResponseReturnValue:
    task, now = get_task(task_slug), utc_now()
    [line] = reports.lines_of([task])
    runs = [reports.run_line(run, now) for run in queries.latest_of(task.name, SHOWN)]
    return render_template("clock/show.html", line=line, runs=runs, may_keep=g.actor.may(P.job_keep))


@blueprint.post("/<task_slug>/run")
@requires(P.job_keep)
def run(task_slug: str) -> ResponseReturnValue:
    service.ask(get_task(task_slug))
    flash(_("It begins within seconds, as soon as a clock looks."))
    return redirect(url_for(".show", task_slug=task_slug))


@blueprint.route("/<task_slug>/pause", methods=["GET", "POST"])
@requires(P.job_keep)
def pause(task_slug: str) -> ResponseReturnValue:
    task, form = get_task(task_slug), PauseForm()
    back = url_for(".show", task_slug=task_slug)
    if form.validate_on_submit() and attempt(form, service.pause, task, form.reason.data):
        flash(_("The task rests until somebody lets it go on."))
        return redirect(back)
    return form_page(form, _("Pause the task"), back, intro=task.title)


@blueprint.post("/<task_slug>/resume")
@requires(P.job_keep)
def resume(task_slug: str) -> ResponseReturnValue:
    service.resume(get_task(task_slug))
    flash(_("The task goes on; what became due meanwhile is done once."))
    return redirect(url_for(".show", task_slug=task_slug))
