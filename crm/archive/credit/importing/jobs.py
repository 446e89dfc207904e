"""A large register in the background, part by part: a part is stored whole or not at all.

Whoever goes on after a killed runner drafts the file anew: what was stored is unchanged then, and the rest is left to
do.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from crm.archive.credit.importing import service
from crm.archive.credit.importing.draft import Draft
from crm.archive.credit.importing.storing import store
from crm.archive.credit.models import ImportState, RegisterImport
from crm.auth.permissions import Permission
from crm.db import session, unit_of_work
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
        with step.unit(done=len(part.projects)):
            store(part, _run(step))
    with step.unit():
        service.conclude(_run(step), step.place["result"], file)
    return {}


def _begin(step: Step, drafted: Draft) -> None:
    """The first draft's result is the import's; a later one would call unchanged what the first has stored."""
    if "result" not in step.place:
        service.expect_whole(_run(step), drafted.result())
        step.place = {"result": drafted.result()}
        step.expect(len(drafted.projects))


def finish(payload: Plain, _results: Iterator[Plain]) -> Finished:
    return Finished(url=f"/credit/imports/{payload['register_import_id']}")


def _run(step: Step) -> RegisterImport:
    return session().get_one(RegisterImport, step.job_payload["register_import_id"])


CARRY_OUT = Kind(
    name=service.CARRY_OUT,
    title=_l("Take over a register"),
    work=carry_out,
    finish=finish,
    permission=Permission.dossier_keep,
)
