"""The work list: a page of accounts, the largest first, each with all that is needed to decide about it.

Pages follow on one another by the last account shown, not by number: each reads its own rows from the index and no
others, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import func, literal, select, tuple_

from crm.billing.ages import AGE_TITLES, OVERDUE, Age
from crm.billing.arrears.matters import Matter, open_matters
from crm.billing.arrears.promises.models import PROMISE_TITLES, PromiseState
from crm.billing.arrears.reviews import advice, queries
from crm.billing.arrears.reviews.models import ADVICE_TITLES, DECISION_TITLES, Advice, ArrearsLine, Decision, Review
from crm.db import session
from crm.lists.asking import Asked
from crm.lists.listing import Page
from crm.money import Fen, from_fen, to_fen
from crm.phones import mask_phone
from crm.tenants.queries import files_of
from crm.web.templating import money

PLACE = tuple_(ArrearsLine.overdue, ArrearsLine.id)
PROMISE_TONES = {PromiseState.pending: "blue", PromiseState.kept: "green", PromiseState.broken: "red"}
ADVICE_TONES = {Advice.step: "orange", Advice.contact: "blue", Advice.hold: "purple", Advice.nothing: "grey"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Of the ageing bar, in per cent of what is overdue; `place`: where it begins."""

    age: Age
    title: str
    amount: Decimal
    place: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """`row` is one of `queries.lines`; `matters`: those of ours that the person may see, `further` counts the others.

    `is_late`: a hold was advised until a day that has passed.
    """

    row: Any
    phone: str
    parts: Sequence[Part]
    advice: str
    tone: str
    why: str
    matters: Sequence[Matter]
    further: int
    promise: str
    promise_tone: str
    decision: str
    is_late: bool

    @property
    def ages(self) -> str:
        """All six in words, for whoever does not see the bar."""
        return "; ".join(f"{part.title} {money(part.amount)}" for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class WorkPage(Page):
    """`before` and `after` are the places of the pages beside this one, or ""."""

    lines: Sequence[WorkLine]
    before: str
    after: str


def work_page(asked: Asked, review: Review, today: date) -> WorkPage:
    """What the address asks for: the first page, the one `after` a place, or the one `before` it."""
    rows, before, after = _rows(asked)
    count, overdue = _summary(asked) if asked.values else (review.accounts, review.overdue)
    return WorkPage(
        asked=asked,
        rows=rows,
        count=count,
        totals={"overdue": overdue},
        number=1,
        kept=(),
        default=None,
        lines=work_lines(rows, review, today),
        before=before,
        after=after,
    )


def _summary(asked: Asked) -> tuple[int, Decimal]:
    sums = select(func.count(), func.sum(ArrearsLine.overdue)).where(ArrearsLine.id.in_(queries.ids_of(asked)))
    count, overdue = session().execute(sums).one()
    return count, overdue or Decimal(0)


def _rows(asked: Asked) -> tuple[list[Any], str, str]:
    """The page's rows, and the places where the pages before and after it begin."""
    size, back, on = asked.layout.page_size, _place("before"), _place("after")
    if back is not None:
        found = _first(asked, size + 1, back < PLACE, turned=True)
        rows, has_more = list(reversed(found[:size])), len(found) > size
        return rows, _told(rows[:1]) if has_more else "", _told(rows[-1:])
    found = _first(asked, size + 1, *(() if on is None else (on > PLACE,)))
    rows = list(found[:size])
    return rows, _told(rows[:1]) if on is not None else "", _told(rows[-1:]) if len(found) > size else ""


def _first(asked: Asked, most: int, *conditions: Any, turned: bool = False) -> Sequence[Any]:
    """Which lines first, then what stands on them: else all would be asked for before the first few are chosen."""
    order = _order(turned=turned)
    chosen = queries.ids_of(asked).where(*conditions).order_by(*order).limit(most)
    ids = session().scalars(chosen).all()
    return session().execute(asked.rows.where(ArrearsLine.id.in_(ids)).order_by(*order)).all()


def _order(*, turned: bool = False) -> Sequence[Any]:
    columns = ArrearsLine.overdue, ArrearsLine.id
    return [column.asc() if turned else column.desc() for column in columns]


def _told(rows: Sequence[Any]) -> str:
    return f"{to_fen(rows[0].overdue)}-{rows[0].id}" if rows else ""


def _place(name: str) -> Any:
    """The place that the address names, None for none or nonsense."""
    fen, _dash, line_id = request.args.get(name, "").partition("-")
    if not (fen.isdecimal() and line_id.isdecimal() and len(fen) < 16 and len(line_id) < 10):
        return None
    return tuple_(literal(from_fen(int(fen)), Fen), literal(int(line_id)))


def work_lines(rows: Sequence[Any], review: Review, today: date) -> list[WorkLine]:
    """With as many queries for a page as for one."""
    found = _matters([row.kept_id for row in rows])
    return [_line(row, review, today, found.get(row.kept_id, ())) for row in rows]


def _matters(customer_ids: Sequence[int]) -> dict[int, list[Matter]]:
    """What is open of ours with each of these customers and the person may see, the oldest first."""
    found, files = open_matters(customer_ids), files_of(customer_ids)
    sorted_out: dict[int, list[Matter]] = {}
    for matter in found.shown:
        sorted_out.setdefault(files[matter.customer_id], []).append(matter)
    return sorted_out


def _line(row: Any, review: Review, today: date, found: Sequence[Matter]) -> WorkLine:
    until = row.advised_until or queries.held_until(review)
    return WorkLine(
        row=row,
        phone=mask_phone(row.phone) if row.phone else "",
        parts=list(parts(row)),
        advice=row.step if row.advice is Advice.step and row.step else str(ADVICE_TITLES[row.advice]),
        tone=ADVICE_TONES[row.advice],
        why=advice.in_words(row, review.day),
        matters=found,
        further=max(row.matters - len(found), 0),
        promise=str(PROMISE_TITLES[PromiseState(row.promise)]) if row.promise else "",
        promise_tone=PROMISE_TONES.get(row.promise, "grey"),
        decision=decision_in_words(row),
        is_late=row.advice is Advice.hold and until < today,
    )


def parts(row: Any) -> Iterable[Part]:
    """The ages that something has, the oldest first."""
    place, whole = Decimal(0), sum((getattr(row, age.value) for age in OVERDUE), Decimal(0))
    for age in OVERDUE:
        if amount := getattr(row, age.value):
            width = (amount * 100 / whole).quantize(Decimal("0.01"))
            yield Part(age=age, title=str(AGE_TITLES[age]), amount=amount, place=place, width=width)
            place += width


def promise_in_words(row: Any) -> str:
    if row.promise is None:
        return ""
    state = PROMISE_TITLES[PromiseState(row.promise)]
    return _("%(sum)s by %(day)s: %(state)s", sum=money(row.promised), day=row.promised_until.isoformat(), state=state)


def decision_in_words(row: Any) -> str:
    if row.decision is None:
        return ""
    if row.decision is Decision.step and row.decided_step:
        return str(row.decided_step)
    title = str(DECISION_TITLES[row.decision])
    if row.decision is Decision.hold and row.hold_until:
        return _("%(what)s until %(day)s", what=title, day=row.hold_until.isoformat())
    return title
