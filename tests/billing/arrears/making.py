"""Steps, contacts, promises, plans, demands, cases, reviews and their lines with the fewest arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.auth.actor import Actor
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.billing.arrears.cases.models import CaseBill, CaseState, LegalCase
from crm.billing.arrears.contacts.models import Contact, ContactChannel, ContactOutcome
from crm.billing.arrears.dunning.models import (
    Demand,
    DemandDelivery,
    DemandLine,
    DemandRun,
    DunningExclusion,
    DunningStep,
    StepKind,
)
from crm.billing.arrears.evidence.models import EvidencePack
from crm.billing.arrears.limitation.models import LimitationAlarm
from crm.billing.arrears.promises.models import Instalment, InstalmentPlan, PlanBill, PlanState, Promise
from crm.billing.arrears.reviews.models import Advice, ArrearsLine, Review, Why
from crm.billing.ledger.models import Bill, Dispute
from crm.correspondence.serving.models import Arrival, Channel
from crm.dates import months_later, utc_now
from crm.db import open_session
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.deposits.making import of_the_cast
from tests.billing.ledger.making import make_dispute
from tests.billing.making import MOMENT, _kept, make_bill

DAY = date(2026, 3, 10)
numbers, months = count(1), count(1)


def make_step(estate: Estate, position: int = 1, kind: StepKind = StepKind.letter, **given: Any) -> DunningStep:
    facts = {
        "name": f"第{position}步",
        "days": 30 * position,
        "least": Decimal(0),
        "subject": "催缴函",
        "body": "请缴费。",
    }
    return _kept(DunningStep(estate_id=estate.id, position=position, kind=kind, **(facts | given)))


def make_exclusion(customer: Customer, until: date | None = None, **given: Any) -> DunningExclusion:
    facts = {"estate_id": customer.estate_id, "customer_id": customer.id, "reason": "困难家庭", "until": until}
    return _kept(DunningExclusion(**(facts | {"made_by": "何芳", "made_at": MOMENT} | given)))


def make_contact(customer: Customer, on: date = DAY, **given: Any) -> Contact:
    facts = {
        "estate_id": customer.estate_id,
        "customer_id": customer.id,
        "channel": ContactChannel.phone,
        "outcome": ContactOutcome.informed,
        "words": "已告知",
        "contacted_on": on,
        "made_by": "何芳",
        "made_at": MOMENT,
    }
    return _kept(Contact(**(facts | given)))


def make_promise(customer: Customer, amount: str = "300.00", due_on: date = DAY, **given: Any) -> Promise:
    facts = {
        "estate_id": customer.estate_id,
        "customer_id": customer.id,
        "amount": Decimal(amount),
        "made_on": DAY - timedelta(days=5),
        "due_on": due_on,
        "channel": ContactChannel.phone,
        "given_by": "本人",
        "recorded_by": "何芳",
        "recorded_at": MOMENT,
    }
    return _kept(Promise(**(facts | given)))


def _people() -> tuple[int, int]:
    with open_session() as db:
        ids = db.scalars(select(User.id).order_by(User.id).limit(2)).all()
    return ids[0], ids[1]


def make_plan(bills: Sequence[Bill], instalments: Sequence[tuple[date, str]], **given: Any) -> InstalmentPlan:
    """Agreed, over what is open of `bills` of one customer."""
    asker, decider = _people()
    facts = {
        "estate_id": bills[0].estate_id,
        "customer_id": bills[0].customer_id,
        "key": f"plan-{next(numbers)}",
        "state": PlanState.agreed,
        "total": sum(Decimal(amount) for _day, amount in instalments),
        "agreed_on": DAY,
        "reason": "暂时困难",
        "requested_by_id": asker,
        "requested_at": MOMENT,
        "decided_by_id": decider,
        "decided_at": MOMENT,
    }
    plan = _kept(InstalmentPlan(**(facts | given)))
    for position, (due_on, amount) in enumerate(instalments, 1):
        _kept(Instalment(plan_id=plan.id, position=position, due_on=due_on, amount=Decimal(amount)))
    for bill in bills:
        _kept(PlanBill(plan_id=plan.id, bill_id=bill.id, amount=bill.open))
    return plan


def make_case(bills: Sequence[Bill], **given: Any) -> LegalCase:
    asker, _decider = _people()
    facts = {
        "estate_id": bills[0].estate_id,
        "customer_id": bills[0].customer_id,
        "key": f"case-{next(numbers)}",
        "state": CaseState.requested,
        "amount": sum(bill.open for bill in bills),
        "reason": "多次催缴无果",
        "requested_by_id": asker,
        "requested_at": MOMENT,
    }
    case = _kept(LegalCase(**(facts | given)))
    for bill in bills:
        _kept(CaseBill(case_id=case.id, bill_id=bill.id, amount=bill.open))
    return case


def make_review(estate: Estate, month: date = date(2026, 3, 1), **given: Any) -> Review:
    """Without lines."""
    figures = {"current_paid": "900.00", "current_of": "1000.00", "old_paid": "300.00", "old_of": "900.00"}
    facts = {"month": month, "day": month.replace(day=10), "accounts": 0, "overdue": Decimal(0), "figures": figures}
    return _kept(Review(estate_id=estate.id, opened_by="何芳", opened_at=MOMENT, **(facts | given)))


def make_line(review: Review, customer: Customer, overdue: str = "300.00", **given: Any) -> ArrearsLine:
    """Overdue for up to thirty days; nothing advised."""
    sums = dict.fromkeys(
        ("to_90", "to_180", "to_365", "over_a_year", "over_two_years", "disputed", "credit"), Decimal(0)
    )
    facts = {
        "review_id": review.id,
        "estate_id": review.estate_id,
        "customer_id": customer.id,
        "owed": Decimal(overdue),
        "overdue": Decimal(overdue),
        "to_30": Decimal(overdue),
        "deposits": Decimal(0),
        "bills": 1,
        "oldest_due": review.day - timedelta(days=10),
        "matters": 0,
        "level": 0,
        "advice": Advice.nothing,
        "why": Why.recent,
    }
    return _kept(ArrearsLine(**(sums | facts | given)))


def make_demand(step: DunningStep, bills: Sequence[Bill], review: Review, day: date = DAY, **given: Any) -> Demand:
    """A letter of a run of its own about what is open of `bills` of one customer."""
    run = _kept(
        DemandRun(
            estate_id=step.estate_id,
            review_id=review.id,
            key=f"run-{next(numbers)}",
            day=day,
            demands=1,
            total=sum(bill.open for bill in bills),
            left_out=[],
            made_by="何芳",
            made_at=MOMENT,
        )
    )
    facts = {
        "run_id": run.id,
        "estate_id": step.estate_id,
        "customer_id": bills[0].customer_id,
        "step_id": step.id,
        "number_id": make.make_number("催缴", "CJ").id,
        "day": day,
        "pay_until": day + timedelta(days=7),
        "amount": run.total,
        "content": {},
    }
    demand = _kept(Demand(**(facts | given)))
    for bill in bills:
        _kept(DemandLine(demand_id=demand.id, bill_id=bill.id, amount=bill.open))
    return demand


def make_parked(customer: Customer, **given: Any) -> Dispute:
    """A line of its own, disputed for good."""
    return make_dispute(make_bill(customer), **given)


def ids_of_dunning(customer: Customer) -> dict[str, object]:
    """One of each thing that an address of the dunning's pages names."""
    return {
        "dunning_step_id": make_step(Estate(id=customer.estate_id), 91).id,
        "dunning_exclusion_id": make_exclusion(customer).id,
        "dispute_id": make_parked(customer).id,
    }


def reviewer() -> Actor:
    return of_the_cast("hefang", RoleName.arrears_reviewer)


def make_delivery(demand: Demand, on: date = DAY, **given: Any) -> DemandDelivery:
    """Handed over to the customer."""
    facts = {
        "channel": Channel.by_hand,
        "arrival": Arrival.delivered,
        "delivered_on": on,
        "person": "欧阳娜娜",
        "recorded_by": "何芳",
        "recorded_at": MOMENT,
    }
    return _kept(DemandDelivery(demand_id=demand.id, **(facts | given)))


def make_letter(bill: Bill, **given: Any) -> Demand:
    """Of a step and a review of its own, about one bill."""
    estate = Estate(id=bill.estate_id)
    review = make_review(estate, _own_month())
    return make_demand(make_step(estate, 1000 + next(numbers)), [bill], review, **given)


def _own_month() -> date:
    """No other review's."""
    return months_later(date(2030, 1, 1), next(numbers))


def make_pack(customer: Customer, **given: Any) -> EvidencePack:
    """As a row only: its file is not in the store."""
    facts = {
        "estate_id": customer.estate_id,
        "customer_id": customer.id,
        "upload_id": make.make_upload(Estate(id=customer.estate_id), "evidence").id,
        "day": DAY,
        "claimed": Decimal(300),
        "pages": 12,
        "missing": 3,
        "reason": "起诉",
        "made_by": "何芳",
        "made_at": MOMENT,
    }
    return _kept(EvidencePack(**(facts | given)))


def make_alarm(bill: Bill, days: int = 90, expires_on: date = DAY) -> LimitationAlarm:
    return _kept(LimitationAlarm(bill_id=bill.id, days=days, expires_on=expires_on, told_at=MOMENT))


def make_old_bill(customer: Customer, **given: Any) -> Bill:
    """Whose limitation ran out years ago."""
    return make_bill(customer, period=date(2019, 1, 1), **given)


def ids_of_cases(estate: Estate) -> dict[str, object]:
    """One of each thing that an address of cases and packs names."""
    customer = make.make_customer(estate)
    case = make_case([make_bill(customer)])
    make_alarm(case_bill := make_old_bill(customer))
    make_delivery(make_letter(case_bill))
    return {"legal_case_id": case.id, "evidence_pack_id": make_pack(customer, case_id=case.id).id}


def make_long_overdue(estate: Estate) -> Customer:
    """Owes 300 yuan of long ago for a unit, and nobody ever talked about it."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, f"欧阳 {next(numbers)}", unit)
    make_bill(customer, unit_id=unit.id)
    return customer


def make_agreed(customer: Customer, amount: str = "300.00", **given: Any) -> InstalmentPlan:
    """In two instalments a month and two months from now; the signed agreement is on the file."""
    bill, half = make_bill(customer, amount), Decimal(amount) / 2
    days = [utc_now().date() + timedelta(days=days) for days in (30, 60)]
    upload = make.make_upload(Estate(id=customer.estate_id), "arrears")
    return make_plan([bill], [(day, str(half)) for day in days], upload_id=upload.id, **given)


def make_promise_of_a_month(estate: Estate) -> Promise:
    """Long past, of another month each time."""
    due_on = months_later(date(2010, 1, 1), next(months) % 150)
    due_on = months_later(date(2020, 1, 1), next(numbers) % 60)
    return make_promise(make.make_customer(estate), due_on=due_on, made_on=due_on)


def ids_of_promises(customer: Customer) -> dict[str, object]:
    """One of each thing that an address of promises and plans names."""
    upload = make.make_upload(Estate(id=customer.estate_id), "arrears")
    contact = make_contact(customer)
    return {
        "promise_id": make_promise(customer, upload_id=upload.id, contact_id=contact.id).id,
        "plan_id": make_agreed(customer).id,
    }


def make_filled_review(estate: Estate) -> Review:
    """Of a month of its own, with one line, and a promise and a contact of its customer."""
    review = make_review(estate, _own_month(), accounts=1, overdue=Decimal(300))
    make_line_of(review, estate)
    return review


def make_line_of(review: Review, estate: Estate) -> ArrearsLine:
    """Of a customer of its own, with a unit, a promise, a contact and an advised step."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    make.make_phone(customer)
    make_contact(customer)
    step = make_step(estate, next(numbers) + 100)
    promise = make_promise(customer)
    advised = {"advice": Advice.step, "why": Why.step_due, "step_id": step.id}
    return make_line(review, customer, unit_id=unit.id, promise_id=promise.id, **advised)


def ids_of_reviews(estate: Estate) -> dict[str, object]:
    """Argument name of a route -> id, for the walks through every page."""
    review = make_review(estate, _own_month(), accounts=1, overdue=Decimal(300))
    return {"review_id": review.id, "arrears_line_id": make_line_of(review, estate).id}
