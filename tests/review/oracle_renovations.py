"""What of a customer's renovations is not in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from crm.archive.dossiers.models import Item
from crm.renovations.acceptance.figures import FIRST_CHECK_DAYS, SECOND_CHECK_DAYS
from crm.renovations.acceptance.models import RenovationAsBuilt
from crm.renovations.cases.models import Renovation, RenovationState, RenovationStep
from crm.renovations.passes.models import PassState, RenovationPass
from crm.renovations.patrols.models import RenovationPatrolPlan
from crm.renovations.settlement.figures import BACK_DAYS
from tests.review.oracle_books import Books, ids, rows
from tests.review.oracle_cases import BY_HAND, JOB, _is_past
from tests.review.oracle_dossiers import Ask

S = RenovationState
LIVE = (S.permitted, S.under_way, S.stopped)  # somebody may be at work there
OVER = (S.closed, S.refused, S.withdrawn)
CARD_BACK = timedelta(days=7)


def _is_before(day: date | None, last: date) -> bool:
    return day is not None and day < last


def renovation_permit_expired(books: Books) -> Iterator[str]:
    for case in books.of_files(Renovation):
        if case.state in LIVE and _is_before(case.valid_to, books.day):
            yield case.number


def renovation_permit_unfiled(books: Books) -> Iterator[str]:
    for case in books.of_files(Renovation):
        late = _is_past(case.permitted_at, books.moment_before(0) - JOB)
        if late and not rows(Item, source_kind="renovation_permit", source_id=case.id):
            yield case.number


def renovation_unfiled(books: Books) -> Iterator[str]:
    for case in books.of_files(Renovation):
        last = max((step.taken_at for step in rows(RenovationStep, renovation_id=case.id)), default=None)
        late = case.state in OVER and _is_past(last, books.moment_before(0) - JOB)
        if late and not rows(Item, source_kind="renovation_record", source_id=case.id):
            yield case.number


def renovation_pass_out(books: Books) -> Iterator[str]:
    for card in rows(RenovationPass, renovation_id=ids(books.of_files(Renovation))):
        gone = card.state in (PassState.lost, PassState.returned)
        if not gone and card.valid_to < books.day - CARD_BACK:
            yield card.number


def renovation_patrol_overdue(books: Books) -> Iterator[str]:
    for case in books.of_files(Renovation):
        plans = rows(RenovationPatrolPlan, renovation_id=case.id)
        if case.state in LIVE and any(_is_before(plan.next_on, books.day) for plan in plans):
            yield case.number


def renovation_unchecked(books: Books) -> Iterator[str]:
    first, second = books.before(FIRST_CHECK_DAYS.on(books.day)), books.before(SECOND_CHECK_DAYS.on(books.day))
    for case in books.of_files(Renovation):
        finished = case.state is S.completion and _is_before(case.done_on, first)
        waited = case.state is S.waiting and _is_before(case.second_due_on, second)
        if finished or waited:
            yield case.number


def renovation_unsettled(books: Books) -> Iterator[str]:
    last = books.before(BACK_DAYS.on(books.day))
    for case in books.of_files(Renovation):
        if case.state is S.checked and _is_before(case.second_passed_on, last):
            yield case.number


def renovation_not_closed(books: Books) -> Iterator[str]:
    for case in books.of_files(Renovation):
        if case.state is S.settled and _is_past(case.settled_at, books.moment_before(0) - BY_HAND):
            yield case.number


def renovation_drawing_unfiled(books: Books) -> Iterator[str]:
    """One finding of a renovation, however many of its drawings are missing."""
    for case in books.of_files(Renovation):
        drawings = rows(RenovationAsBuilt, renovation_id=case.id)
        lying = [rows(Item, source_kind="renovation_as_built", source_id=drawing.id) for drawing in drawings]
        late = case.state is S.closed and _is_past(case.closed_at, books.moment_before(0) - JOB)
        if late and not all(lying):
            yield case.number


RENOVATIONS: dict[str, Ask] = {
    ask.__name__: ask
    for ask in (
        renovation_permit_expired,
        renovation_permit_unfiled,
        renovation_unfiled,
        renovation_pass_out,
        renovation_patrol_overdue,
        renovation_unchecked,
        renovation_unsettled,
        renovation_not_closed,
        renovation_drawing_unfiled,
    )
}
