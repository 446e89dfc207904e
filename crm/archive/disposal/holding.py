"""What holds a dossier back from its end: each package says it of its own, `crm.wiring` lists them (2.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from sqlalchemy import Select, String, Subquery, cast, literal, select, union_all

from crm.db import session


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """`held()` gives (dossier_id, words): a row for each thing that holds, with what it is called."""

    kind: str
    title: LazyString
    held: Callable[[], Select[*tuple[Any, ...]]]


holders: list[Holder] = []


@dataclass(frozen=True, slots=True)
class Hold:
    kind: str
    words: str

    @property
    def title(self) -> str:
        return title_of(self.kind)

    @property
    def text(self) -> str:
        return f"{self.title} ({self.words})" if self.words else self.title


def title_of(kind: str) -> str:
    return next((str(each.title) for each in holders if each.kind == kind), kind)


def held() -> Subquery:
    """Everything that holds anything: (dossier_id, kind, words)."""
    return union_all(*map(_rows, holders)).subquery("held")


def _rows(holder: Holder) -> Select[*tuple[Any, ...]]:
    found = holder.held().subquery()
    dossier_id, words = found.c
    columns = dossier_id.label("dossier_id"), literal(holder.kind).label("kind"), cast(words, String).label("words")
    return select(*columns).where(dossier_id.is_not(None))


def holds_of(dossier_ids: Collection[int]) -> Mapping[int, Sequence[Hold]]:
    """Dossier -> what holds it, in the order of the list of holders. One query, however many."""
    rows = held()
    found: dict[int, list[Hold]] = defaultdict(list)
    wanted = select(rows.c.dossier_id, rows.c.kind, rows.c.words).where(rows.c.dossier_id.in_(dossier_ids)).distinct()
    for row in session().execute(wanted):
        found[row.dossier_id].append(Hold(row.kind, row.words))
    order = {each.kind: place for place, each in enumerate(holders)}
    return {key: sorted(each, key=lambda hold: (order[hold.kind], hold.words)) for key, each in found.items()}
