"""A review in figures: how old the debt is, what was advised and decided, who owes most. Sums are yuan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from crm.billing.ages import AGE_TITLES, OVERDUE, Age
from crm.billing.arrears.reviews.models import ADVICE_TITLES, DECISION_TITLES, Advice, ArrearsLine, Decision, Review
from crm.billing.arrears.reviews.queries import step_names
from crm.billing.arrears.reviews.worklist import Part, parts
from crm.db import session
from crm.properties.models import Building, Unit
from crm.tenants.models import Customer

LARGEST = 20
LINES = ArrearsLine
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """So many accounts, and what they have overdue."""

    title: str
    lines: int
    overdue: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """`parts` draw them; `rows` are (title, accounts that have it, yuan), the youngest first."""

    parts: Sequence[Part]
    rows: Sequence[tuple[str, int, Decimal]]
    overdue: Decimal
    disputed: Decimal
    credit: Decimal
    deposits: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """`name` is masked: a meeting knows them by their unit."""

    unit: str
    name: str
    overdue: Decimal
    oldest: Age
    decision: str

    @property
    def age(self) -> str:
        return str(AGE_TITLES[self.oldest])


def mask_name(name: str) -> str:
    """欧阳娜娜 -> 欧***: the first character stays."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def ages(review: Review) -> Ages:
    sums = [func.coalesce(func.sum(getattr(LINES, age.value)), 0).label(age.value) for age in OVERDUE]
    counts = [func.count().filter(getattr(LINES, age.value) != NOUGHT).label(f"{age.value}_lines") for age in OVERDUE]
    others = [func.sum(getattr(LINES, name)).label(name) for name in ("disputed", "credit", "deposits")]
    row: Any = session().execute(select(*sums, *counts, *others).where(LINES.review_id == review.id)).one()
    told = [
        (str(AGE_TITLES[age]), getattr(row, f"{age.value}_lines"), getattr(row, age.value)) for age in reversed(OVERDUE)
    ]
    return Ages(
        parts=list(parts(row)),
        rows=told,
        overdue=review.overdue,
        disputed=row.disputed or NOUGHT,
        credit=row.credit or NOUGHT,
        deposits=row.deposits or NOUGHT,
    )


def advised(review: Review, *conditions: Any) -> list[Sum]:
    """Each advice, each step by its name."""
    return _sums(review, LINES.advice, LINES.step_id, lambda value: str(ADVICE_TITLES[Advice(value)]), *conditions)


def left_to_the_advice(review: Review) -> list[Sum]:
    """What would be decided about the undecided if the rest were left to the advice."""
    return advised(review, LINES.decision.is_(None))


def decided(review: Review) -> list[Sum]:
    """Each decision, each step by its name; the undecided last."""
    return _sums(review, LINES.decision, LINES.decided_step_id, _decision)


def _decision(value: Any) -> str:
    return str(DECISION_TITLES[Decision(value)]) if value else _("Undecided")


def _sums(review: Review, kind: Any, step_id: Any, title: Any, *conditions: Any) -> list[Sum]:
    found = select(kind, step_id, func.count(), func.sum(LINES.overdue)).where(
        LINES.review_id == review.id, *conditions
    )
    rows = session().execute(found.group_by(kind, step_id).order_by(kind.is_(None), kind, step_id)).all()
    names = step_names(review)
    return [Sum(title=names.get(step) or title(value), lines=count, overdue=sum_) for value, step, count, sum_ in rows]


def by_building(review: Review) -> list[Sum]:
    """Of the unit of each account's oldest bill; those without one last."""
    found = (
        select(Building.number, func.count(), func.sum(LINES.overdue))
        .select_from(LINES)
        .outerjoin(Unit, Unit.id == LINES.unit_id)
        .outerjoin(Building, Building.id == Unit.building_id)
        .where(LINES.review_id == review.id)
        .group_by(Building.number, Building.sort_key)
        .order_by(Building.sort_key.is_(None), Building.sort_key)
    )
    return [
        Sum(title=title or _("No unit"), lines=count, overdue=sum_) for title, count, sum_ in session().execute(found)
    ]


def largest(review: Review) -> list[Debtor]:
    kept, file = aliased(Customer), aliased(Customer)
    found = (
        select(LINES, kept.name.label("customer"), Unit.label.label("unit"))
        .join(file, file.id == LINES.customer_id)
        .join(kept, kept.id == file.kept_id)
        .outerjoin(Unit, Unit.id == LINES.unit_id)
        .where(LINES.review_id == review.id)
        .order_by(LINES.overdue.desc(), LINES.id.desc())
        .limit(LARGEST)
    )
    names = step_names(review)
    return [
        Debtor(
            unit=row.unit or "",
            name=mask_name(row.customer),
            overdue=row.ArrearsLine.overdue,
            oldest=next(age for age in OVERDUE if getattr(row.ArrearsLine, age.value)),
            decision=names.get(row.ArrearsLine.decided_step_id or 0) or _decision(row.ArrearsLine.decision),
        )
        for row in session().execute(found)
    ]
