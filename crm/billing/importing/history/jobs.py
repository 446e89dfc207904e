"""A large history in the background, part by part: a part is stored whole or not at all.

Whoever goes on after a killed runner drafts the file anew: rows that were stored are left out, the rest is left to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.importing.history import service
from crm.billing.importing.history.draft import Draft
from crm.billing.importing.history.storing import store
from crm.billing.importing.models import FeeImport
from crm.bulk import look_anew
from crm.db import session, unit_of_work
from crm.imports.models import ImportState
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.workbooks.file import open_file


def carry_out(step: Step) -> Plain:
    with unit_of_work(writes=False):
        content, name = service.file_of(_run(step))
    file = open_file(content, name)
    with unit_of_work(writes=False):
        if _run(step).state is ImportState.done:
            return {}  # by a runner that was killed before it could say so
        drafted = service.drafted_of(_run(step), file)
    with step.unit():
        _begin(step, drafted)
    for part in drafted.parts():
        with step.unit(done=len(part)):
            store(_run(step), part, name)
    with step.unit():
        service.conclude(_run(step), step.place["result"], name)
        look_anew()
    return {}


def _begin(step: Step, drafted: Draft) -> None:
    """The first draft's result is the import's: what it has stored a later one counts as taken, too."""
    if "result" not in step.place:
        step.place = {"result": drafted.result()}
        step.expect(len(drafted.lines))
    service.make_items(_run(step), drafted.by_item)


def finish(payload: Plain, _results: Iterator[Plain]) -> Finished:
    return Finished(url=f"/billing/imports/{payload['fee_import_id']}")


def _run(step: Step) -> FeeImport:
    return session().get_one(FeeImport, step.job_payload["fee_import_id"])


CARRY_OUT = Kind(
    name=service.CARRY_OUT,
    title=_l("Take over a payment history"),
    work=carry_out,
    finish=finish,
    permission=Permission.billing_run,
)
