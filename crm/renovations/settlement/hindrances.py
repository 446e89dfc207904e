"""What stands between a renovation and its settlement: asked of each package's books at that moment, of no copy.

`open_things` is filled by `crm.wiring`: each gives the first thing that is open as text for the desk, or "". The ids
are of the bills that the settlement pays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from crm.renovations.cases.models import Renovation

open_things: list[Callable[[Renovation, Collection[int]], str]] = []


def open_thing(renovation: Renovation, paid_bill_ids: Collection[int] = ()) -> str:
    """The first of them, or ""."""
    return next(filter(None, (reason(renovation, paid_bill_ids) for reason in open_things)), "")
