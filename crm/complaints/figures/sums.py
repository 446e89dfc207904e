"""What the cases of a period come to: altogether, and by category, department, building, contractor, channel and cause.

One statement reads the cases once and sums them in every way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, Integer, String, cast, func, literal, null, select, union_all

from crm.complaints.figures.asked import Asked
from crm.complaints.figures.population import population
from crm.db import session
from crm.web.figures import Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Cases; `answer_of`, `result_of`: promises that were decided, and `…_kept` those of them that were kept."""

    received: int = 0
    urgent: int = 0
    void: int = 0
    closed: int = 0
    open: int = 0
    reopened: int = 0
    justified: int = 0
    answer_of: int = 0
    answer_kept: int = 0
    result_of: int = 0
    result_kept: int = 0

    @property
    def answered(self) -> Ratio:
        return Ratio(self.answer_kept, self.answer_of)

    @property
    def settled(self) -> Ratio:
        return Ratio(self.result_kept, self.result_of)

    @property
    def again(self) -> Ratio:
        return Ratio(self.reopened, self.closed)

    @property
    def with_ground(self) -> Ratio:
        return Ratio(self.justified, self.closed)

    @property
    def anything(self) -> bool:
        return any((self.received, self.closed, self.open, self.answer_of, self.result_of))


NAMES = [field.name for field in fields(Sums)]
ALL, CAUSE, CROSS = "all", "cause", "cross"
BY = {"estate": "estate_id", "building": "building_id", "category": "category_id", "department": "department_id"}
STANDING = [name for name in NAMES if name not in ("urgent", "void")]
CLOSED = ("closed",)
Grouped = dict[str, dict[Any, Sums]]


def summed(asked: Asked) -> Grouped:
    """Kind of group -> key -> sums, those of a part only what its table shows.

    `cause` and `cross`, which has (building, cause, contractor), are of what was closed.
    """
    case = population(asked)
    of = case.c
    arms = [
        _arm(case, ALL),
        *(_arm(case, kind, of[column], only=STANDING) for kind, column in BY.items()),
        _arm(case, "contractor", word=of.contractor, only=STANDING),
        _arm(case, "channel", word=of.channel, only=("received",)),
        _arm(case, CAUSE, word=of.cause, only=CLOSED, where=of.closed == 1),
        _arm(case, CROSS, of.building_id, word=of.cause, other=of.contractor, only=CLOSED, where=of.closed == 1),
    ]
    found: Grouped = defaultdict(dict)
    for kind, key, word, other, *figures in session().execute(union_all(*arms)):
        place = (key, word, other) if kind == CROSS else key if word is None else word
        found[kind][place] = Sums(**dict(zip(NAMES, figures, strict=True)))
    return found


def _arm(
    case: Any,
    kind: str,
    key: Any = None,
    *,
    word: Any = None,
    other: Any = None,
    only: Sequence[str] = NAMES,
    where: Any = None,
) -> Any:
    columns = [
        cast(null(), Integer) if key is None else key,
        cast(null() if word is None else word, String),
        cast(null() if other is None else other, String),
    ]
    groups = [each for each in (key, word, other) if each is not None]
    sums = [
        cast(func.coalesce(func.sum(case.c[name]), 0), BigInteger) if name in only else literal(0, BigInteger)
        for name in NAMES
    ]
    found = select(literal(kind, String), *columns, *sums).select_from(case)
    return (found if where is None else found.where(where)).group_by(*groups)
