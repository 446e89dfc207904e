"""我方未了事项: what the company itself still owes the customer; it stands before the customer's debt.

Packages with such matters say so here, `crm.wiring` hands them over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import LazyString
from sqlalchemy import Select

from crm.auth.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One that is open: `about` in words, `since` when, and its page."""

    kind: str
    id: int
    customer_id: int
    about: str
    since: date
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`rows(estate_id)`: customer_id and id of every open matter, whosever file; `of(customer_ids)`: these in words."""

    kind: str
    title: LazyString
    permission: Permission  # who may see which matters they are
    rows: Callable[[int], Select[*tuple[Any, ...]]]
    of: Callable[[Sequence[int]], Sequence[Matter]]


sources: dict[str, Source] = {}  # by kind
