"""Faults about cases, letters and money, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.complaints.cases.models import ComplaintState
from crm.correspondence.letters.models import LetterState
from crm.correspondence.notices.models import Notice, NoticeState, Reach
from crm.dates import utc_now
from crm.db import open_session
from crm.properties.models import Estate, Unit
from crm.repairs.orders.models import OrderState
from crm.tenants.models import Customer
from crm.violations.cases.models import ViolationState
from tests import factories as make
from tests.complaints.making import make_caller, make_case
from tests.correspondence.letters.making import make_letter_in, make_letter_out
from tests.correspondence.notices import making as notices
from tests.repairs.making import make_order, make_step
from tests.violations.making import make_violation

Maker = Callable[[Estate], int]
SLOTS = {"repair_order": "repair_order", "complaint": "complaint", "letter": "letter_in"}
SLOTS |= {"violation": "violation_notice", "violation_inspections": "rectification", "notice_household": "notice"}
AREA, COMPANY = Decimal("98.50"), ZoneInfo("Asia/Shanghai")


class Filed(NamedTuple):
    """A customer in a flat, with a dossier."""

    customer: Customer
    unit: Unit
    dossier: Dossier


def filed(estate: Estate, unit: Unit | None = None) -> Filed:
    unit = unit or make.make_unit(estate, built_area=AREA)
    customer = make.make_customer(estate, unit=unit)
    return Filed(customer, unit, make.make_dossier(estate, customer.name, subject_id=customer.id))


def ago(days: int) -> datetime:
    return utc_now() - timedelta(days=days)


def day_ago(days: int) -> date:
    return ago(days).astimezone(COMPANY).date()


def lies(dossier: Dossier, kind: str, thing_id: int) -> None:
    make.make_item(dossier, SLOTS[kind], source_kind=kind, source_id=thing_id)


# Repairs


def _visited(estate: Estate, days: int) -> tuple[Filed, Any]:
    whose = filed(estate)
    about = {"customer_id": whose.customer.id, "registered_at": ago(days + 1), "visit_due_on": day_ago(days)}
    order = make_order(estate, OrderState.visited, whose.unit, **about)
    make_step(order, "satisfied", taken_at=ago(days))
    return whose, order


def repair_unfiled(estate: Estate) -> int:
    return _visited(estate, 30)[0].dossier.id


def repair_of_a_merged_file(estate: Estate) -> int:
    """It hangs on the file that was merged into another."""
    former, _order = _visited(estate, 30)
    kept = filed(estate, former.unit)
    make.make_merge(kept.customer, former.customer)
    continue_in(former.dossier, kept.dossier)
    return kept.dossier.id


def continue_in(former: Dossier, kept: Dossier) -> None:
    with open_session() as db:
        row = db.get_one(Dossier, former.id)
        row.state, row.closed_on, row.continued_in_id = DossierState.closed, day_ago(0), kept.id
        db.commit()


def repair_nobody_asked_about(estate: Estate) -> int:
    whose = filed(estate)
    about = {"customer_id": whose.customer.id, "visit_due_on": day_ago(20)}
    make_order(estate, OrderState.confirmed, whose.unit, **about)
    return whose.dossier.id


def repair_just_visited(estate: Estate) -> int:
    return _visited(estate, 2)[0].dossier.id


def repair_still_to_visit(estate: Estate) -> int:
    whose = filed(estate)
    about = {"customer_id": whose.customer.id, "visit_due_on": day_ago(-1)}
    make_order(estate, OrderState.confirmed, whose.unit, **about)
    return whose.dossier.id


def repair_that_lies_in_a_merged_one(estate: Estate) -> int:
    former, order = _visited(estate, 30)
    lies(former.dossier, "repair_order", order.id)
    kept = filed(estate, former.unit)
    make.make_merge(kept.customer, former.customer)
    continue_in(former.dossier, kept.dossier)
    return kept.dossier.id


# Complaints


def _complained(estate: Estate, days: int, state: ComplaintState, **caller: Any) -> tuple[Filed, Any]:
    whose = filed(estate)
    case = make_case(estate, state, whose.unit, customer_id=whose.customer.id, received_at=ago(days))
    make_caller(case, whose.customer, **caller)
    return whose, case


def complaint_unfiled(estate: Estate) -> int:
    return _complained(estate, 5, ComplaintState.closed)[0].dossier.id


def complaint_of_the_second_caller(estate: Estate) -> int:
    """The sheet came into the dossier of the first alone."""
    first, case = _complained(estate, 5, ComplaintState.closed)
    lies(first.dossier, "complaint", case.id)
    second = filed(estate)
    make_caller(case, second.customer)
    return second.dossier.id


def complaint_of_an_anonymous_one(estate: Estate) -> int:
    return _complained(estate, 5, ComplaintState.closed, anonymous=True)[0].dossier.id


def complaint_closed_just_now(estate: Estate) -> int:
    return _complained(estate, 0, ComplaintState.closed)[0].dossier.id


def complaint_about_a_neighbour(estate: Estate) -> int:
    """Nothing of it goes into the neighbour's dossier."""
    whose = filed(estate)
    case = make_case(estate, ComplaintState.closed, received_at=ago(5), about_customer_id=whose.customer.id)
    make_caller(case)
    return whose.dossier.id


def complaint_that_lies_there(estate: Estate) -> int:
    whose, case = _complained(estate, 5, ComplaintState.closed)
    lies(whose.dossier, "complaint", case.id)
    return whose.dossier.id


# Violations


def _violated(estate: Estate, state: ViolationState, **given: Any) -> tuple[Filed, Any]:
    whose = filed(estate)
    return whose, make_violation(estate, state, whose.unit, customer_id=whose.customer.id, **given)


def violation_unfiled(estate: Estate) -> int:
    """The job pressed the first of its two papers."""
    whose, violation = _violated(estate, ViolationState.filed, filed_at=ago(5))
    lies(whose.dossier, "violation", violation.id)
    return whose.dossier.id


def violation_settled_long_ago(estate: Estate) -> int:
    return _violated(estate, ViolationState.settled, settled_at=ago(30))[0].dossier.id


def violation_settled_just_now(estate: Estate) -> int:
    return _violated(estate, ViolationState.settled, settled_at=ago(2))[0].dossier.id


def violation_that_lies_there(estate: Estate) -> int:
    whose, violation = _violated(estate, ViolationState.filed, filed_at=ago(5))
    lies(whose.dossier, "violation", violation.id)
    lies(whose.dossier, "violation_inspections", violation.id)
    return whose.dossier.id


# Letters and notices


def letter_unfiled(estate: Estate) -> int:
    whose = filed(estate)
    make_letter_in(estate, LetterState.answered, customer_id=whose.customer.id, answered_at=ago(20))
    return whose.dossier.id


def letter_answered_just_now(estate: Estate) -> int:
    whose = filed(estate)
    make_letter_in(estate, LetterState.answered, customer_id=whose.customer.id, answered_at=ago(2))
    return whose.dossier.id


def letter_to_be_answered(estate: Estate) -> int:
    whose = filed(estate)
    make_letter_in(estate, LetterState.passed_on, customer_id=whose.customer.id, registered_at=ago(60))
    return whose.dossier.id


def _sent(estate: Estate, state: LetterState, days: int) -> int:
    whose = filed(estate)
    make_letter_out(estate, state, whose.customer, sent_at=ago(days))
    return whose.dossier.id


def letter_unproved(estate: Estate) -> int:
    return _sent(estate, LetterState.sent, 40)


def letter_sent_just_now(estate: Estate) -> int:
    return _sent(estate, LetterState.sent, 10)


def letter_served(estate: Estate) -> int:
    return _sent(estate, LetterState.served, 40)


def _told(estate: Estate, state: NoticeState = NoticeState.over, **delivery: Any) -> tuple[Filed, Any]:
    whose = filed(estate)
    notice = notices.make_notice(estate, state, ended_at=ago(5))
    household = notices.make_household(notice, whose.customer, whose.unit)
    proof = {"upload_id": make.make_upload(estate, "notice").id, "person": "欧阳志远"}
    notices.make_delivery(household, **({"reach": Reach.counter} | proof | delivery))
    return whose, household


def notice_unfiled(estate: Estate) -> int:
    return _told(estate)[0].dossier.id


def notice_that_lies_in_anothers(estate: Estate) -> int:
    """As after a merge that was taken back: the notice as a whole is filed."""
    whose, household = _told(estate)
    other = filed(estate).dossier
    make.make_item(other, "notice_receipt", source_kind="notice_household", source_id=household.id)
    return whose.dossier.id


def notice_that_runs(estate: Estate) -> int:
    return _told(estate, NoticeState.issued)[0].dossier.id


def notice_in_the_letter_box(estate: Estate) -> int:
    """Its neighbour signed, and that receipt is not filed; here is none."""
    whose, household = _told(estate, reach=Reach.mailbox, upload_id=None, person="")
    neighbour = notices.make_household(_notice_of(household))
    upload = make.make_upload(estate, "notice")
    notices.make_delivery(neighbour, Reach.counter, upload_id=upload.id, person="林青")
    return whose.dossier.id


def _notice_of(household: Any) -> Any:
    with open_session() as db:
        return db.get_one(Notice, household.notice_id)


FAULTS: dict[str, Maker] = {
    "repair_unfiled": repair_unfiled,
    "complaint_unfiled": complaint_unfiled,
    "violation_unfiled": violation_unfiled,
    "letter_unfiled": letter_unfiled,
    "letter_unproved": letter_unproved,
    "notice_unfiled": notice_unfiled,
}
MORE: tuple[tuple[str, Maker], ...] = (
    ("repair_unfiled", repair_of_a_merged_file),
    ("repair_unfiled", repair_nobody_asked_about),
    ("complaint_unfiled", complaint_of_the_second_caller),
    ("violation_unfiled", violation_settled_long_ago),
    ("notice_unfiled", notice_that_lies_in_anothers),
)
INNOCENT: tuple[Maker, ...] = (
    repair_just_visited,
    repair_still_to_visit,
    repair_that_lies_in_a_merged_one,
    complaint_of_an_anonymous_one,
    complaint_closed_just_now,
    complaint_about_a_neighbour,
    complaint_that_lies_there,
    violation_settled_just_now,
    violation_that_lies_there,
    letter_answered_just_now,
    letter_to_be_answered,
    letter_sent_just_now,
    notice_that_runs,
    notice_in_the_letter_box,
)
