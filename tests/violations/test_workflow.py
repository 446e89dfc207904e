"""Every state × action, every role × action, and who is too close to a violation to make it vanish."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.auth.permissions import ROLES, RoleName
from crm.billing.deposits.models import MovementKind, RequestState
from crm.errors import IllegalTransition
from crm.properties.models import Estate
from crm.violations.cases.models import (
    STATE_TITLES,
    TO_INSPECT,
    WORKFLOW,
    Settlement,
    Violation,
    ViolationState,
    ViolationStep,
)
from crm.violations.cases.queries import get_violation
from crm.violations.cases.service import STEPS, settlement_hindrance
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import make_deposit, make_request
from tests.violations.making import make_violation

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
S = ViolationState
ALLOWED = {
    "change": {S.noted},
    "serve": {S.noted, *TO_INSPECT, S.rectified, S.settled},
    "extend": {S.notice_served, S.not_rectified},
    "passed": set(TO_INSPECT),
    "failed": set(TO_INSPECT),
    "stop": {S.noted, S.notice_served, S.not_rectified},
    "escalate": {S.notice_served, S.not_rectified, S.stopped},
    "deduct": {*TO_INSPECT, S.rectified},
    "settle": {S.rectified, S.not_rectified, S.stopped, S.escalated},
    "file": {S.settled},
    "drop": {S.noted, S.notice_served},
}
WHERE_VOID = {("serve", S.rectified), ("serve", S.settled)}  # with a notice that counts nothing happens
AHEAD = "2099-01-05"
SOON = "明天"
DATA: dict[str, dict[str, str]] = {  # what each step's form wants at least
    "change": {"type_id": "0", "found": "楼道堆放纸箱和旧家具", "wording": "请搬走。", "clause": "", "customer_id": ""},
    "serve": {"wording": "请搬走。", "due_on": SOON},
    "extend": {"due_on": "2027-11-01", "reason": "出差在外"},
    "passed": {"words": "已经搬走"},
    "failed": {"words": "还在", "next_on": SOON},
    "stop": {"wording": "请停工。", "due_on": SOON, "reason": "危及结构"},
    "escalate": {"authority": "城市管理综合执法局", "wording": "违法搭建", "due_on": SOON},
    "settle": {"settlement": "compensated", "words": "已赔偿"},
    "file": {},
    "drop": {"reason": "查无此事"},
}


def test_the_table_is_what_was_agreed() -> None:
    assert {name: set(step.sources) for name, step in WORKFLOW.items()} == ALLOWED


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell(state: ViolationState, action: str) -> None:
    violation = Violation(state=state, customer_id=1, person="")
    with nullcontext() if state in ALLOWED[action] else pytest.raises(IllegalTransition):
        WORKFLOW.take(violation, action)
        assert violation.state is (WORKFLOW[action].target or state)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("action", DATA)
def test_a_sent_form_does_what_the_table_allows_and_nothing_else(
    sign_in: SignIn, estate: Estate, db: Session, state: ViolationState, action: str
) -> None:
    customer = make.make_customer(estate, unit=make.make_unit(estate))
    violation = make_violation(estate, state, customer_id=customer.id, person="")
    data = DATA[action] | {"version": str(violation.version), "key": "once"}
    if "type_id" in data:
        data["type_id"] = str(violation.type_id)
        data["customer_id"] = str(customer.id)
    answer = sign_in("zhouhui").post(f"/violations/{violation.id}/{action}", data=data)
    db.expire_all()
    after = db.get_one(Violation, violation.id)
    taken = db.scalars(select(ViolationStep.action).filter_by(violation_id=violation.id)).all()
    if state in ALLOWED[action] and (action, state) not in WHERE_VOID:
        assert answer.status_code == 302, answer.text
        assert (after.state, list(taken)) == (WORKFLOW[action].target or state, ["note", action])
    else:
        assert answer.status_code == 422
        assert "现在不能" in answer.text or str(STATE_TITLES[state]) in answer.text
        assert (after.state, list(taken)) == (state, ["note"])


@pytest.mark.parametrize("role", list(RoleName))
def test_only_the_offered_steps_stand_on_the_page(sign_in: SignIn, estate: Estate, role: RoleName) -> None:
    violation = make_violation(estate, S.notice_served)
    page = sign_in(role).get(f"/violations/{violation.id}")
    if "violation:read" not in ROLES[role]:
        assert page.status_code == 403
        return
    for action, step in WORKFLOW.items():
        possible = S.notice_served in step.sources and action != "deduct"
        offered = f'href="/violations/{violation.id}/{action}"' in page.text
        if action != "drop":  # which also asks who noted it
            assert offered is (possible and step.permission in ROLES[role]), action


def test_nobody_drops_what_only_they_have_noted(sign_in: SignIn, estate: Estate, db: Session, cast_ids: Any) -> None:
    violation = make_violation(estate, noted_by_id=cast_ids["zhouhui"], noted_by="周慧")
    sent = {"version": str(violation.version), "key": "k", "reason": "算了"}
    refused = sign_in("zhouhui").post(f"/violations/{violation.id}/drop", data=sent)
    assert refused.status_code == 422
    assert f'href="/violations/{violation.id}/drop"' not in sign_in("zhouhui").get(f"/violations/{violation.id}").text
    assert sign_in("shentao").post(f"/violations/{violation.id}/drop", data=sent).status_code == 302
    db.expire_all()
    assert db.get_one(Violation, violation.id).state is S.dropped


def test_a_notice_is_for_somebody(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation = make_violation(estate, person="")
    sent = DATA["serve"] | {"version": str(violation.version), "key": "k"}
    answer = sign_in("limin").post(f"/violations/{violation.id}/serve", data=sent)
    assert answer.status_code == 422
    db.expire_all()
    assert db.get_one(Violation, violation.id).letter_id is None


@pytest.mark.parametrize(
    ("settlement", "given", "free"),
    [
        (Settlement.rectified, {"state": S.not_rectified}, False),
        (Settlement.rectified, {"state": S.rectified}, True),
        (Settlement.deducted, {"state": S.rectified}, False),
        (Settlement.deducted, {"state": S.rectified, "deducted": Decimal("200.00")}, True),
        (Settlement.authority, {"state": S.not_rectified}, False),
        (Settlement.compensated, {"state": S.not_rectified}, True),
        (Settlement.tolerated, {"state": S.not_rectified}, False),
    ],
)
def test_each_way_to_settle_has_its_proof(
    work: Work, estate: Estate, settlement: Settlement, given: dict[str, Any], free: bool
) -> None:
    violation = make_violation(estate, **given)
    with work(as_("limin")):
        assert (settlement_hindrance(get_violation(violation.id), settlement) == "") is free


def test_whoever_decides_may_tolerate_it(work: Work, estate: Estate) -> None:
    violation = make_violation(estate, S.not_rectified)
    with work(as_("zhouhui")):
        assert settlement_hindrance(get_violation(violation.id), Settlement.tolerated) == ""


def test_a_settlement_that_is_not_possible_is_refused_by_the_form(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation = make_violation(estate, S.not_rectified)
    sent = {"settlement": "rectified", "words": "就这样", "version": str(violation.version), "key": "k"}
    assert sign_in("limin").post(f"/violations/{violation.id}/settle", data=sent).status_code == 422
    db.expire_all()
    assert db.get_one(Violation, violation.id).state is S.not_rectified


def test_what_waits_for_the_deposit_waits(work: Work, estate: Estate) -> None:
    customer = make.make_customer(estate)
    asked = make_request(make_deposit(customer), MovementKind.deduction)
    waiting = make_violation(estate, S.rectified, customer_id=customer.id, deposit_request_id=asked.id)
    refused = make_request(make_deposit(customer), MovementKind.deduction, state=RequestState.refused)
    free = make_violation(estate, S.rectified, customer_id=customer.id, deposit_request_id=refused.id)
    with work(as_("zhouhui")):
        for action in ("settle", "deduct"):
            assert STEPS.hindrance(get_violation(waiting.id), action)
            assert STEPS.hindrance(get_violation(free.id), action) == ""


def test_without_a_deposit_nothing_is_deducted(work: Work, estate: Estate, other_estate: Estate) -> None:
    customer = make.make_customer(estate)
    make_deposit(make.make_customer(other_estate))
    violation = make_violation(estate, S.notice_served, customer_id=customer.id)
    with work(as_("zhouhui")):
        assert STEPS.hindrance(get_violation(violation.id), "deduct")
    make_deposit(customer)
    with work(as_("zhouhui")):
        assert STEPS.hindrance(get_violation(violation.id), "deduct") == ""


@pytest.mark.parametrize("state", [S.filed, S.dropped])
def test_the_database_lets_nobody_touch_what_is_over(db: Session, estate: Estate, state: ViolationState) -> None:
    violation = make_violation(estate, state)
    db.get_one(Violation, violation.id).found = "别的"
    with pytest.raises(DBAPIError), db.begin_nested():
        db.flush()
