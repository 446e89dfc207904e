"""Proving the books: every night, and in the background when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.log import record
from crm.audit.queries import told_today
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.billing.checks import CHECKS, examine, examined
from crm.billing.events import BooksProved
from crm.db import unit_of_work
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.jobs.models import Job
from crm.jobs.service import enqueue
from crm.notifications.service import notify


def prove_nightly() -> bool:
    """Once a business day, told in the log; faults also to who approves. Twice is as good as once."""
    with unit_of_work(writes=False):
        if told_today(BooksProved.__name__):
            return False
        wrong = [found.name for found in examine() if found.rows]
    with unit_of_work():
        record(BooksProved(checked=list(CHECKS), faults=len(wrong)))
        for user in who_may(Permission.billing_approve) if wrong else ():
            with force_locale(user.locale):
                first = CHECKS[wrong[0]][0]
                text = _("The check of the books found %(count)d faults: %(first)s", count=len(wrong), first=first)
            notify(user.id, text, "/billing/closing", icon="alert-triangle")
    return True


def ask() -> Job:
    return enqueue(PROOF.name, _("Prove the books"), {})


def plan(_payload: Plain) -> list[Plain]:
    return [{"check": name} for name in CHECKS]


def work(step: Step) -> Plain:
    with unit_of_work(writes=False):
        found = examined(step.payload["check"])
    with step.unit(done=1):
        pass
    return {"faults": found.told() if found.rows else ""}


def finish(_payload: Plain, results: Iterator[Plain]) -> Finished:
    faults = [result["faults"] for result in results if result["faults"]]
    record(BooksProved(checked=list(CHECKS), faults=len(faults)))
    return Finished(
        result={"checks": len(CHECKS), "faults": "\n".join(faults) or _("none: every fen is accounted for")}
    )


PROOF = Kind(
    name="billing.proof",
    title=_l("Prove the books"),
    plan=plan,
    work=work,
    finish=finish,
    size=lambda _chunk: 1,
    permission=Permission.billing_approve,
    facts={"checks": _l("Checks made"), "faults": _l("Faults found")},
)
