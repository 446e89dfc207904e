"""A workflow is a table: action -> from where, to where, who may, and when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _

from crm.errors import IllegalTransition


def _nothing_hinders(_thing: Any) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Step:
    sources: Collection[StrEnum]
    target: StrEnum | None = None  # None: the thing stays as it is
    permission: str
    title: str | LazyString = ""
    hindrance: Callable[[Any], str] = _nothing_hinders  # why not, or "" when nothing hinders


class Workflow(dict[str, Step]):
    """The one table of an aggregate; buttons, checks, tests and drawings read it."""

    def offered(self, thing: Any, permissions: Collection[str]) -> list[str]:
        """The actions to draw as buttons, in table order."""
        return [
            name for name, step in self.items() if step.permission in permissions and not self.hindrance(thing, name)
        ]

    def hindrance(self, thing: Any, name: str) -> str:
        """Why the step cannot be taken now, or ""."""
        step = self[name]
        if thing.state not in step.sources:
            return f"cannot {name} what is {thing.state}"
        return step.hindrance(thing)

    def expect(self, thing: Any, name: str) -> None:
        """Raise `IllegalTransition` with the reason when the step cannot be taken now."""
        if reason := self.hindrance(thing, name):
            raise IllegalTransition(reason)

    def take(self, thing: Any, name: str) -> None:
        """Move `thing` on; raises `IllegalTransition` with the reason. Who may is asked by the view."""
        self.expect(thing, name)
        if (target := self[name].target) is not None:
            thing.state = target


class TitledWorkflow(Workflow):
    """Says in the reader's words why not: it is shown where a button was pressed too late. `titles` are the states'."""

    def __init__(self, titles: Mapping[Any, Any], **steps: Step) -> None:
        super().__init__(**steps)
        self.titles = titles

    def hindrance(self, thing: Any, name: str) -> str:
        step, state = self[name], self.titles[thing.state]
        if thing.state not in step.sources:
            return _("“%(action)s” is not possible now: it is “%(state)s”.", action=step.title, state=state)
        return step.hindrance(thing)
