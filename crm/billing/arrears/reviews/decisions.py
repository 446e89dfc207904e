"""What is decided about accounts: one by one, or many at once by one UPDATE and one entry of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import Select, case, func, select, type_coerce, update

from crm.audit.log import record
from crm.billing.arrears.reviews.events import AccountDecided, AccountsDecided
from crm.billing.arrears.reviews.figures import LONGEST_HOLD
from crm.billing.arrears.reviews.models import (
    ADVICE_TITLES,
    DECISION_TITLES,
    REVIEW_WORKFLOW,
    Advice,
    ArrearsLine,
    Decision,
    Review,
)
from crm.billing.arrears.reviews.queries import get_step, held_until, is_late, step_names
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition

NEEDS_WORDS = (Decision.hold, Decision.write_off, Decision.lawyer, Decision.nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`until`: the last day of a hold; `step_id`: any step of the estate's model."""

    kind: Decision
    step_id: int | None = None
    until: date | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Of many accounts those that come to the same."""

    title: str
    lines: int
    overdue: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What deciding many at once would do. `decided`: how many of them had a decision that is replaced."""

    groups: list[Group]
    late: int
    decided: int

    @property
    def lines(self) -> int:
        return sum(group.lines for group in self.groups)

    @property
    def overdue(self) -> Decimal:
        return sum((group.overdue for group in self.groups), Decimal(0))

    @property
    def digest(self) -> str:
        """Two that say the same do the same."""
        parts = [f"{group.title}={group.lines}={group.overdue}" for group in self.groups]
        return "|".join([*parts, str(self.late), str(self.decided)])


def freeze(review: Review) -> str:
    """Why nothing can be decided about its accounts any more, or ""."""
    if REVIEW_WORKFLOW.hindrance(review, "decide"):
        return _("This review is signed: what was decided stands. Decide anew in the next one.")
    return ""


def expect_open(review: Review) -> None:
    """Held until the unit of work ends: nobody signs meanwhile."""
    session().execute(select(Review.id).where(Review.id == review.id).with_for_update())
    session().refresh(review, ["state"])
    if reason := freeze(review):
        raise IllegalTransition(reason)


def decide(line: ArrearsLine, choice: Choice) -> None:
    """Instead of an earlier decision, if there is one. Raises `DomainError` for what is missing or cannot be."""
    expect_open(line.review)
    if fault := fault_of(line.review, choice):
        raise DomainError(fault)
    _enter(line, choice)


def accept(line: ArrearsLine) -> None:
    """The advice becomes the decision, where nobody has decided yet."""
    expect_open(line.review)
    session().refresh(line, ["decision"])
    if line.decision is not None:
        raise IllegalTransition(_("This account is decided already. Look at it again."))
    if reason := acceptance_hindrance(line):
        raise IllegalTransition(reason)
    until = _until(line) if line.advice is Advice.hold else None
    _enter(line, Choice(kind=Decision(line.advice.value), step_id=line.step_id, until=until))


def _until(line: ArrearsLine) -> date:
    """Until when holding is advised, as far as anybody may decide it."""
    longest = business_day() + timedelta(days=LONGEST_HOLD.on(business_day()))
    return min(line.advised_until or held_until(line.review), longest)


def acceptance_hindrance(line: ArrearsLine) -> str:
    """Why the advice cannot be taken now, or ""."""
    if reason := freeze(line.review):
        return reason
    if line.advice is Advice.hold and (line.advised_until or held_until(line.review)) < business_day():
        return _("The day until which holding was advised has passed: decide anew.")
    return ""


def fault_of(review: Review, choice: Choice) -> str:
    if choice.kind in NEEDS_WORDS and not choice.remark.strip():
        return _("Write why: it stands in the review for good.")
    if choice.kind is Decision.step and (choice.step_id is None or get_step(review, choice.step_id) is None):
        return _("Choose a step of this estate.")
    return _fault_of_hold(choice) if choice.kind is Decision.hold else ""


def _fault_of_hold(choice: Choice) -> str:
    if choice.until is None or choice.until <= business_day():
        return _("Write until when: a day after today.")
    longest = LONGEST_HOLD.on(business_day())
    if choice.until > business_day() + timedelta(days=longest):
        return _("Hold it for %(most)s days at most; whoever wants longer decides again then.", most=longest)
    return ""


def _values(choice: Choice) -> dict[str, Any]:
    is_step, is_hold = choice.kind is Decision.step, choice.kind is Decision.hold
    return {
        "decision": choice.kind,
        "decided_step_id": choice.step_id if is_step else None,
        "hold_until": choice.until if is_hold else None,
        "remark": choice.remark.strip(),
        **by_whom(),
    }


def by_whom() -> dict[str, Any]:
    return {"decided_by_id": g.actor.user_id, "decided_by": g.actor.name, "decided_at": utc_now()}


def _enter(line: ArrearsLine, choice: Choice) -> None:
    for name, value in _values(choice).items():
        setattr(line, name, value)
    session().flush()
    record(
        AccountDecided(
            arrears_review_id=line.review_id,
            arrears_line_id=line.id,
            customer_id=line.customer_id,
            decision=choice.kind,
            dunning_step_id=line.decided_step_id,
            hold_until=line.hold_until,
            remark=line.remark,
            overdue=line.overdue,
        )
    )


def prospect(review: Review, ids: Select[Any], choice: Choice | None) -> Prospect:
    """What `decide_all` or, without a choice, `accept_all` would do with the lines that `ids` selects."""
    sums = func.count(), func.sum(ArrearsLine.overdue)
    if choice is not None:
        columns = select(*sums, func.count(ArrearsLine.decided_at)).where(ArrearsLine.id.in_(ids))
        count, overdue, decided = session().execute(columns).one()
        title = str(DECISION_TITLES[choice.kind])
        groups = [Group(title=title, lines=count, overdue=overdue)] if count else []
        return Prospect(groups=groups, late=0, decided=decided)
    late = is_late(review, business_day())
    by = ArrearsLine.advice, ArrearsLine.step_id, late
    found = select(*by, *sums).where(ArrearsLine.id.in_(ids), ArrearsLine.decision.is_(None)).group_by(*by)
    rows = session().execute(found.order_by(*by)).all()
    names = step_names(review)
    groups = [
        Group(title=names.get(step_id or 0) or str(ADVICE_TITLES[advice]), lines=count, overdue=overdue)
        for advice, step_id, too_late, count, overdue in rows
        if not too_late
    ]
    return Prospect(groups=groups, late=sum(count for _a, _s, too_late, count, _o in rows if too_late), decided=0)


def decide_all(review: Review, ids: Select[Any], choice: Choice) -> int:
    """How many were decided. Raises `DomainError` as `decide` does."""
    expect_open(review)
    if fault := fault_of(review, choice):
        raise DomainError(fault)
    seen = prospect(review, ids, choice)
    _update(ids, _values(choice))
    _tell(review, choice.kind, seen, choice.remark.strip())
    return seen.lines


def accept_all(review: Review, ids: Select[Any]) -> int:
    """The undecided get what was advised; those whose day of holding has passed stay undecided."""
    expect_open(review)
    seen = prospect(review, ids, None)
    _update(ids, as_advised(review) | by_whom(), ArrearsLine.decision.is_(None), ~is_late(review, business_day()))
    _tell(review, None, seen, "")
    return seen.lines


def as_advised(review: Review) -> dict[str, Any]:
    """The columns of a decision that takes the advice, for an UPDATE."""
    line = ArrearsLine
    return {
        "decision": type_coerce(line.advice, line.decision.type),
        "decided_step_id": case((line.advice == Advice.step, line.step_id)),
        "hold_until": case((line.advice == Advice.hold, func.coalesce(line.advised_until, held_until(review)))),
        "remark": "",
    }


def _update(ids: Select[Any], values: dict[str, Any], *conditions: Any) -> None:
    many = update(ArrearsLine).where(ArrearsLine.id.in_(ids), *conditions).values(values)
    session().execute(many.execution_options(synchronize_session=False))


def _tell(review: Review, decision: Decision | None, seen: Prospect, remark: str) -> None:
    record(
        AccountsDecided(
            arrears_review_id=review.id,
            estate_id=review.estate_id,
            decision=decision,
            groups={group.title: group.lines for group in seen.groups},
            lines=seen.lines,
            overdue=seen.overdue,
            remark=remark,
        )
    )
