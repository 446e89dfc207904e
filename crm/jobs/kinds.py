"""What a package offers as background work: a `Kind` in its `jobs.py`, listed in `crm.wiring`.

A job is planned into chunks, each chunk is worked off by one runner at a time (several at once), then the job is
finished. `plan` and `finish` run inside one unit of work with the state's change; `work` opens its own through
`step.unit()`, so that a killed runner's commits stand and the next one goes on from `step.place`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask_babel import LazyString
from sqlalchemy.orm import Session

from crm.auth.permissions import Permission
from crm.files.models import Upload

Plain = dict[str, Any]  # what JSON keeps


class LeaseLost(Exception):
    """Another runner has the work, or nobody: whoever meets this stops and writes nothing more."""


class Cancelled(Exception):
    """The job has ended under the runner: somebody cancelled it, or another chunk failed."""


class Step(Protocol):
    """One chunk in the hands of one runner, acting as whoever asked for the job."""

    @property
    def payload(self) -> Plain:
        """The chunk's own, as `plan` made it."""

    @property
    def job_payload(self) -> Plain: ...

    @property
    def place(self) -> Plain:
        """Where the last committed unit left off; {} at first. Assign inside a unit to move on."""

    @place.setter
    def place(self, place: Plain) -> None: ...

    def unit(self, *, done: int = 0) -> AbstractContextManager[Session]:
        """A fenced unit of work that also renews the lease and counts `done` steps further.

        Raises `LeaseLost` when another runner has the chunk, `Cancelled` when the job has ended. What was loaded in
        an earlier unit is loaded anew.
        """

    def expect(self, total: int) -> None:
        """Say how many steps the chunk has, once that is known; inside a unit. Saying it again corrects it."""


class Work(Protocol):
    def __call__(self, step: Step) -> Plain: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What came of a job: facts for the result page, a page of the feature's own, a file."""

    result: Plain = field(default_factory=dict)
    url: str = ""
    upload: Upload | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`plan(payload)` gives the chunks' payloads, `work(step)` a chunk's plain result, `finish(payload, results)`
    what came of it all, results in the chunks' order. `DomainError` from any of them fails the job with its text.

    What takes long at the end is done by `gather(payload, results)`, outside of any unit of work: `finish` gets what it
    makes instead of the results. After a killed runner it is done again.
    """

    name: str
    title: LazyString
    work: Work
    plan: Callable[[Plain], Sequence[Plain]] = lambda _payload: [{}]
    finish: Callable[[Plain, Iterator[Plain]], Finished] = lambda _payload, _results: Finished()
    gather: Callable[[Plain, Sequence[Plain]], Sequence[Plain]] | None = None
    size: Callable[[Plain], int] = lambda _chunk: 0  # how many steps a chunk has, where its payload says so
    permission: Permission | None = None  # what whoever asked must still hold when the work is done
    may_fetch: Callable[[Plain], bool] = lambda _payload: True  # whether whoever asked may have the file still
    repeatable: bool = False  # done again it changes nothing: whoever asked may ask again for what failed
    facts: Mapping[str, LazyString] = field(default_factory=dict)  # titles of what the page shows of the result


kinds: dict[str, Kind] = {}  # by name; filled by `crm.wiring`
