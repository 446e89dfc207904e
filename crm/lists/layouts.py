"""Which columns a list shows and in which order, from what a person chose once and what the list has today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm.lists.description import Column
from crm.lists.models import USUAL_PAGE_SIZE, Density


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`columns` are names in their order; none means the list as its package describes it."""

    columns: Sequence[str] = ()
    density: Density = Density.normal
    page_size: int = USUAL_PAGE_SIZE
    default_filter_id: int | None = None

    def shown(self, columns: Sequence[Column]) -> list[Column]:
        """The chosen columns that the list still has; those it shows at first when none is left."""
        known = {column.name: column for column in columns}
        chosen = [known[name] for name in dict.fromkeys(self.columns) if name in known]
        return chosen or [column for column in columns if column.at_first]


def in_order(names: Iterable[str], places: Mapping[str, str]) -> list[str]:
    """The names by the places somebody typed beside them; a name without a number keeps where it stood."""
    stood = list(names)
    return sorted(stood, key=lambda name: (_place(places.get(name, ""), stood.index(name) + 1), stood.index(name)))


def _place(typed: str, usual: int) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 6 else usual
