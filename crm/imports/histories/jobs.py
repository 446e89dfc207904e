"""A large history in the background, part by part: a part is stored whole or not at all.

Whoever goes on after a killed runner drafts the file anew: rows that were stored are left out, the rest is left to do.
"""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString

from crm.auth.permissions import Permission
from crm.bulk import look_anew
from crm.db import session, unit_of_work
from crm.imports.histories.draft import Draft
from crm.imports.histories.queries import History
from crm.imports.histories.service import file_of
from crm.imports.histories.taking import TakingOver
from crm.imports.models import ImportState
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.workbooks.file import open_file


def carrying_out(taking: TakingOver[Any], title: LazyString, page: str, permission: Permission) -> Kind:
    """`page`: the address of an import's page, with a place for its id."""
    argument = f"{taking.kind.__tablename__}_id"
    return Kind(
        name=taking.job,
        title=title,
        work=lambda step: carry_out(step, taking),
        finish=lambda payload, _results: Finished(url=page.format(payload[argument])),
        permission=permission,
    )


def carry_out(step: Step, taking: TakingOver[History]) -> Plain:
    with unit_of_work(writes=False):
        content, name = file_of(_run(step, taking))
    file = open_file(content, name)
    with unit_of_work(writes=False):
        if _run(step, taking).state is ImportState.done:
            return {}  # by a runner that was killed before it could say so
        drafted = taking.drafted_of(_run(step, taking), file)
    with step.unit():
        _begin(step, taking, drafted)
    for part in drafted.parts():
        with step.unit(done=len(part)):
            taking.store(_run(step, taking), part, name)
    with step.unit():
        taking.conclude(_run(step, taking), step.place["result"], name)
        look_anew()
    return {}


def _begin(step: Step, taking: TakingOver[History], drafted: Draft[Any, Any]) -> None:
    """The first draft's result is the import's: what it has stored a later one counts as taken, too."""
    if "result" not in step.place:
        step.place = {"result": drafted.result()}
        step.expect(len(drafted.lines))
    taking.prepare(_run(step, taking), drafted)


def _run(step: Step, taking: TakingOver[History]) -> History:
    return session().get_one(taking.kind, step.job_payload[f"{taking.kind.__tablename__}_id"])
