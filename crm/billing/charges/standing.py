"""Whether bills stand on a charge item, and which of its months are published.

The books and the runs know it, which stand above this package; `crm.wiring` hands their answers over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

billed: list[Callable[[int], bool]] = []
published: list[Callable[[int], Sequence[date]]] = []


def has_bills(item_id: int) -> bool:
    return any(ask(item_id) for ask in billed)


def published_months(item_id: int) -> list[date]:
    """The first days of the months, in their order."""
    return sorted({month for ask in published for month in ask(item_id)})
