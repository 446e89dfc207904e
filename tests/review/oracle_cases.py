"""What of a customer's cases, letters and money is not in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from crm.archive.dossiers.models import Item
from crm.billing.arrears.promises.figures import SIGNED_DAYS
from crm.billing.arrears.promises.models import InstalmentPlan, PlanState
from crm.billing.charges.models import Basis, ChargeItem, Tariff
from crm.billing.deposits.figures import BACK_DAYS
from crm.billing.deposits.models import Deposit
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.runs.models import BillingRun, RunState
from crm.complaints.cases.models import Complaint, ComplaintCaller, ComplaintState
from crm.correspondence.letters.figures import UNPROVED_DAYS
from crm.correspondence.letters.models import Letter, LetterState, LetterStep
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold, NoticeState
from crm.db import session
from crm.properties.models import Unit
from crm.repairs.orders.figures import UNFILED_DAYS
from crm.repairs.orders.models import OrderState, RepairOrder, RepairStep
from crm.tenants.models import Occupancy
from crm.violations.cases.models import Violation, ViolationState
from tests.review.oracle_books import Books, ids, rows
from tests.review.oracle_dossiers import Ask

JOB, BY_HAND = timedelta(hours=12), timedelta(days=7)  # how long filing may take
DONE_WITH = (LetterState.answered, LetterState.noted, LetterState.served, LetterState.returned)


def _lies_here(books: Books, kind: str, thing_id: int) -> bool:
    """In the customer's dossier, or in one that goes on in it."""
    where = set(ids(books.everywhere))
    return any(item.dossier_id in where for item in rows(Item, source_kind=kind, source_id=thing_id))


def repair_unfiled(books: Books) -> list[str]:
    waiting = [order for order in books.of_files(RepairOrder) if _is_left(books, order)]
    return [order.number for order in waiting if not _lies_here(books, "repair_order", order.id)]


def _is_left(books: Books, order: RepairOrder) -> bool:
    last = UNFILED_DAYS.on(books.day)
    if order.state is OrderState.visited:
        visits = [step for step in rows(RepairStep, repair_order_id=order.id) if step.to_state is OrderState.visited]
        return all(step.taken_at < books.moment_before(last) for step in visits)
    due_on = order.visit_due_on
    return order.state is OrderState.confirmed and due_on is not None and due_on < books.before(last)


def complaint_unfiled(books: Books) -> Iterator[str]:
    for caller in books.of_files(ComplaintCaller):
        case = session().get_one(Complaint, caller.complaint_id)
        closed = case.state is ComplaintState.closed and _is_past(case.closed_at, books.moment_before(0) - JOB)
        if closed and not caller.anonymous and not _lies_here(books, "complaint", case.id):
            yield case.number


def _is_past(moment: datetime | None, last: datetime) -> bool:
    return moment is not None and moment < last


def violation_unfiled(books: Books) -> Iterator[str]:
    now = books.moment_before(0)
    for case in books.of_files(Violation):
        papers = [rows(Item, source_kind=kind, source_id=case.id) for kind in ("violation", "violation_inspections")]
        failed = case.state is ViolationState.filed and _is_past(case.filed_at, now - JOB) and not all(papers)
        if failed or (case.state is ViolationState.settled and _is_past(case.settled_at, now - BY_HAND)):
            yield case.number


def letter_unfiled(books: Books) -> Iterator[str]:
    for letter in books.of_files(Letter):
        back = [step.taken_at for step in rows(LetterStep, letter_id=letter.id) if step.action == "come_back"]
        since = letter.answered_at or letter.served_at or max(back, default=None)
        if letter.state in DONE_WITH and _is_past(since, books.moment_before(0) - BY_HAND):
            yield letter.number


def letter_unproved(books: Books) -> Iterator[str]:
    for letter in books.of_files(Letter):
        long_ago = books.moment_before(UNPROVED_DAYS.on(books.day))
        if letter.state is LetterState.sent and _is_past(letter.sent_at, long_ago):
            yield letter.number


def notice_unfiled(books: Books) -> Iterator[int]:
    """A receipt that does not lie in the customer's own dossier."""
    for household in books.of_files(NoticeHousehold):
        notice = session().get_one(Notice, household.notice_id)
        over = notice.state in (NoticeState.over, NoticeState.withdrawn)
        filed = _lies_here(books, "notice_household", household.id)
        due = over and _is_past(notice.ended_at, books.moment_before(0) - JOB)
        if due and _is_proved(household) and not filed:
            yield household.id


def _is_proved(household: NoticeHousehold) -> bool:
    entries = rows(NoticeDelivery, notice_household_id=household.id)
    taken_back = {entry.takes_back_id for entry in entries}
    return any(entry.worked and entry.upload_id and entry.id not in taken_back for entry in entries)


# Money


def _bills(books: Books) -> list[Bill]:
    """By the monthly run, for a unit."""
    bills = [bill for bill in books.of_files(Bill) if bill.unit_id is not None]
    return [bill for bill in bills if bill.source is BillSource.run and not bill.voided]


def billed_area_differs(books: Books) -> Iterator[str]:
    for bill in _bills(books):
        item = session().get_one(ChargeItem, bill.item_id)
        unit = session().get_one(Unit, bill.unit_id)
        areas = {Basis.built_area: unit.built_area, Basis.inner_area: unit.inner_area}
        agreed = bill.tariff_id is not None and session().get_one(Tariff, bill.tariff_id).quantity is not None
        wrong = item.basis in areas and (areas[item.basis] is None or bill.quantity != areas[item.basis])
        if wrong and not agreed and _is_of_last_month(bill):
            yield unit.label


def _is_of_last_month(bill: Bill) -> bool:
    """The last that is published of this item."""
    runs = rows(BillingRun, item_id=bill.item_id, state=RunState.published)
    last = max((run.period for run in runs), default=None)
    return any(run.id == bill.run_id for run in runs if run.period == last)


def billed_elsewhere(books: Books) -> Iterator[str]:
    """Owed in this estate for days on which nobody of the customer's file had the unit."""
    for bill in _bills(books):
        owed = bill.open > 0 and bill.estate_id == books.dossier.estate_id
        had = [tie for tie in books.of_files(Occupancy) if tie.unit_id == bill.unit_id]
        if owed and not any(_meets(tie, bill) for tie in had):
            yield session().get_one(Unit, bill.unit_id).label


def _meets(tie: Occupancy, bill: Bill) -> bool:
    begun = tie.starts is None or tie.starts < bill.ends
    return begun and (tie.ends is None or tie.ends > bill.begins)


def plan_unsigned(books: Books) -> Iterator[int]:
    for plan in books.of_files(InstalmentPlan):
        old = _is_past(plan.decided_at, books.moment_before(SIGNED_DAYS.on(books.day)))
        if plan.state is PlanState.agreed and plan.upload_id is None and old:
            yield plan.id


def deposit_overdue(books: Books) -> Iterator[int]:
    """From the day agreed, or from the day on which the unit was left: whichever was first."""
    last = books.before(BACK_DAYS.on(books.day))
    for deposit in books.of_files(Deposit):
        days = [each for each in (deposit.due_back_on, _left_on(books, deposit)) if each is not None]
        if deposit.balance > 0 and days and min(days) < last:
            yield deposit.id


def _left_on(books: Books, deposit: Deposit) -> date | None:
    had = [tie for tie in books.of_files(Occupancy) if tie.unit_id == deposit.unit_id]
    if any(tie.lasts_on(books.day) for tie in had):
        return None
    return max((tie.ends for tie in had if tie.ends is not None), default=None)


CASES: dict[str, Ask] = {
    ask.__name__: ask
    for ask in (
        repair_unfiled,
        complaint_unfiled,
        violation_unfiled,
        letter_unfiled,
        letter_unproved,
        notice_unfiled,
        billed_area_differs,
        billed_elsewhere,
        plan_unsigned,
        deposit_overdue,
    )
}
