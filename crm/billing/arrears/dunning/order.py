"""Where each step stands: the later it begins, the later it stands. Pure functions.

A place is shared by every step that ever stood there: one that replaced another counts as the same place, so that an
account is not asked twice for what the former step had asked already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from flask_babel import gettext as _


class Placed(Protocol):
    """A step, in use or not; the newest has the highest id."""

    @property
    def id(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def days(self) -> int: ...
    @property
    def active(self) -> bool: ...


def in_order(steps: Iterable[Placed]) -> dict[int, int]:
    """Place as it is -> place by the days of the step that stands there now, or stood there last."""
    days: dict[int, int] = {}
    for step in sorted(steps, key=lambda step: (step.active, step.id)):
        days[step.position] = step.days
    ordered = sorted(days, key=lambda place: (days[place], place))
    return {place: number for number, place in enumerate(ordered, start=1)}


def fault_of(days: int, others: Sequence[Placed]) -> str:
    """Why a step cannot begin on that day beside the `others` in use, or ""."""
    if any(step.days == days for step in others):
        return _("Another step begins at %(days)s days already. The days give the order: choose others.", days=days)
    return ""
