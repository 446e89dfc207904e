"""Proving the audit log in the background: part by part, each as soon as a runner is free."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.audit.log import record
from crm.audit.queries import faults_between, last_head
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.jobs.events import LogProved
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job, JobState
from crm.jobs.service import enqueue

PART = 5_000  # entries in a chunk
STEP = 100  # entries between two commits
SHOWN = 20  # faults that the page names


def ask() -> Job:
    """One that is under way already is as good as another."""
    under_way = select(Job).where(Job.kind == PROOF.name, Job.state.in_((JobState.waiting, JobState.running)))
    if job := session().scalars(under_way.order_by(Job.id).limit(1)).one_or_none():
        return job
    head = last_head(session(), utc_now())
    return enqueue(PROOF.name, _("Prove the operation log"), {"upto": head.entries})


def plan(payload: Plain) -> list[Plain]:
    upto: int = payload["upto"]
    return [{"after": after, "upto": min(after + PART, upto)} for after in range(0, upto, PART)]


def work(step: Step) -> Plain:
    first: int = step.payload["after"]
    last: int = step.payload["upto"]
    place: int = step.place.get("after", first)
    for after in range(place, last, STEP):
        upto = min(after + STEP, last)
        with unit_of_work(writes=False) as db:
            faults = faults_between(db, after, upto)
        with step.unit(done=upto - after):
            step.place = {"after": upto, "faults": step.place.get("faults", []) + faults}
    return {"entries": last - first, "faults": step.place.get("faults", [])}


def finish(_payload: Plain, results: Iterator[Plain]) -> Finished:
    entries, faults = 0, []
    for result in results:
        entries += result["entries"]
        faults += result["faults"]
    record(LogProved(entries=entries, faults=len(faults)))
    named = "\n".join(faults[:SHOWN]) or _("none: nothing was changed or taken out")
    return Finished(result={"entries": entries, "fault_count": len(faults), "faults": named})


PROOF = Kind(
    name="audit.proof",
    title=_l("Prove the operation log"),
    plan=plan,
    work=work,
    finish=finish,
    size=lambda chunk: int(chunk["upto"] - chunk["after"]),
    permission=Permission.audit_read,
    facts={"entries": _l("Entries proved"), "faults": _l("Faults found")},
)
