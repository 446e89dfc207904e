"""Two who settle the same renovation at once, on real connections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.billing.deposits import queries as deposits
from crm.billing.deposits import service as book
from crm.billing.deposits.models import Deposit, DepositMovement, MovementKind
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.renovations.acceptance.models import RenovationCheck
from crm.renovations.acceptance.service import check
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import get_renovation
from crm.renovations.settlement import queries, service
from crm.renovations.settlement.models import RenovationSettlement, SettlementState
from crm.violations.cases.models import Violation, ViolationState
from crm.violations.cases.service import note
from crm.violations.cases.service.noting import Noted
from tests.acting import as_
from tests.billing.deposits.making import cashier, supervisor
from tests.meeting import REFUSED, OwnCompany, both
from tests.renovations.settling import key, line, looked, make_case, payout, upload_of
from tests.violations.making import type_called

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., Any]


@pytest.fixture
def committing(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 李敏, or of whoever is named."""
    return lambda actor=None: own_company.work(actor or as_("limin")), own_company.estate


def proposed(work: Work, case: Renovation, *lines: service.Line) -> int:
    upload = upload_of(case.estate_id).id
    with work():
        made = service.propose(get_renovation(case.id), lines, said=key())
        service.sign(made, service.Signed(name="欧阳", upload_id=upload), key())
        return made.id


def with_refund_approved(work: Work, case: Renovation) -> int:
    settlement_id = proposed(work, case)
    with work(as_("shentao")):
        service.carry_out(queries.get_settlement(settlement_id), key())
    with work():
        service.ask_refund(queries.get_settlement(settlement_id), payout(), key())
    with work(supervisor()):
        live = deposits.request_under_way(case.deposit_id or 0)
        assert live is not None
        book.approve(deposits.get_request(live.id))
    return settlement_id


def test_two_make_a_settlement(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    case = make_case(estate)

    def propose() -> str:
        service.propose(get_renovation(case.id), [line("100.00")], said=key())
        return "made"

    assert both(work, propose, propose) == ["made", REFUSED]


def test_two_carry_it_out(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    case = make_case(estate)
    settlement_id = proposed(work, case, line("100.00"))

    def carry_out() -> str:
        service.carry_out(queries.get_settlement(settlement_id), key())
        return "done"

    assert both(lambda: work(as_("shentao")), carry_out, carry_out) == ["done", REFUSED]
    with work() as db:
        assert db.scalar(select(func.count(DepositMovement.id))) == 1
        assert db.get_one(Deposit, case.deposit_id).balance == 2900


def test_two_pay_it_out(committing: tuple[Work, Estate]) -> None:
    """One settlement, one refund, one end."""
    work, estate = committing
    case = make_case(estate)
    settlement_id = with_refund_approved(work, case)
    with work():
        live = deposits.request_under_way(case.deposit_id or 0)
        request_id = live.id if live else 0

    def pay_out() -> str:
        book.pay_out(deposits.get_request(request_id))
        return "paid"

    assert both(lambda: work(cashier()), pay_out, pay_out) == ["paid", REFUSED]
    with work() as db:
        assert db.get_one(RenovationSettlement, settlement_id).state is SettlementState.paid
        assert db.get_one(Renovation, case.id).state is RenovationState.settled
        assert db.get_one(Deposit, case.deposit_id).balance == 0
        refunds = select(func.count(DepositMovement.id)).where(DepositMovement.kind == MovementKind.refund)
        assert db.scalar(refunds) == 1


def test_paid_out_while_a_violation_is_noted(committing: tuple[Work, Estate]) -> None:
    """Either it was there first and nothing is paid, or it came when all was settled."""
    work, estate = committing
    case = make_case(estate)
    with_refund_approved(work, case)
    kind = type_called("建筑垃圾乱堆")

    def pay_out() -> str:
        live = deposits.request_under_way(case.deposit_id or 0)
        book.pay_out(deposits.get_request(live.id if live else 0))
        return "paid"

    def find() -> str:
        noted = Noted(
            type=kind, found="走廊堆垃圾", found_at=case.applied_at, customer_id=case.customer_id, spot="走廊"
        )
        note(estate.id, noted)
        return "noted"

    said = both(lambda: work(cashier()), pay_out, find)
    with work() as db:
        settled = db.get_one(Renovation, case.id).state is RenovationState.settled
        assert settled == ("paid" in said)
        assert db.scalars(select(Violation.state)).one() is ViolationState.noted
        assert db.get_one(Deposit, case.deposit_id).balance == (0 if settled else 3000)


def test_opened_again_while_money_is_taken_back(committing: tuple[Work, Estate]) -> None:
    """Nobody waits for the other in a circle; it is opened once."""
    work, estate = committing
    case = make_case(estate)
    settlement_id = with_refund_approved(work, case)
    with work(cashier()):
        live = deposits.request_under_way(case.deposit_id or 0)
        book.pay_out(deposits.get_request(live.id if live else 0))
    with work(cashier()):
        movement = deposits.movements_of(case.deposit_id or 0)[-1]
        asked_id = book.take_back(movement, "录错了", "back-1").id

    def take_back() -> str:
        book.approve(deposits.get_request(asked_id))
        return "back"

    def reopen() -> str:
        service.reopen(get_renovation(case.id), replace(key(), reason="录错了"))
        return "reopened"

    said = both(lambda: work(supervisor()), take_back, reopen)
    assert "back" in said or "reopened" in said
    with work() as db:
        assert db.get_one(RenovationSettlement, settlement_id).state is SettlementState.undone
        assert db.get_one(Renovation, case.id).state is RenovationState.checked
        assert db.get_one(Deposit, case.deposit_id).balance == (3000 if "back" in said else 0)


def test_two_check_it(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    case = make_case(estate, RenovationState.completion)
    upload_id = upload_of(estate.id).id
    with work():
        told = looked(get_renovation(case.id), upload_id=upload_id)

    def look() -> str:
        try:
            check(get_renovation(case.id), told, key())
        except DomainError:
            return REFUSED
        return "checked"

    assert both(lambda: work(as_("sunhao")), look, look) == ["checked", REFUSED]
    with work() as db:
        assert db.scalar(select(func.count(RenovationCheck.id))) == 1
        assert db.get_one(Renovation, case.id).state is RenovationState.waiting
