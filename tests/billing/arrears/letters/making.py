"""Letters with what they say, their deliveries and prints, and lines a letter was decided for."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DemandPrint, DemandRun, DunningStep
from crm.billing.arrears.reviews.models import ArrearsLine, Decision, Review
from crm.correspondence.serving.models import Arrival, Channel
from crm.db import open_session
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.arrears.making import DAY, make_demand, make_line, make_review, make_step
from tests.billing.making import MOMENT, _kept, make_bill

numbers = count(1)
MONTH = date(2026, 3, 1)


def decide(review: Review, customer: Customer, step: DunningStep, overdue: str = "300.00", **given: Any) -> ArrearsLine:
    """A line that somebody decided `step` for."""
    said = {"decision": Decision.step, "decided_step_id": step.id, "decided_by": "何芳", "decided_at": MOMENT}
    return make_line(review, customer, overdue, **(said | given))


def content_of(customer: Customer, number: str = "2026催缴01字第0001号") -> dict[str, Any]:
    line = {
        "item": "物业服务费",
        "unit": "3-1-502",
        "period": "2026-01",
        "begins": "2026-01-01",
        "last": "2026-01-31",
        "due_on": "2026-01-28",
        "days": 41,
        "amount": "300.00",
    }
    return {
        "number": number,
        "kind": "letter",
        "step": "催缴函",
        "day": "2026-03-10",
        "day_in_words": "2026年3月10日",
        "pay_until": "2026-03-17",
        "customer": customer.name,
        "customer_code": customer.code,
        "units": "3-1-502",
        "address": "长沙市 阳光花园 3-1-502",
        "estate": "阳光花园",
        "company": "和安物业服务有限公司",
        "sender": "和安物业服务有限公司",
        "phone": "0731-88880000",
        "amount": "300.00",
        "capitals": "叁佰元整",
        "disputed": 0,
        "how_to_pay": "请到客户服务中心缴纳。",
        "subject": "物业服务费催缴函",
        "body": "尊敬的业主：\n\n请您尽快缴清。",
        "lines": [line],
    }


def _review_of(estate: Estate) -> Review:
    """An estate has one of a month."""
    with open_session() as db:
        found = db.scalars(select(Review).filter_by(estate_id=estate.id, month=MONTH)).one_or_none()
    return found or make_review(estate, MONTH)


def _step_of(estate: Estate) -> DunningStep:
    with open_session() as db:
        found = db.scalars(select(DunningStep).filter_by(estate_id=estate.id, position=1)).one_or_none()
    return found or make_step(estate)


def make_letter(estate: Estate, customer: Customer | None = None, **given: Any) -> Demand:
    """About one bill of 300 yuan, in a run of its own of the estate's review of March."""
    customer = customer or make.make_customer(estate, unit=make.make_unit(estate))
    facts = {"content": content_of(customer), "unit_id": make.make_unit(estate).id}
    return make_demand(_step_of(estate), [make_bill(customer)], _review_of(estate), DAY, **(facts | given))


def make_delivery(demand: Demand, channel: Channel = Channel.by_hand, **given: Any) -> DemandDelivery:
    facts: dict[str, Any] = {
        "arrival": Arrival.delivered,
        "delivered_on": demand.day,
        "person": "欧阳志远",
        "recorded_by": "李敏",
        "recorded_at": MOMENT,
    }
    return _kept(DemandDelivery(demand_id=demand.id, channel=channel, **(facts | given)))


def make_print(demand: Demand) -> DemandPrint:
    return _kept(DemandPrint(demand_id=demand.id, printed_by="何芳", printed_at=MOMENT))


def make_unreached(estate: Estate) -> Demand:
    """It was sent, and nothing was heard of it."""
    demand = make_letter(estate)
    make_delivery(demand, Channel.ems, arrival=Arrival.on_its_way, tracking="EA123456789CN", person="")
    return demand


def ids_of_letters(estate: Estate) -> dict[str, object]:
    """One of each thing that an address of the letters' pages names."""
    demand = make_letter(estate)
    proof = make.make_upload(estate, "demand_delivery")
    with open_session() as db:
        run = db.get_one(DemandRun, demand.run_id)
    return {
        "arrears_review_id": run.review_id,
        "demand_run_id": run.id,
        "demand_id": demand.id,
        "demand_delivery_id": make_delivery(demand, upload_id=proof.id).id,
        "way": "by_hand",
    }


def leave_letters(estate: Estate) -> None:
    """One row of each append-only table."""
    demand = make_letter(estate)
    make_delivery(demand)
    make_print(demand)
