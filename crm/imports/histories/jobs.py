"""A large history in the background, part by part: a part is stored whole or not at all.

Whoever goes on after a killed runner drafts the file anew: rows that were stored are left out, the rest is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol

from crm.bulk import look_anew
from crm.db import session, unit_of_work
from crm.imports.histories.queries import History
from crm.imports.histories.service import file_of
from crm.imports.models import ImportState
from crm.jobs.kinds import Plain, Step
from crm.workbooks.file import File, open_file


class Drafted(Protocol):
    """What an import would do, in parts that can each be stored alone."""

    @property
    def lines(self) -> Sequence[Any]: ...

    def parts(self) -> Iterator[Sequence[Any]]: ...

    def result(self) -> Plain: ...


@dataclass(frozen=True, kw_only=True)
class Work(Generic[History]):
    """How a history of this kind is drafted, prepared, stored and concluded."""

    kind: type[History]
    drafted: Callable[[History, File], Any]
    store: Callable[[History, Any, str], None]
    conclude: Callable[[History, Plain, str], None]
    prepare: Callable[[History, Any], None] = lambda _run, _drafted: None


def carry_out(step: Step, work: Work[History]) -> Plain:
    with unit_of_work(writes=False):
        content, name = file_of(_run(step, work))
    file = open_file(content, name)
    with unit_of_work(writes=False):
        if _run(step, work).state is ImportState.done:
            return {}  # by a runner that was killed before it could say so
        drafted: Drafted = work.drafted(_run(step, work), file)
    with step.unit():
        _begin(step, work, drafted)
    for part in drafted.parts():
        with step.unit(done=len(part)):
            work.store(_run(step, work), part, name)
    with step.unit():
        work.conclude(_run(step, work), step.place["result"], name)
        look_anew()
    return {}


def _begin(step: Step, work: Work[History], drafted: Drafted) -> None:
    """The first draft's result is the import's: what it has stored a later one counts as taken, too."""
    if "result" not in step.place:
        step.place = {"result": drafted.result()}
        step.expect(len(drafted.lines))
    work.prepare(_run(step, work), drafted)


def _run(step: Step, work: Work[History]) -> History:
    return session().get_one(work.kind, step.job_payload[f"{work.kind.__tablename__}_id"])
