"""我方未了事项: what the company itself still owes the customer; it stands before the customer's debt.

Packages with such matters say so here, `crm.wiring` hands them over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.billing.ledger.grounds import Ground
from crm.billing.ledger.service import release_waiting_for
from crm.dates import business_day
from crm.tenants.ours import Thing
from crm.tenants.queries import files_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One that is open: `about` in words, `since` when, and its page; `left`: the time left for it, in words."""

    kind: str
    id: int
    customer_id: int
    about: str
    since: date
    address: str
    left: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`rows(estate_id)`: customer_id and id of every open matter, whosever file; `of(customer_ids)`: these in words.

    `page(id)`: the address of one, open or not. `of` gives what stands in the acting person's estates.
    """

    kind: str
    title: LazyString
    permission: Permission  # who may see which matters they are
    rows: Callable[[int], Select[*tuple[Any, ...]]]
    of: Callable[[Sequence[int]], Sequence[Matter]]
    page: Callable[[int], str]


sources: dict[str, Source] = {}  # by kind


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatters:
    """Those the acting person may see, the oldest first, and how many there are besides by title."""

    shown: Sequence[Matter]
    besides: Sequence[tuple[LazyString, int]]


def open_matters(customer_ids: Sequence[int]) -> OpenMatters:
    """Of the customers' whole files."""
    files = list(files_of(customer_ids))
    shown: list[Matter] = []
    besides = []
    for source in sources.values():
        found = source.of(files)
        if actor().may(source.permission):
            shown += found
        elif found:
            besides.append((source.title, len(found)))
    return OpenMatters(shown=sorted(shown, key=lambda matter: (matter.since, matter.kind, matter.id)), besides=besides)


def things_open(customer_ids: Sequence[int]) -> Sequence[Thing]:
    """For the pages that show what is ours to do."""
    found = open_matters(customer_ids)
    seen = [
        Thing(about=" · ".join(filter(None, (words_of(each), each.left))), address=each.address) for each in found.shown
    ]
    return [*seen, *(Thing(about=f"{title} × {number}") for title, number in found.besides)]


def grounds_open(customer_id: int) -> Sequence[Ground]:
    """As what a disputed line may wait for."""
    return [
        Ground(kind=matter.kind, id=matter.id, about=words_of(matter), address=matter.address)
        for matter in open_matters([customer_id]).shown
    ]


def words_of(matter: Matter) -> str:
    title = sources[matter.kind].title
    return f"{title} {matter.since.isoformat()} {matter.about}"


def ground_named(kind: str, matter_id: int) -> Ground | None:
    """Open or not; its page only for whoever may see it."""
    source = sources.get(kind)
    if source is None:
        return None
    seen = actor().may(source.permission)
    about = f"{source.title} {matter_id}"
    return Ground(kind=kind, id=matter_id, about=about, address=source.page(matter_id) if seen else "")


def closed(kind: str, matter_id: int) -> None:
    """What waited for it waits no more: the disputes tied to it end in the same unit of work."""
    day, title = business_day().isoformat(), sources[kind].title
    release_waiting_for(kind, matter_id, _("%(matter)s: closed on %(day)s", matter=title, day=day))
