"""Taking a step: the workflow, who is entitled, the row that keeps it, and what follows from all rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from flask import g
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, inspect, select

from crm.dates import utc_now
from crm.db import session
from crm.errors import IllegalTransition, NotEntitled, Stale, UsedElsewhere
from crm.web.templating import moment
from crm.workflow import Workflow

HELD: Any = {"key_share": True}  # rows that hang on it may be added meanwhile: two who do and then hold do not lock up
NOW = object()  # as the value of a change: the moment of the step
SOON = timedelta(minutes=5)  # what a phone sends later than that says so in the history
LATEST_WORD = timedelta(hours=24)  # what a phone kept for longer without a network counts from when it came
Thing = TypeVar("Thing")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What goes with a step. `key`: of the form; `at`: when a phone says that it was done, before it had a network."""

    reason: str = ""
    note: str = ""
    until: datetime | None = None
    key: str | None = None
    at: datetime | None = None


NOTHING_SAID = Said()


class Steps(Generic[Thing, Row]):
    """The steps of one kind of thing. `owner` is the column of `row`, a `StepRow`, that names the thing."""

    model: type[Any]
    row: type[Any]
    owner: str
    workflow: Workflow

    # What a feature says of its own

    def impossible(self, thing: Thing, action: str) -> str:
        """Why nobody can take the step now, or ""."""
        return self.workflow.hindrance(thing, action)

    def not_entitled(self, _thing: Thing, _action: str) -> str:
        """Why the acting person is the wrong one, whatever the rights, or ""."""
        return ""

    def facts(self, _thing: Thing) -> dict[str, Any]:
        """Further columns of the row."""
        return {}

    def reckon(self, _thing: Thing, _steps: Sequence[Row]) -> None:
        """Keep beside the thing what follows from all its steps."""

    # What all have in common

    def hindrance(self, thing: Thing, action: str) -> str:
        """Why the acting person cannot take the step now, or "" (rights aside)."""
        return self.impossible(thing, action) or self.not_entitled(thing, action)

    def offered(self, thing: Thing) -> list[str]:
        """The steps the acting person can take now, in the workflow's order."""
        names = self.workflow.offered(thing, g.actor.permissions)
        return [name for name in names if not self.hindrance(thing, name)]

    def expect(self, thing: Thing, action: str) -> None:
        """Raises `IllegalTransition` or, where only the person is the wrong one, `NotEntitled`."""
        if reason := self.impossible(thing, action):
            raise IllegalTransition(reason)
        if reason := self.not_entitled(thing, action):
            raise NotEntitled(reason)

    def of(self, thing_id: int) -> Sequence[Row]:
        """All of a thing, in their order."""
        mine = select(self.row).where(getattr(self.row, self.owner) == thing_id)
        return session().scalars(mine.order_by(self.row.id)).all()

    def hold(self, thing: Any) -> None:
        """Nobody else changes the thing, or what hangs on it, until the unit of work ends; it is read anew."""
        session().flush()
        session().refresh(thing, [part.key for part in inspect(self.model).column_attrs], with_for_update=HELD)

    def hold_unchanged(self, thing: Any) -> None:
        """Raises `Stale` when somebody else has changed the thing since it was read."""
        session().flush()
        seen = thing.version
        self.hold(thing)
        if thing.version != seen:
            raise Stale

    def under_way(
        self, still: ColumnElement[bool], *, held: bool = False
    ) -> tuple[Sequence[Thing], Mapping[int, Sequence[Row]]]:
        """All things that are `still` open, in their order, and the steps of each. Two statements, however many.

        `held`: nobody else changes them until the unit of work ends; they are read anew.
        """
        model, owner = self.model, getattr(self.row, self.owner)
        found = select(model).where(still).order_by(model.id)
        if held:
            found = found.with_for_update(**HELD).execution_options(populate_existing=True)
        things = session().scalars(found).all()
        steps: dict[int, list[Row]] = defaultdict(list)
        taken = select(self.row).join(model, model.id == owner).where(still).order_by(owner, self.row.id)
        for step in session().scalars(taken):
            steps[getattr(step, self.owner)].append(step)
        return things, steps

    def reckon_anew(self, still: ColumnElement[bool]) -> None:
        """What is promised has changed, or the calendar: so has what follows from the steps of all that is open."""
        things, steps = self.under_way(still, held=True)
        for thing in things:
            if taken := steps[thing.id]:  # type: ignore[attr-defined]
                self.reckon(thing, taken)
        session().flush()

    def find(self, key: str | None) -> Any:
        """The step that a form with this key has brought about already; None where there is none."""
        return session().scalars(select(self.row).filter_by(key=key)).one_or_none() if key else None

    def is_repeat(self, thing: Any, key: str | None, action: str = "") -> bool:
        """Whether a form with this key has brought about the step already. Raises `UsedElsewhere` for the key of
        another thing's or another step's form."""
        step = self.find(key)
        if step and (getattr(step, self.owner) != thing.id or (action and step.action != action)):
            raise UsedElsewhere
        return step is not None

    def take(self, thing: Any, action: str, said: Said = NOTHING_SAID, **changes: Any) -> datetime:
        """Take the step and write `changes` to the thing with it; when it counts as taken. Raises `Stale` when somebody
        else has taken one since the thing was read."""
        self.hold_unchanged(thing)
        self.expect(thing, action)
        before = thing.state
        self.workflow.take(thing, action)
        return self.follow(thing, action, before, said, **changes)

    def follow(
        self, thing: Any, action: str, before: StrEnum | None, said: Said = NOTHING_SAID, **changes: Any
    ) -> datetime:
        """Keep a step that the thing has taken. All of it is written at once: the database lets nobody touch what has
        ended."""
        with session().no_autoflush:
            steps = list(self.of(thing.id))
            at = counted_moment(said.at, steps[-1].taken_at if steps else None)  # type: ignore[attr-defined]
            for name, value in changes.items():
                setattr(thing, name, at if value is NOW else value)
            states = {"from_state": before, "to_state": thing.state}
            step = self.row(**{self.owner: thing.id}, action=action, **states, **self.facts(thing), **_told(said, at))
            session().add(step)
            self.reckon(thing, [*steps, step])
        session().flush()
        return at


def _told(said: Said, at: datetime) -> dict[str, Any]:
    return {
        "reason": said.reason,
        "note": noted(said.note, at),
        "until": said.until,
        "key": said.key,
        "taken_by_id": g.actor.user_id,
        "taken_by": g.actor.name,
        "taken_at": at,
    }


def noted(note: str, at: datetime) -> str:
    """What was said, and when it came in where that was long after the moment a phone tells."""
    came = utc_now()
    if came - at <= SOON:
        return note
    return " · ".join(filter(None, (note, _("sent by the phone at %(moment)s", moment=moment(came)))))


def counted_moment(told: datetime | None, last: datetime | None) -> datetime:
    """A phone's word counts unless it is too old, lies ahead, or before what happened last."""
    now = utc_now()
    if told is None or told > now or now - told > LATEST_WORD:
        return now
    return max(told, last) if last else told
