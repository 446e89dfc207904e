"""Something told with its workflow: its steps one after the other as the verbs would have taken them, and what hangs
on it; poured into the tables at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from crm.audit.log import record, write_log
from crm.bulk import Ids, pour
from crm.dates import business_day_of, telling
from crm.db import session
from crm.demo.cast import CAST
from crm.demo.credit import acting
from crm.demo.place import Ground
from crm.numbering import Taken
from crm.steps.taking import NOW
from crm.workflow import Workflow

NAMES = {member.username: member.full_name for member in CAST}
CLOCK = "complaints late"  # as `crm.schedule` calls what puts cases up


class NotYet(Exception):
    """This would have been later than what is told."""


@dataclass(slots=True, kw_only=True)
class Tale:
    """`row` as it stands after the last step; `until`: nothing is told that was later. `hangs`: model -> rows without
    the key of the thing; `told`: who, when, what the log says of it once its keys are known."""

    row: dict[str, Any]
    workflow: Workflow
    ground: Ground
    until: datetime
    steps: list[dict[str, Any]] = field(default_factory=list)
    hangs: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)
    told: list[tuple[str, datetime, Callable[[dict[str, Any]], object]]] = field(default_factory=list)
    after: Tale | None = None  # the one of which it is a repeat, or the letter out that goes with it

    @property
    def at(self) -> datetime:
        moment: datetime = self.steps[-1]["taken_at"]
        return moment

    def begin(self, action: str, by: str, at: datetime, **said: Any) -> None:
        self._keep(action, None, by, at, said)

    def take(self, action: str, by: str, at: datetime, changes: dict[str, Any] | None = None, **said: Any) -> datetime:
        """Raises `NotYet` where it lies ahead; `changes` are the columns the step writes besides the state;
        `NOW` is the moment of the step."""
        at = max(at, self.at)
        if at >= self.until:
            raise NotYet
        before, step = self.row["state"], self.workflow[action]
        if before not in step.sources:
            raise ValueError(f"cannot {action} what is {before}")
        given = {name: at if value is NOW else value for name, value in (changes or {}).items()}
        self.row |= {"state": step.target or before, **given}
        self._keep(action, before, by, at, said)
        return at

    def hang(self, model: Any, **facts: Any) -> None:
        self.hangs.setdefault(model, []).append(facts)

    def by(self, what: str, username: str) -> dict[str, Any]:
        return {f"{what}_by_id": self.ground.users.get(username), f"{what}_by": NAMES.get(username, username)}

    def _keep(self, action: str, before: Any, by: str, at: datetime, said: dict[str, Any]) -> None:
        given = {"reason": "", "note": "", "until": None, "key": None} | said
        states = {"action": action, "from_state": before, "to_state": self.row["state"]}
        self.steps.append(states | given | self.by("taken", by) | {"taken_at": at})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Where tales of one kind go. `owner`: the column of steps and of what hangs on it; `numbers(day, count)` gives the
    next numbers of the day's series."""

    model: Any
    step: Any
    owner: str
    began: str  # the column of the moment at which it began
    numbers: Callable[[date, int], Sequence[Taken]]
    by_year: bool = False


def number(tales: Sequence[Tale], tables: Tables, ids: Ids) -> None:
    """Their keys and numbers, in the order in which they began: others may point to them before they are poured."""
    keys = iter(ids.take(tables.model, len(tales)))
    for tale, taken in zip(tales, _numbers(tales, tables), strict=True):
        tale.row |= {"id": next(keys), "number_id": taken.id, "number": taken.text, "version": len(tale.steps)}


def pour_tales(tales: Sequence[Tale], tables: Tables, ids: Ids) -> None:
    """Those that are numbered."""
    if not tales:
        return
    pour(tables.model, [tale.row for tale in tales])
    pour(tables.step, [step | {tables.owner: tale.row["id"]} for tale in tales for step in tale.steps])
    for model in dict.fromkeys(model for tale in tales for model in tale.hangs):
        hung = [row | {tables.owner: tale.row["id"]} for tale in tales for row in tale.hangs.get(model, ())]
        pour(model, [{"id": key} | row for key, row in zip(ids.take(model, len(hung)), hung, strict=True)])
    _log(tales)


def _numbers(tales: Sequence[Tale], tables: Tables) -> Iterator[Taken]:
    for day, group in groupby(tales, key=lambda tale: _series_day(tale.row[tables.began], by_year=tables.by_year)):
        yield from tables.numbers(day, len(list(group)))


def _series_day(at: datetime, *, by_year: bool) -> date:
    day = business_day_of(at)
    return day.replace(month=1, day=1) if by_year else day.replace(day=1)


def _log(tales: Sequence[Tale]) -> None:
    """By whom each was entered, when it was."""
    write_log(session())
    entries = sorted(
        ((who, at, say, tale.row) for tale in tales for who, at, say in tale.told), key=lambda each: each[1]
    )
    for who, group in groupby(sorted(entries, key=lambda each: each[0]), key=lambda each: each[0]):
        with acting(who, tales[0].ground) if who in NAMES else nullcontext():
            for _who, at, say, row in group:
                with telling(at):
                    record(say(row))
        write_log(session())
