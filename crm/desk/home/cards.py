"""What a card of a home is made of. Each asks the database once for its lines and once for its figures, no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.dates import beginning_of
from crm.worktime.wording import left_in_words, tone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Something to do next, and where. `due` puts the lines of all cards in order; `left` says it in words.

    `pressing`: comes before all else, however late that is.
    """

    due: datetime
    left: str
    tone: str
    title: str
    url: str
    about: str = ""
    pressing: bool = False

    @property
    def turn(self) -> tuple[bool, datetime]:
        return not self.pressing, self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`url`: the list that has just these; `late`: to be seen in red unless it is nought."""

    title: str
    count: int | str
    url: str = ""
    late: bool = False

    @property
    def shown(self) -> str:
        return self.count if isinstance(self.count, str) else f"{self.count:,}"

    @property
    def tone(self) -> str:
        return "red" if self.late and self.count else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures side by side: `rows` are a name and a figure for each of the headings."""

    headings: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Figure]]]


class Part(StrEnum):
    """Where a card's figures stand: what waits for somebody, or how the day goes."""

    waiting = "waiting"
    day = "day"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Card:
    """One kind of work. Shown to whoever has its permission and a role that lists it in `roles.py`.

    `todo(most)`: the most urgent first; `url`: the list of all.
    """

    name: str
    title: LazyString
    permission: Permission
    url: Callable[[], str]
    todo: Callable[[int], Sequence[Todo]] | None = None
    figures: Callable[[], Sequence[Figure]] | None = None
    table: Callable[[], Table] | None = None
    part: Part = Part.waiting


def at_a_glance(*cards: Card) -> tuple[Card, ...]:
    """The figures alone, for whoever has other things to do first."""
    return tuple(replace(card, todo=None) for card in cards)


def by_clock(due: datetime | None, now: datetime) -> dict[str, Any]:
    """`due`, `left` and `tone` of a line; what has no clock stands last."""
    return {"due": due or now + timedelta(days=366), "left": left_in_words(due, now), "tone": tone_of(due, now)}


def by_day(due: date, today: date) -> dict[str, Any]:
    """The same of what is due on a day: until it ends."""
    days = (due - today).days
    words = _("Overdue by %(days)s days", days=-days) if days < 0 else _("In %(days)s days", days=days)
    tone = "red" if days < 0 else "blue" if days else "orange"
    return {"due": beginning_of(due + timedelta(days=1)), "left": words if days else _("Today"), "tone": tone}
