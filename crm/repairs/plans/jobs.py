"""The clock makes the jobs that planned maintenance asks for."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from crm.auth.actor import system_actor
from crm.dates import business_day
from crm.db import unit_of_work
from crm.repairs.plans.queries import due_now, get_plan
from crm.repairs.plans.service import make_due_jobs


def make_due() -> int:
    """Jobs of every plan that is due by now; how many. Each plan stands by itself: what goes wrong with one is raised
    when the others have theirs, as an `ExceptionGroup`."""
    g.actor = system_actor(_("Plan of maintenance"))  # the job's page and its sheet say who reported it
    with unit_of_work(writes=False):
        due = [plan.id for plan in due_now(business_day())]
    made, failed = 0, []
    for maintenance_plan_id in due:
        try:
            with unit_of_work():
                made += len(make_due_jobs(get_plan(maintenance_plan_id)))
        except Exception as error:
            error.add_note(f"maintenance plan {maintenance_plan_id}")
            failed.append(error)
    if failed:
        raise ExceptionGroup("plans of maintenance without their jobs", failed)
    return made
