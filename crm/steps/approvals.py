"""What waits for somebody's decision: each package says what of its own does, `crm.wiring` lists them.

A source's rows are those the acting person may decide about, never what the person asked for; what is signed at its
end, such as a filing review, is asked for by nobody. The estates are kept by whoever shows them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString
from sqlalchemy import BigInteger, Integer, Select, String, cast, literal, null, select, type_coerce

from crm.auth.permissions import Permission
from crm.db import UtcDateTime
from crm.money import Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """`waiting`: made by `waits`. `titles`: of the rows that tell what they are about by a code."""

    name: str
    title: LazyString
    permission: Permission
    waiting: Callable[[], Select[*tuple[Any, ...]]]
    page: Callable[[int], str]
    titles: Mapping[str, LazyString] = field(default_factory=dict)

    def titled(self, what: str) -> str:
        return str(self.titles.get(what, self.title))


sources: list[Approvals] = []


def waits(
    *, key: Any, about: Any, asked_by: Any, asked_at: Any, what: Any = "", amount: Any = None, estate_id: Any = None
) -> Select[*tuple[Any, ...]]:
    """The same columns for every source, so that all of them are one list; `estate_id`: None for what is the
    company's."""
    return select(
        type_coerce(key, Integer).label("id"),
        (literal(what) if isinstance(what, str) else cast(what, String)).label("what"),
        type_coerce(about, String).label("about"),
        type_coerce(cast(null(), BigInteger) if amount is None else amount, Fen).label("amount"),
        type_coerce(asked_by, String).label("asked_by"),
        type_coerce(asked_at, UtcDateTime).label("asked_at"),
        (cast(null(), Integer) if estate_id is None else estate_id).label("estate_id"),
    )
