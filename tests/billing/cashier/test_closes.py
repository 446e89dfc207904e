"""日结: counted blind, frozen with its documents, explained, signed by another."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from crm.billing.cashier import queries, service
from crm.billing.cashier.models import CloseState, DayClose
from crm.billing.cashier.reports.drawer import closing, drawer
from crm.billing.cashier.service import Count
from crm.billing.ledger import service as books
from crm.billing.ledger.models import Adjustment, AdjustmentKind, Method, Payment
from crm.billing.ledger.queries import get_request
from crm.billing.ledger.service import Wish
from crm.db import session
from crm.errors import DomainError, IllegalTransition
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.cashier.making import make_close
from tests.billing.cashier.people import acting, supervisor
from tests.billing.cashier.test_receipts import faults, money

Work = Callable[..., Any]


@pytest.fixture
def customer(estate: Estate) -> Customer:
    return make.make_customer(estate, unit=make.make_unit(estate, "3-1-502"))


def counted(cash: str = "0", **others: str) -> Count:
    return Count(sums={Method.cash: Decimal(cash)} | {Method(name): Decimal(sum_) for name, sum_ in others.items()})


def take(customer: Customer, amount: str, method: Method = Method.cash) -> Payment:
    receipt = service.take(customer, money(amount, method, key=f"{amount} {method} {next(make.numbers)}"))
    return session().get_one(Payment, receipt.about_id)


def test_what_agrees_is_counted_and_then_signed_by_another(
    db: Session, work: Work, estate: Estate, customer: Customer
) -> None:
    with work(acting()):
        take(customer, "100.00")
        take(customer, "20.00", Method.wechat)
        close = service.count(estate, counted("100", wechat="20"))
        assert (close.state, close.variance) == (CloseState.counted, 0)
        with pytest.raises(DomainError):
            service.sign(close)
    with work(supervisor()):
        service.sign(queries.get_close(close.id), "已核对")
    db.expire_all()
    assert db.get_one(DayClose, close.id).state is CloseState.signed
    assert {each.day_close_id for each in db.scalars(select(Payment))} == {close.id}
    assert faults(db) == {}
    with pytest.raises(DBAPIError), db.begin_nested():
        db.execute(update(DayClose).where(DayClose.id == close.id).values(remark="改"))


def test_a_difference_waits_for_words_and_both_counts_stay(
    db: Session, work: Work, estate: Estate, customer: Customer
) -> None:
    with work(acting()):
        take(customer, "100.00")
        close = service.count(estate, counted("1000"))
        assert (close.state, close.variance) == (CloseState.unexplained, Decimal("900.00"))
        service.count_again(close, counted("95.50"))
        assert (close.state, close.variance) == (CloseState.unexplained, Decimal("-4.50"))
        assert close.recounts[0]["counted"]["cash"] == "1000.00"
        with pytest.raises(DomainError):
            service.explain(close, "  ")
        service.explain(close, "找零多找 4.50")
        assert close.state is CloseState.counted
        with pytest.raises(IllegalTransition):
            service.count_again(close, counted("100"))
    assert faults(db) == {}


def test_too_much_of_one_method_does_not_make_up_for_another(work: Work, estate: Estate, customer: Customer) -> None:
    with work(acting()):
        take(customer, "100.00")
        close = service.count(estate, counted("50", wechat="50"))
        assert (close.state, close.variance) == (CloseState.unexplained, 0)


def test_what_comes_after_a_close_belongs_to_the_next(
    db: Session, work: Work, estate: Estate, customer: Customer
) -> None:
    with work(acting()):
        first = take(customer, "100.00")
        close = service.count(estate, counted("100"))
        with pytest.raises(DomainError):
            service.count(estate, counted())
        late = take(customer, "7.00")
        next_close = service.count(estate, counted("7"))
    db.expire_all()
    assert db.get_one(Payment, first.id).day_close_id == close.id
    assert db.get_one(Payment, late.id).day_close_id == next_close.id
    assert faults(db) == {}


def test_refunds_leave_the_askers_drawer_and_payments_taken_back_the_takers(
    db: Session, work: Work, estate: Estate, customer: Customer
) -> None:
    with work(acting()):
        kept, gone = take(customer, "100.00"), take(customer, "30.00")
        asked = books.request(
            kept, Wish(kind=AdjustmentKind.refund, amount=Decimal(40), reason="多收", method=Method.cash)
        )
        books.take_back_alone(gone, "录错")
    with work(supervisor()):
        books.approve(get_request(asked.id))
    with work(acting()):
        held = drawer()
        assert [(each.count, each.amount) for each in held.held] == [(4, Decimal("60.00"))]
        close = service.count(estate, counted("60"))
        assert close.state is CloseState.counted
        told = closing(close)
        assert sorted((str(each.row.flow), each.row.amount) for each in told.documents) == [
            ("payment", Decimal("30.00")),
            ("payment", Decimal("100.00")),
            ("refund", Decimal("-40.00")),
            ("reversal", Decimal("-30.00")),
        ]
    with work(supervisor()):
        assert drawer().held == []
    db.expire_all()
    assert {each.day_close_id for each in db.scalars(select(Adjustment))} == {close.id}
    assert faults(db) == {}


def test_each_cashier_and_estate_has_a_drawer_of_its_own(
    work: Work, estate: Estate, other_estate: Estate, customer: Customer
) -> None:
    elsewhere = make.make_customer(other_estate)
    with work(acting()):
        take(customer, "100.00")
        take(elsewhere, "5.00")
        assert service.count(other_estate, counted("5")).state is CloseState.counted
        assert drawer().sum == Decimal("100.00")


def test_only_who_counted_explains(work: Work, estate: Estate) -> None:
    close = make_close(estate, CloseState.unexplained)
    with work(supervisor()), pytest.raises(DomainError):
        service.explain(queries.get_close(close.id), "不是我的")


@pytest.mark.parametrize(
    "given",
    [
        {"variance": Decimal(1)},
        {"state": CloseState.signed},
        {"state": CloseState.signed, "signed_by_id": "own"},
    ],
)
def test_the_database_refuses_what_nobody_may(db: Session, estate: Estate, given: dict[str, Any]) -> None:
    """A difference without words, a signature of nobody's, one's own."""
    facts = given | ({"signed_by_id": acting().user_id} if given.get("signed_by_id") else {})
    with pytest.raises(IntegrityError):
        make_close(estate, **facts)


def test_a_close_that_is_not_its_documents_is_found(
    db: Session, work: Work, estate: Estate, customer: Customer
) -> None:
    with work(acting()):
        take(customer, "100.00")
        close = service.count(estate, counted("100"))
    db.expire_all()
    stored = db.get_one(DayClose, close.id)
    stored.expected = stored.expected | {"cash": "99.00"}
    db.commit()
    assert set(faults(db)) == {"day_close"}
