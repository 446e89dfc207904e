"""A month of complaints with known outcomes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crm.complaints.cases.models import Channel, CompensationState, Complaint, ComplaintState, Outcome
from crm.complaints.categories.models import Severity
from crm.properties.models import Estate, Unit
from tests import factories as make
from tests.complaints.hanging import make_compensation
from tests.complaints.making import category_called, department_called, make_callback, make_case
from tests.repairs.figures.making import at

S = ComplaintState
NONE: dict[str, Any] = {"acknowledged_at": None, "replied_at": None, "closed_at": None, "reply": ""}


def case(estate: Estate, state: ComplaintState, received: Any, unit: Unit | None = None, **given: Any) -> Complaint:
    """Nothing has happened to it yet."""
    return make_case(estate, state, unit, **(NONE | {"received_at": received} | given))


def ended(cause: str, outcome: Outcome, closed: Any) -> dict[str, Any]:
    return {"cause": cause, "cause_words": "见处理单", "outcome": outcome, "closed_at": closed}


def november(estate: Estate) -> dict[str, Complaint]:
    """Eleven cases: what each counts for stands beside it."""
    one, two = make.make_unit(estate, "3-1-502"), make.make_unit(estate, "5-1-101")
    desk, money = department_called("客户服务部"), department_called("财务部")
    cases = {
        # came in October, answered and settled in time, closed in November
        "carried": case(
            estate,
            S.filed,
            at(0, 20),
            one,
            answer_due_at=at(1, 10),
            acknowledged_at=at(1),
            result_due_at=at(4),
            replied_at=at(3),
            **ended("response", Outcome.justified, at(5)),
        ),
        # urgent, about the cleaners, everything in time
        "good": case(
            estate,
            S.closed,
            at(2),
            one,
            severity=Severity.urgent,
            contractor="cleaning",
            category_id=category_called("保洁不到位").id,
            about_department_id=desk,
            answer_due_at=at(2, 11),
            acknowledged_at=at(2, 9, 30),
            result_due_at=at(3),
            replied_at=at(2, 15),
            **ended("response", Outcome.partly, at(4)),
        ),
        # everything too late, opened again once
        "late": case(
            estate,
            S.closed,
            at(3),
            two,
            reopened=1,
            answer_due_at=at(3, 18),
            acknowledged_at=at(4, 10),
            result_due_at=at(6),
            replied_at=at(10),
            **ended("quality", Outcome.justified, at(12)),
        ),
        # still open, answered in time, its result is late
        "open": case(
            estate,
            S.investigating,
            at(20),
            two,
            answer_due_at=at(20, 18),
            acknowledged_at=at(20, 11),
            result_due_at=at(25),
        ),
        # nobody answered; its result was promised for December
        "fresh": case(estate, S.received, at(30), one, answer_due_at=at(30, 18), result_due_at=at(33)),
        # taken back, and joined to another: received, and nothing else
        "withdrawn": case(estate, S.withdrawn, at(7), one, answer_due_at=at(7, 18), result_due_at=at(10)),
        # everything in time, closed in December
        "long": case(
            estate,
            S.filed,
            at(15),
            answer_due_at=at(15, 18),
            acknowledged_at=at(15, 10),
            result_due_at=at(18),
            replied_at=at(17),
            **ended("outside", Outcome.unjustified, at(32)),
        ),
        # about the accountants, at the counter, in no building
        "billed": case(
            estate,
            S.filed,
            at(9),
            channel=Channel.counter,
            category_id=category_called("账单错误").id,
            about_department_id=money,
            answer_due_at=at(9, 18),
            acknowledged_at=at(9, 10),
            result_due_at=at(12),
            replied_at=at(10),
            **ended("billing", Outcome.unjustified, at(11)),
        ),
        # before the month
        "before": case(
            estate,
            S.filed,
            at(-20),
            one,
            answer_due_at=at(-20, 18),
            acknowledged_at=at(-20, 10),
            result_due_at=at(-17),
            replied_at=at(-18),
            **ended("quality", Outcome.justified, at(-15)),
        ),
        # taken over: nobody here promised anything
        "taken over": case(
            estate,
            S.filed,
            at(1),
            two,
            channel=Channel.imported,
            about_department_id=None,
            answer_due_at=None,
            result_due_at=None,
            replied_at=at(2),
            **ended("neighbour", Outcome.unproven, at(2)),
        ),
    }
    cases["joined"] = case(
        estate,
        S.joined,
        at(8),
        one,
        joined_to_id=cases["good"].id,
        answer_due_at=at(8, 18),
        result_due_at=at(11),
    )
    make_callback(cases["good"], made_at=at(5))
    make_callback(cases["good"], made_at=at(6), satisfied=True, score=4)
    make_callback(cases["late"], made_at=at(11), satisfied=False, score=1)
    make_callback(cases["carried"], made_at=at(32), satisfied=True, score=5)
    given = {"given_on": date(2026, 11, 25), "amount": Decimal("200.00")}
    make_compensation(cases["good"], CompensationState.given, **given)
    make_compensation(cases["late"], CompensationState.approved)
    make_compensation(cases["late"], CompensationState.given, given_on=date(2026, 12, 1))
    return cases
