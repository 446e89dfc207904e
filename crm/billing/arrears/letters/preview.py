"""What a run would make of a review's decisions now, and whom it leaves out: read, never stored.

A review says how accounts stood on its day. Before a letter goes out each is held against the books as they are now:
who has paid, promised or disputed meanwhile gets none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from crm.billing.arrears.dunning.models import WRITTEN, Demand, DemandRun, DunningStep
from crm.billing.arrears.reviews.models import ArrearsLine, Decision, Review
from crm.billing.arrears.reviews.snapshot import known
from crm.db import session
from crm.money import from_fen
from crm.properties.models import Unit
from crm.tenants.models import Customer

NOUGHT = Decimal(0)
Kept = aliased(Customer)
KNOWN = (
    *("overdue", "disputed", "credit", "matters", "case_id", "is_excluded"),
    *("excluded_until", "plan_id", "next_due_on", "promise_id", "promised_until"),
)


class Reason(StrEnum):
    """Why an account that a letter was decided for gets none."""

    made = "made"
    merged = "merged"
    settled = "settled"
    disputed = "disputed"
    credit = "credit"
    at_lawyer = "at_lawyer"
    excluded = "excluded"
    plan = "plan"
    promise = "promise"
    matters = "matters"
    below = "below"


REASONS = {
    Reason.made: _l("A letter of this review was made already"),
    Reason.merged: _l("The file was merged into another that gets the letter"),
    Reason.settled: _l("Settled since the review"),
    Reason.disputed: _l("All that is overdue is disputed now"),
    Reason.credit: _l("There is credit enough to settle it"),
    Reason.at_lawyer: _l("With the lawyer, or asked to be"),
    Reason.excluded: _l("Excluded from dunning"),
    Reason.plan: _l("An instalment plan is being kept"),
    Reason.promise: _l("Payment was promised since the review"),
    Reason.matters: _l("Something of ours has come up since, which the step spares"),
    Reason.below: _l("Less is left than the step is for"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An account with its step. `was`, `now`: yuan overdue and undisputed at the review and now.

    `until`: the last day on which the reason holds, where it has one.
    """

    line_id: int
    customer_id: int
    name: str
    unit_id: int | None
    unit: str
    step_id: int
    step: str
    was: Decimal
    now: Decimal
    reason: Reason | None
    until: date | None

    @property
    def change(self) -> str:
        """What became of the sum since the review, or ""."""
        if self.now < self.was:
            return _("%(sum)s less than at the review", sum=f"{self.was - self.now:,.2f}")
        if self.now > self.was:
            return _("%(sum)s more than at the review", sum=f"{self.now - self.was:,.2f}")
        return ""

    @property
    def why(self) -> str:
        return told(self.plain()) if self.reason else ""

    def plain(self) -> dict[str, Any]:
        """As the run keeps whom it left out."""
        return {
            "customer_id": self.customer_id,
            "name": self.name,
            "unit": self.unit,
            "step": self.step,
            "was": str(self.was),
            "now": str(self.now),
            "reason": self.reason.value if self.reason else "",
            "until": self.until.isoformat() if self.until else "",
        }


def told(left_out: Mapping[str, Any]) -> str:
    """Why somebody was left out, in words."""
    why = REASONS[Reason(left_out["reason"])]
    return _("%(why)s, until %(day)s", why=why, day=left_out["until"]) if left_out["until"] else str(why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    letters: Sequence[Candidate]
    left_out: Sequence[Candidate]

    @property
    def total(self) -> Decimal:
        return sum((each.now for each in self.letters), NOUGHT)

    @property
    def figures(self) -> str:
        """What somebody saw, to be held against what is there when it is confirmed: every letter's own step and sum."""
        said = (f"{each.line_id} {each.customer_id} {each.step_id} {each.now:.2f}" for each in self.letters)
        return sha256("\n".join(said).encode()).hexdigest()

    @property
    def steps(self) -> list[tuple[str, int, Decimal]]:
        """(step, letters, yuan)."""
        names = dict.fromkeys(each.step for each in self.letters)
        of_step = {name: [each.now for each in self.letters if each.step == name] for name in names}
        return [(name, len(sums), sum(sums, NOUGHT)) for name, sums in of_step.items()]


def preview(review: Review, day: date) -> Preview:
    """Of several lines of one customer whose files were merged since, the highest step that nothing hinders stands."""
    rows = session().execute(_decided(review, day)).all()
    steps: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        if _reason(row) is None:
            steps.setdefault(row.customer_id, []).append((row.position, row.id))
    highest = {max(those)[1] for those in steps.values()}
    found = [_candidate(row, again=row.customer_id in steps and row.id not in highest) for row in rows]
    return Preview(
        letters=[each for each in found if each.reason is None],
        left_out=[each for each in found if each.reason is not None],
    )


def accounts(review: Review) -> Select[*tuple[Any, ...]]:
    """line_id and customer_id (the file that stands for the customer) of whom a written step was decided for."""
    return (
        select(ArrearsLine.id.label("line_id"), Customer.kept_id.label("customer_id"))
        .join(Customer, Customer.id == ArrearsLine.customer_id)
        .join(DunningStep, DunningStep.id == ArrearsLine.decided_step_id)
        .where(
            ArrearsLine.review_id == review.id,
            ArrearsLine.decision == Decision.step,
            DunningStep.kind.in_(WRITTEN),
        )
    )


def _decided(review: Review, day: date) -> Select[*tuple[Any, ...]]:
    """In the order of the units, with what is known of each account now."""
    account, now, made = (
        accounts(review).subquery("account"),
        known(review.estate_id, day).subquery("now"),
        _made(review),
    )
    return (
        select(
            ArrearsLine.id,
            ArrearsLine.overdue,
            ArrearsLine.disputed,
            ArrearsLine.promise_id,
            account.c.customer_id,
            Kept.name,
            ArrearsLine.unit_id,
            func.coalesce(Unit.label, "").label("unit"),
            DunningStep.id.label("step_id"),
            DunningStep.name.label("step"),
            DunningStep.least,
            DunningStep.position,
            DunningStep.spares_matters,
            ArrearsLine.matters,
            made.c.customer_id.label("made"),
            *(now.c[name].label(f"now_{name}") for name in KNOWN),
        )
        .join(account, account.c.line_id == ArrearsLine.id)
        .join(Kept, Kept.id == account.c.customer_id)
        .join(DunningStep, DunningStep.id == ArrearsLine.decided_step_id)
        .outerjoin(Unit, Unit.id == ArrearsLine.unit_id)
        .outerjoin(now, now.c.customer_id == account.c.customer_id)
        .outerjoin(made, made.c.customer_id == account.c.customer_id)
        .order_by(Unit.sort_key, ArrearsLine.id)
    )


def _made(review: Review) -> Any:
    """customer_id of whoever has a letter of the review that was not rolled back."""
    return (
        select(Customer.kept_id.label("customer_id"))
        .distinct()
        .join(Demand, Demand.customer_id == Customer.id)
        .join(DemandRun, DemandRun.id == Demand.run_id)
        .where(DemandRun.review_id == review.id, ~Demand.voided)
        .subquery("made")
    )


def _candidate(row: Any, *, again: bool) -> Candidate:
    reason = _reason(row) or (Reason.merged if again else None)
    return Candidate(
        line_id=row.id,
        customer_id=row.customer_id,
        name=row.name,
        unit_id=row.unit_id,
        unit=row.unit,
        step_id=row.step_id,
        step=row.step,
        was=_was(row),
        now=_now(row),
        reason=reason,
        until=_until(row, reason),
    )


def _was(row: Any) -> Decimal:
    was: Decimal = row.overdue - row.disputed
    return was


def _now(row: Any) -> Decimal:
    return NOUGHT if row.now_overdue is None else from_fen(row.now_overdue - row.now_disputed)


def _reason(row: Any) -> Reason | None:
    """The first that fits."""
    was, now = _was(row), _now(row)
    reasons = {
        Reason.made: row.made is not None,
        Reason.settled: row.now_overdue is None,
        Reason.disputed: now == NOUGHT,
        Reason.credit: row.now_credit is not None and from_fen(row.now_credit) >= now,
        Reason.at_lawyer: row.now_case_id is not None,
        Reason.excluded: bool(row.now_is_excluded),
        Reason.plan: row.now_plan_id is not None,
        Reason.promise: row.now_promise_id not in (None, row.promise_id),
        Reason.matters: row.spares_matters and not row.matters and bool(row.now_matters),
        Reason.below: now < row.least <= was,
    }
    return next((reason for reason, fits in reasons.items() if fits), None)


def _until(row: Any, reason: Reason | None) -> date | None:
    days = {Reason.excluded: "excluded_until", Reason.plan: "next_due_on", Reason.promise: "promised_until"}
    found: date | None = getattr(row, f"now_{days[reason]}") if reason in days else None
    return found
