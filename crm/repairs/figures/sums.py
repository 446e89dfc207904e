"""What the orders of a period come to: altogether, and by estate, building, category, worker and channel.

One statement reads the orders once and sums them in every way.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Integer, String, cast, func, literal, null, select, union_all

from crm.db import session
from crm.repairs.figures.asked import Asked
from crm.repairs.figures.population import population
from crm.web.figures import TENTH, Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Orders; `seconds` from the report to the end of the work, over all that were finished."""

    reported: int = 0
    emergencies: int = 0
    finished: int = 0
    open: int = 0
    cancelled: int = 0
    duplicates: int = 0
    accept_of: int = 0
    accept_kept: int = 0
    arrive_of: int = 0
    arrive_kept: int = 0
    finish_of: int = 0
    finish_kept: int = 0
    contact_of: int = 0
    contact_kept: int = 0
    first: int = 0
    provisional: int = 0
    reworks: int = 0
    seconds: int = 0

    @property
    def accepted(self) -> Ratio:
        return Ratio(self.accept_kept, self.accept_of)

    @property
    def arrived(self) -> Ratio:
        return Ratio(self.arrive_kept, self.arrive_of)

    @property
    def in_time(self) -> Ratio:
        return Ratio(self.finish_kept, self.finish_of)

    @property
    def contacted(self) -> Ratio:
        return Ratio(self.contact_kept, self.contact_of)

    @property
    def first_fix(self) -> Ratio:
        return Ratio(self.first, self.finished)

    @property
    def hours(self) -> Decimal | None:
        """On average, from the report to the end of the work."""
        return (Decimal(self.seconds) / 3600 / self.finished).quantize(TENTH) if self.finished else None

    @property
    def anything(self) -> bool:
        return any((self.reported, self.finished, self.open, self.cancelled, self.duplicates, self.finish_of))


NAMES = [field.name for field in fields(Sums)]
ALL = "all"
BY = {"estate": "estate_id", "building": "building_id", "category": "category_id", "worker": "worker_id"}
STANDING = "reported finished open cancelled duplicates finish_of finish_kept first reworks seconds".split()
Grouped = dict[str, dict[Any, Sums]]


def summed(asked: Asked) -> Grouped:
    """Kind of group -> key -> sums, those of a part only what its table shows.

    `map` has (building, month) or, in a single month, (building, category).
    """
    job = population(asked)
    kinds = [kind for kind in BY if kind != "worker" or asked.names_workers]
    other = job.c.month if len(asked.months) > 1 else job.c.category_id
    arms = [
        _arm(job, ALL),
        *(_arm(job, kind, job.c[column], only=STANDING) for kind, column in BY.items() if kind in kinds),
        _arm(job, "channel", word=job.c.channel, only=("reported",)),
        _arm(job, "map", job.c.building_id, other, only=("reported",)),
    ]
    found: Grouped = defaultdict(dict)
    for kind, key, second, word, *figures in session().execute(union_all(*arms)):
        place = (key, second) if kind == "map" else word or key
        found[kind][place] = Sums(**dict(zip(NAMES, figures, strict=True)))
    return found


def _arm(job: Any, kind: str, key: Any = None, second: Any = None, *, word: Any = None, only: Any = NAMES) -> Any:
    columns = [
        cast(null(), Integer) if key is None else key,
        cast(null(), Integer) if second is None else second,
        cast(null() if word is None else word, String),
    ]
    groups = [each for each in (key, second, word) if each is not None]
    sums = [
        cast(func.coalesce(func.sum(job.c[name]), 0), BigInteger) if name in only else literal(0, BigInteger)
        for name in NAMES
    ]
    return select(literal(kind, String), *columns, *sums).select_from(job).group_by(*groups)
