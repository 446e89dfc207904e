"""What packages above know of a unit's engineering, renovation papers first of all; `crm.wiring` hands it over.

Papers lie in the dossier once (A-20): what the customer applied for in section 3, what was built in section 12; the
engineering file points at both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.properties.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the engineering file, on screen and on paper. `state`: in words; `tone`: of its badge."""

    number: str
    title: str
    day: date | None
    address: str
    state: Any = ""
    tone: str = "grey"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """`of(unit)`: the newest first; asked only for whoever has the permission."""

    permission: Permission
    of: Callable[[Unit], Sequence[Entry]]


further: list[Entries] = []


def entries_of(unit: Unit) -> Iterator[Entry]:
    for each in further:
        if actor().may(each.permission):
            yield from each.of(unit)
