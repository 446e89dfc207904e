"""Making a run of letters, once, and rolling it back as if it had never been."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.audit.log import record
from crm.auth.actor import actor
from crm.billing.arrears.dunning.models import RUN_WORKFLOW, Demand, DemandLine, DemandRun, RunState
from crm.billing.arrears.letters import queries
from crm.billing.arrears.letters.content import Due, Sender, due_of, frozen, sender
from crm.billing.arrears.letters.events import DemandMade, DemandsMade, DemandsRolledBack, DemandVoided
from crm.billing.arrears.letters.preview import Candidate, preview
from crm.billing.arrears.letters.serials import take_numbers
from crm.billing.arrears.reviews.models import Review
from crm.bulk import keys, pour
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.numbering import Taken

NOUGHT = Decimal(0)
Letter = tuple[Candidate, Due]


def hindrance(review: Review) -> str:
    """Why no letters are made of this review, or ""."""
    later = queries.later_review(review)
    if later is not None:
        month = later.month.strftime("%Y-%m")
        return _("The review of %(month)s is the latest: letters are made of that one.", month=month)
    return ""


def make(review: Review, key: str, shown: str = "") -> DemandRun:
    """One letter to each account a written step was decided for, as far as it holds now; the same `key` is one run.

    `shown`: the figures of the preview that is confirmed. Raises `DomainError` where they have changed or nothing is to
    be made.
    """
    _hold(Review, review.id)
    if known := _with_key(review, key):
        return known
    if reason := hindrance(review):
        raise DomainError(reason)
    day = business_day()
    found, due = preview(review, day), due_of(review, day)
    if not found.letters:
        raise DomainError(_("There is no letter to be made of this review now."))
    letters = [(each, due[each.customer_id]) for each in found.letters if each.customer_id in due]
    agree = len(letters) == len(found.letters) and all(each.now == bills.total for each, bills in letters)
    if not agree or shown not in ("", found.figures):  # the books are read twice: somebody may pay in between
        raise DomainError(_("What would be made has changed since you looked. Nothing was made: look again."))
    run = _run(review, key, letters, [each.plain() for each in found.left_out])
    _write(run, letters, sender(review.estate, day))
    return run


def _hold(table: type[Any], row_id: int) -> None:
    """Against others who make or roll back, until the unit of work ends."""
    session().execute(select(table.id).where(table.id == row_id).with_for_update())


def _with_key(review: Review, key: str) -> DemandRun | None:
    found = session().scalars(select(DemandRun).where(DemandRun.key == key)).one_or_none()
    if found and found.review_id != review.id:
        raise DomainError(_("This form was sent before about another review. Open it anew."))
    return found


def _run(review: Review, key: str, letters: Sequence[Letter], left_out: list[dict[str, Any]]) -> DemandRun:
    run = DemandRun(
        estate_id=review.estate_id,
        review_id=review.id,
        key=key,
        day=business_day(),
        demands=len(letters),
        total=sum((due.total for _candidate, due in letters), NOUGHT),
        left_out=left_out,
        made_by_id=actor().user_id,
        made_by=actor().name,
        made_at=utc_now(),
    )
    session().add(run)
    session().flush()
    record(
        DemandsMade(
            demand_run_id=run.id,
            arrears_review_id=review.id,
            estate_id=review.estate_id,
            demands=run.demands,
            total=run.total,
            left_out=len(left_out),
        )
    )
    return run


def _write(run: DemandRun, letters: Sequence[Letter], by: Sender) -> None:
    numbers = take_numbers(run.estate_id, run.day.year, len(letters))
    rows = [
        _row(run, key, number, letter, by)
        for key, number, letter in zip(keys(Demand, len(letters)), numbers, letters, strict=True)
    ]
    pour(Demand, rows)
    lines = [
        {"demand_id": row["id"], "bill_id": bill.id, "amount": bill.open}
        for row, (_candidate, due) in zip(rows, letters, strict=True)
        for bill in due.bills
    ]
    pour(DemandLine, lines)
    for row in rows:
        _tell(row)


def _row(run: DemandRun, key: int, number: Taken, letter: Letter, by: Sender) -> dict[str, Any]:
    candidate, due = letter
    return {
        "id": key,
        "run_id": run.id,
        "estate_id": run.estate_id,
        "customer_id": candidate.customer_id,
        "unit_id": candidate.unit_id,
        "line_id": candidate.line_id,
        "step_id": candidate.step_id,
        "number_id": number.id,
        "day": by.day,
        "pay_until": by.day + timedelta(days=by.steps[candidate.step_id].pay_within),
        "amount": due.total,
        "content": frozen(number.text, candidate, due, by),
    }


def _tell(row: dict[str, Any]) -> None:
    record(
        DemandMade(
            demand_id=row["id"],
            customer_id=row["customer_id"],
            number=row["content"]["number"],
            step=row["content"]["step"],
            amount=row["amount"],
            pay_until=row["pay_until"],
        )
    )


def rollback_hindrance(run: DemandRun) -> str:
    """Why its letters cannot be taken back, or "": what has left the house is not unsaid."""
    if run.state is not RunState.made:
        return _("This run is rolled back already.")
    if queries.any_delivered(run.id):
        return _("A letter of this run is noted as sent or brought already: take that entry back first.")
    if queries.any_mailed(run.id):
        return _("A letter of this run went by e-mail already.")
    return ""


def roll_back(run: DemandRun, reason: str) -> None:
    """The letters become void and count for nothing; their numbers stay. Raises `DomainError`."""
    _hold(DemandRun, run.id)
    session().refresh(run)
    if refusal := rollback_hindrance(run):
        raise DomainError(refusal)
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    RUN_WORKFLOW.take(run, "roll_back")
    run.rolled_back_by, run.rolled_back_at, run.reason = actor().name, utc_now(), reason.strip()
    session().flush()
    session().execute(update(Demand).where(Demand.run_id == run.id).values(voided=True))
    record(
        DemandsRolledBack(
            demand_run_id=run.id,
            arrears_review_id=run.review_id,
            estate_id=run.estate_id,
            demands=run.demands,
            total=run.total,
            reason=run.reason,
        )
    )
    for row in queries.letters_of_run(run.id):
        record(DemandVoided(demand_id=row.id, customer_id=row.customer_id, number=row.number, reason=run.reason))
