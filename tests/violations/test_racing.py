"""What meets at a violation, at the same moment and on real connections."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.billing.deposits import service as deposits
from crm.billing.deposits.models import Deposit, DepositMovement
from crm.billing.deposits.service import Line
from crm.correspondence.letters import queries as letters
from crm.correspondence.letters import service as register
from crm.correspondence.letters.models import LetterDelivery
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.serving.served import Served
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Estate
from crm.tenants.models import Customer
from crm.violations.cases import queries, service
from crm.violations.cases.models import Settlement, Violation, ViolationState, ViolationStep
from crm.violations.cases.service import Said
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import make_deposit
from tests.meeting import REFUSED, OwnCompany, both
from tests.violations.making import make_violation

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., Any]
S = ViolationState


@pytest.fixture
def committing(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 沈涛."""
    return lambda actor=None: own_company.work(actor or as_("shentao")), own_company.estate


def noted(estate: Estate, state: ViolationState) -> Violation:
    customer = make.make_customer(estate, unit=make.make_unit(estate))
    return make_violation(estate, state, customer_id=customer.id, person="")


def test_brought_by_two(committing: tuple[Work, Estate]) -> None:
    """Both entries stand, the violation is served once; nobody waits for the other in a circle."""
    work, estate = committing
    made = noted(estate, S.notice_served)
    with work() as db:
        db.get_one(Violation, made.id).served_at = None
    letter_id = made.letter_id or 0

    def here() -> str:
        letter = letters.get_letter(letter_id)
        served = Served(channel=Channel.by_hand, arrival=Arrival.delivered, delivered_on=business_day(), person="欧阳")
        register.note_delivery(letter, served)
        return "here"

    def there() -> str:
        letter = letters.get_letter(letter_id)
        served = Served(channel=Channel.ems, arrival=Arrival.delivered, delivered_on=business_day(), tracking="EA1")
        register.note_delivery(letter, served)
        return "there"

    assert both(work, here, there) == ["here", "there"]
    with work() as db:
        assert db.get_one(Violation, made.id).served_at is not None
        assert db.scalar(select(func.count(LetterDelivery.id))) == 2
        arrived = select(func.count(ViolationStep.id)).where(ViolationStep.action == "arrived")
        assert db.scalar(arrived) == 1


@pytest.mark.parametrize("amount", ["100.00", "3000.00"])
def test_deducted_while_it_is_settled(committing: tuple[Work, Estate], amount: str) -> None:
    """Nothing is taken for what is settled already, and nothing is settled while a deduction waits."""
    work, estate = committing
    made = noted(estate, S.rectified)
    with work() as db:
        owner = db.get_one(Customer, made.customer_id)
    deposit_id, photo = make_deposit(owner, "5000.00").id, make.make_upload(estate, "deposit").id

    def deduct() -> str:
        violation = queries.get_violation(made.id)
        deposit = session().get_one(Deposit, deposit_id)
        line = Line(amount=Decimal(amount), reason="楼道堆物", clause="第六条", upload_ids=(photo,))
        service.deduct(violation, deposit, [line], Said(key="form-1"))
        return "deducted"

    def settle() -> str:
        violation = queries.get_violation(made.id)
        service.settle(violation, Settlement.rectified, "已整改", Said(key="form-2"))
        return "settled"

    said = both(work, deduct, settle)
    assert REFUSED in said or (said == ["deducted", "settled"] and amount == "100.00")  # booked at once, then settled
    with work() as db:
        after = db.get_one(Violation, made.id)
        assert (after.state is S.settled) == ("settled" in said)
        assert (after.deposit_request_id is not None) == ("deducted" in said)
        left = db.get_one(Deposit, deposit_id).balance
        assert left + after.deducted == Decimal("5000.00")


def test_taken_back_while_it_is_settled_by_it(committing: tuple[Work, Estate]) -> None:
    """Either the money comes back, or the violation is settled by it."""
    work, estate = committing
    made = noted(estate, S.rectified)
    with work() as db:
        owner = db.get_one(Customer, made.customer_id)
    deposit_id = make_deposit(owner, "5000.00").id
    with work():
        line = Line(amount=Decimal("100.00"), reason="楼道堆物", clause="第六条")
        service.deduct(
            queries.get_violation(made.id), session().get_one(Deposit, deposit_id), [line], Said(key="form-1")
        )

    def take_back() -> str:
        deposits.take_back(session().scalars(select(DepositMovement)).one(), "扣错了", "form-2")
        return "taken back"

    def settle() -> str:
        service.settle(queries.get_violation(made.id), Settlement.deducted, "从押金扣", Said(key="form-3"))
        return "settled"

    said = both(work, take_back, settle)
    assert sorted(said) in ([REFUSED, "settled"], [REFUSED, "taken back"])
    with work() as db:
        after = db.get_one(Violation, made.id)
        assert (after.state is S.settled, after.deducted > 0) == ("settled" in said, "settled" in said)
        assert db.get_one(Deposit, deposit_id).balance + after.deducted == Decimal("5000.00")
