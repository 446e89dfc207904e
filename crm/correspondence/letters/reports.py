"""The register of letters in figures, by estate and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, case, func, or_, select

from crm.correspondence.letters.models import Direction, Letter, LetterDelivery, LetterState
from crm.correspondence.letters.queries import ENTRIES
from crm.correspondence.letters.times import Line, line
from crm.dates import beginning_of, business_day_of, months_later
from crm.db import session
from crm.sql import by_month, code_of, earlier, month_of, month_of_day

Place = tuple[int, date]  # estate, first day of the month
LIVE = Letter.state != LetterState.void
OUT = Letter.direction == Direction.outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfLetters:
    """Letters in that were registered, ours that went out, ours of which it is known that they arrived."""

    received: int = 0
    sent: int = 0
    served: int = 0


def letters_of_months(estate_ids: Collection[int], months: Sequence[date]) -> dict[Place, MonthOfLetters]:
    """Each counts in the month in which it happened; `months` follow one another."""
    here = Letter.estate_id.in_(estate_ids)
    counted = {
        "received": (Letter.registered_at, ~OUT),
        "served": (Letter.served_at, OUT),
    }
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    for name, (moment, which) in counted.items():
        for estate_id, code, count in session().execute(by_month(Letter.estate_id, moment, months, here, which, LIVE)):
            found[estate_id, code][name] = count
    for estate_id, code, count in session().execute(_gone_out(estate_ids, months)):
        found[estate_id, code]["sent"] = count
    return {
        (estate_id, month): MonthOfLetters(**found[estate_id, code_of(month)])
        for estate_id in estate_ids
        for month in months
    }


def _gone_out(estate_ids: Collection[int], months: Sequence[date]) -> Any:
    """(estate, 202611, count) of the letters out, by the day on which each left: as it was sent, or as the first entry
    that stands says, for one that was handed over is never sent."""
    after = months_later(months[-1], 1)
    sent = case(
        (Letter.sent_at.is_(None), code_of(after)),
        else_=func.coalesce(month_of(Letter.sent_at, [*months, after]), 0),
    )
    entries = select(func.min(LetterDelivery.delivered_on)).where(
        LetterDelivery.letter_id == Letter.id, ENTRIES.is_live()
    )
    brought = month_of_day(func.coalesce(entries.scalar_subquery(), date.max), months)
    left = select(Letter.estate_id, earlier(sent, brought, type_=Integer).label("in_month"))
    each = left.where(Letter.estate_id.in_(estate_ids), OUT, LIVE).subquery()
    by = each.c.estate_id, each.c.in_month
    return select(*by, func.count()).where(each.c.in_month.in_(map(code_of, months))).group_by(*by)


def times_of_months(estate_ids: Collection[int], months: Sequence[date], today: date) -> dict[Place, Line]:
    """How long the letters in took that were registered in these months, as `times` reckons it."""
    spans = [
        (Letter.registered_at >= beginning_of(month)) & (Letter.registered_at < beginning_of(months_later(month, 1)))
        for month in months
    ]
    found = select(
        Letter.estate_id, Letter.registered_at, Letter.passed_on_at, Letter.answered_at, Letter.reply_due_on
    ).where(Letter.estate_id.in_(estate_ids), ~OUT, LIVE, or_(*spans))
    parts: dict[Place, list[Any]] = defaultdict(list)
    for row in session().execute(found):
        parts[row.estate_id, business_day_of(row.registered_at).replace(day=1)].append(row)
    return {place: line("", rows, today) for place, rows in parts.items()}
