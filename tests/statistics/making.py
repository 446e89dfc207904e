"""A small March 2026 whose figures are plain, and a month-end pack."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from crm.auth.permissions import RoleName
from crm.billing.deposits.models import MovementKind
from crm.billing.ledger.models import AdjustmentKind, Bill, Method
from crm.calls.models import Direction
from crm.complaints.cases.models import ComplaintState, Outcome
from crm.correspondence.letters.models import LetterState
from crm.jobs.models import JobState
from crm.properties.models import Estate
from crm.renovations.cases.models import RenovationState
from crm.repairs.orders.models import OrderState
from crm.review.models import FilingReview, ReviewedDossier, ReviewState, Why
from crm.statistics.asked import Asked
from crm.tenants.models import Customer
from crm.violations.cases.models import Settlement, ViolationState
from tests import factories as make
from tests.billing.deposits.making import make_deposit, make_movement
from tests.billing.ledger.making import make_adjustment, make_allocation, make_payment
from tests.billing.making import make_bill, make_item
from tests.complaints.figures.making import case, ended
from tests.correspondence.letters.making import make_delivery, make_letter_in, make_letter_out
from tests.correspondence.notices.making import make_household, make_notice
from tests.renovations.making import make_renovation, make_step
from tests.repairs.figures.making import job, make_visit
from tests.repairs.making import kept
from tests.violations.making import make_violation

MARCH = date(2026, 3, 1)
NOW = datetime(2026, 4, 10, 4, tzinfo=UTC)


def at(day: int, month: int = 3, year: int = 2026) -> datetime:
    """Ten in the morning at the company."""
    return datetime(year, month, day, 2, tzinfo=UTC)


def asking(*estates: Estate, month: date = MARCH, now: datetime = NOW) -> Asked:
    return Asked(month=month, estates={estate.id: estate.name for estate in estates}, now=now)


def paid(bill: Bill, customer: Customer, amount: str, day: date, **given: Any) -> None:
    booked = {"month": day.replace(day=1)}
    payment = make_payment(customer, amount, paid_on=day, **(booked | given))
    make_allocation(bill, payment, amount, allocated_on=day, **booked)


def books(estate: Estate) -> Customer:
    """Of February 300: 100 paid in time, 50 in March, 30 in April. Of March 200: 80 in March, 20 in April, 10 waived.

    A year before, 400 and all of it paid. In March 500 more were charged by mistake, and made void in April.
    """
    customer, item = make.make_customer(estate), make_item(estate, "物业服务费")
    february = make_bill(customer, "300.00", date(2026, 2, 1), item=item)
    march = make_bill(customer, "200.00", MARCH, item=item)
    before = make_bill(customer, "400.00", date(2025, 3, 1), item=item)
    wrong = make_bill(customer, "500.00", MARCH, item=item)
    paid(february, customer, "100.00", date(2026, 2, 20))
    paid(february, customer, "50.00", date(2026, 3, 10), method=Method.wechat)
    paid(february, customer, "30.00", date(2026, 4, 5))
    paid(march, customer, "80.00", date(2026, 3, 15))
    paid(march, customer, "20.00", date(2026, 4, 2))
    for bill, less, kind in ((march, "10.00", AdjustmentKind.waiver), (wrong, "500.00", AdjustmentKind.void)):
        make_adjustment(bill, less, kind=kind, booked_on=date(2026, 4, 3), month=date(2026, 4, 1))
    paid(before, customer, "400.00", date(2025, 3, 30))
    return customer


def deposits(customer: Customer) -> None:
    """2000 since January, 500 of it given back in March; 1000 taken in March, 100 of it deducted in April."""
    older = make_deposit(customer, "2000.00", taken_on=date(2026, 1, 5))
    make_movement(older, MovementKind.refund, "500.00", booked_on=date(2026, 3, 20))
    newer = make_deposit(customer, "1000.00", taken_on=date(2026, 3, 2))
    make_movement(newer, MovementKind.deduction, "100.00", booked_on=date(2026, 4, 1))


def complaints(estate: Estate) -> None:
    """Two in March, one closed there and justified, answered and settled in time; the other is not answered: late."""
    times = {"answer_due_at": at(3), "result_due_at": at(6)}
    done = {"acknowledged_at": at(2), "replied_at": at(4)} | ended("response", Outcome.justified, at(5))
    case(estate, ComplaintState.filed, at(2), reopened=1, **times, **done)
    case(estate, ComplaintState.received, at(20), answer_due_at=at(21), result_due_at=at(24))


def repairs(estate: Estate) -> None:
    """Two in March, one finished in time, its customer satisfied; one in February, not finished to this day."""
    done = {"finished_at": at(3), "finish_due_at": at(5)}
    made = job(estate, OrderState.filed, at(2), **done)
    make_visit(made, at(6), satisfied=True, score=5)
    job(estate, OrderState.registered, at(20), finish_due_at=at(23))
    job(estate, OrderState.registered, at(20, 2), finish_due_at=at(23, 2))


def correspondence(estate: Estate) -> None:
    """Violations: one older, settled in March; one of March. Letters: one answered in time, one late.

    Of ours one was sent in February, one handed over in March, the entry of a third taken back.
    """
    settled = {"settlement": Settlement.rectified, "settled_at": at(9)}
    make_violation(estate, ViolationState.settled, noted_at=at(20, 2), **settled)
    make_violation(estate, ViolationState.noted, noted_at=at(3))
    make_violation(estate, ViolationState.dropped, noted_at=at(4))
    in_march = {"registered_at": at(2), "reply_due_on": date(2026, 3, 9)}
    make_letter_in(estate, LetterState.answered, answered_at=at(9), **in_march)
    make_letter_in(estate, LetterState.registered, **in_march)
    sent = make_letter_out(estate, LetterState.served, sent_at=at(28, 2), served_at=at(2))
    handed_over = make_letter_out(estate, LetterState.served, served_at=at(2, 4))
    not_so = make_letter_out(estate, LetterState.registered)
    wrong = [make_delivery(each, delivered_on=date(2026, 3, 30)) for each in (sent, handed_over, not_so)][-1]
    make_delivery(not_so, delivered_on=date(2026, 3, 30), reverses_id=wrong.id)
    notice = make_notice(estate, issued_at=at(10))
    make_household(notice, reached_at=at(11), reached_by="mailbox", read_at=at(12))
    make_household(notice, reached_at=at(11), reached_by="mailbox")
    make_household(notice)


def renovations(estate: Estate) -> None:
    """One applied for in February; of March one permitted after three days, one withdrawn."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    make_renovation(unit, customer, RenovationState.applied, applied_at=at(20, 2))
    permitted = {"permitted_at": at(5), "valid_from": date(2026, 3, 5), "valid_to": date(2026, 6, 4)}
    make_renovation(unit, customer, RenovationState.permitted, applied_at=at(2), **permitted)
    gone = make_renovation(unit, customer, RenovationState.withdrawn, applied_at=at(3))
    make_step(gone, "withdraw", at(6))


def customers(estate: Estate) -> None:
    """An owner stays, a tenant left on 10 March, an owner came on the 15th; a parking space counts nowhere."""
    stays, left, came = (make.make_customer(estate, name) for name in ("周全", "吴去", "郑来"))
    make.make_occupancy(stays, make.make_unit(estate), starts=date(2024, 1, 1))
    make.make_occupancy(left, make.make_unit(estate), starts=date(2025, 1, 1), ends=date(2026, 3, 10))
    make.make_occupancy(came, make.make_unit(estate), starts=date(2026, 3, 15))
    make.make_occupancy(came, make.make_parking(estate), starts=date(2026, 3, 15))
    make.make_supplement(stays, recorded_at=at(3), effective_on=MARCH)
    make.make_call(estate, stays, started_at=at(4))
    make.make_call(estate, stays, started_at=at(5))
    make.make_call(estate, stays, started_at=at(5), direction=Direction.outgoing)


def review(estate: Estate | None, ended_at: datetime, **given: Any) -> FilingReview:
    """Over: one dossier of ten, four and five questions, of which it did not pass one, two and none."""
    facts = {"month": MARCH, "day": MARCH, "scheduled": False, "whole": True, "dossiers": 1, "opened_by": "冯雪"}
    times = {"opened_at": ended_at, "ended_at": ended_at, "state": ReviewState.open}
    found: dict[str, Any] = {"new": 3, "repeated": 2, "cured": 4}
    made: FilingReview = kept(FilingReview(estate_id=estate.id if estate else None, **(facts | times | found | given)))
    dossier = make.make_dossier(estate) if estate else make.make_company_dossier()
    asked = {"complete_asked": 10, "complete_failed": 1, "accurate_asked": 4, "accurate_failed": 2}
    asked |= {"valid_asked": 5, "valid_failed": 0, "findings": 3}
    kept(ReviewedDossier(review_id=made.id, dossier_id=dossier.id, why=Why.asked, **asked))
    return made


def make_pack(estate: Estate, owner: RoleName | None = None) -> int:
    """Of the customers' sheet alone; by its PDF."""
    paper, book = make.make_upload(estate, "statistics_pack"), make.make_upload(estate, "statistics_pack")
    payload = {"month": "2026-03-01", "estate_ids": [estate.id], "sheets": ["customers"]}
    result = {"upload_id": paper.id, "workbook_id": book.id, "sheets": ["customers"], "as_of": "2026-04-10 12:00"}
    facts = {"kind": "statistics.pack", "title": "月末资料 2026-03", "state": JobState.done, "ended_at": NOW}
    make.make_job(estate, owner, payload=payload, result=result, upload_id=paper.id, **facts)
    return paper.id


def ids_of_statistics(estate: Estate, owner: RoleName | None = None) -> dict[str, object]:
    return {"sheet_slug": "customers", "pack_id": make_pack(estate, owner)}


def everything_happened(estate: Estate) -> None:
    deposits(books(estate))
    for happen in (complaints, repairs, renovations, correspondence, customers):
        happen(estate)
    review(estate, at(5))
