"""Large files in the background: checked in one go, stored part by part.

A part is stored whole or not at all. Whoever goes on after a killed runner drafts the file anew: what was stored is
unchanged then, and the rest is left to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from crm.auth.permissions import Permission
from crm.bulk import look_anew
from crm.dates import business_day, utc_now
from crm.db import session, unit_of_work
from crm.imports import service
from crm.imports.drafting.draft import Draft, EstateDraft
from crm.imports.drafting.parts import parts_of, size_of
from crm.imports.models import ImportRun, ImportState
from crm.imports.storing import store
from crm.jobs.kinds import Finished, Kind, Plain, Step

TRIES = 5  # somebody else may enter the very unit that the draft calls new


def check(step: Step) -> Plain:
    with service.undisturbed():
        file = _file(step)
        with unit_of_work(writes=False):
            result = service.drafted_of(_run(step), file).result()
        with step.unit(done=1):
            service.note_check(_run(step), result)
    return {}


def carry_out(step: Step) -> Plain:
    with service.undisturbed():
        file = _file(step)
        for _try in range(TRIES - 1):
            try:
                return _carry_out(step, file)
            except IntegrityError:
                continue
        return _carry_out(step, file)


def _carry_out(step: Step, file: service.File) -> Plain:
    with unit_of_work(writes=False):
        if _run(step).state is ImportState.done:
            return {}  # by a runner that was killed before it could say so
        drafted = service.drafted_of(_run(step), file)
    parts = [part for estate in drafted.estates for part in parts_of(estate)]
    with step.unit():
        _begin(step, drafted, parts)
    for part in parts:
        size = size_of(part)  # before storing: afterwards nothing would be new
        with step.unit(done=size):
            store(part, _run(step), utc_now(), business_day())
    with step.unit():
        service.conclude(_run(step), step.place["counts"])
        look_anew()
    return {}


def _begin(step: Step, drafted: Draft, parts: list[EstateDraft]) -> None:
    """The first draft's counts are the import's; a later one would call unchanged what the first has stored."""
    run = _run(step)
    if "counts" not in step.place:
        run.result = drafted.result()
        step.place = {"counts": service.counts_of(drafted)}
        step.expect(sum(map(size_of, parts)))


def finish(payload: Plain, _results: Iterator[Plain]) -> Finished:
    return Finished(url=f"/imports/{payload['run_id']}")


def _file(step: Step) -> service.File:
    with unit_of_work(writes=False):
        content, name = service.content_of(_run(step))
    return service.open_file(content, name)


def _run(step: Step) -> ImportRun:
    return session().get_one(ImportRun, step.job_payload["run_id"])


P = Permission.import_run
CHECK = Kind(name="imports.check", title=_l("Check a workbook"), work=check, finish=finish, permission=P)
CARRY_OUT = Kind(name="imports.carry_out", title=_l("Import a workbook"), work=carry_out, finish=finish, permission=P)
