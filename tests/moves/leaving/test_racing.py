"""What meets at a sale, at the same moment and on real connections."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import g
from sqlalchemy import func, select

from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill
from crm.billing.runs import service as runs
from crm.db import session
from crm.moves.leaving import queries, service
from crm.moves.leaving.models import Leaving, LeavingKind, LeavingState, Side
from crm.moves.leaving.service import Buyer, Papers, Started
from crm.properties.models import Estate, UnitStatus
from crm.properties.queries import get_unit
from crm.tenants.models import Customer, Occupancy
from tests import factories as make
from tests.acting import as_
from tests.billing.making import make_item, make_tariff
from tests.meeting import REFUSED, OwnCompany, both
from tests.moves.leaving.making import DAY, make_leaving, make_owner

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., Any]
S = LeavingState
FIRST, NEXT = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def company(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 李敏, inside a request each."""

    @contextmanager
    def work(actor: Any = None) -> Any:
        with own_company.work(actor or as_("limin")) as db, own_company.app.test_request_context():
            g.actor, g.request_id = actor or as_("limin"), ""
            yield db

    return work, own_company.estate


@pytest.fixture
def signed(company: tuple[Work, Estate]) -> tuple[Leaving, Occupancy, Customer]:
    """A sale that is signed; nothing was billed yet."""
    _work, estate = company
    seller = make_owner(estate, unit=make.make_unit(estate, "3-1-502", built_area=Decimal("100.00")))
    buyer = make.make_customer(estate, "钱多多")
    return make_leaving(seller, S.signed, buyer), seller, buyer


def closed(leaving_id: int) -> str:
    service.close(queries.get_leaving(leaving_id), UnitStatus.vacant)
    return "closed"


def test_closed_by_two(company: tuple[Work, Estate], signed: tuple[Leaving, Occupancy, Customer]) -> None:
    """One wins, the other is told; nobody begins twice."""
    work, _estate = company
    leaving, seller, buyer = signed
    assert both(work, lambda: closed(leaving.id), lambda: closed(leaving.id)) == ["closed", REFUSED]
    with work() as db:
        assert db.get_one(Leaving, leaving.id).state is S.closed
        assert db.scalar(select(func.count(Occupancy.id)).where(Occupancy.customer_id == buyer.id)) == 1
        assert db.get_one(Occupancy, seller.id).ends == DAY


def test_closed_while_it_is_cancelled(
    company: tuple[Work, Estate], signed: tuple[Leaving, Occupancy, Customer]
) -> None:
    work, _estate = company
    leaving, seller, _buyer = signed

    def cancelled() -> str:
        service.cancel(queries.get_leaving(leaving.id), service.Said(reason="不卖了"))
        return "cancelled"

    said = both(work, lambda: closed(leaving.id), cancelled)
    assert sorted(said)[-1] == REFUSED
    with work() as db:
        state = db.get_one(Leaving, leaving.id).state
        assert (state is S.closed) == (db.get_one(Occupancy, seller.id).ends == DAY) == ("closed" in said)


@pytest.mark.parametrize("turn", range(3))
def test_closed_while_the_month_is_published(
    company: tuple[Work, Estate], signed: tuple[Leaving, Occupancy, Customer], turn: int
) -> None:
    """Either the run bills each for their days, or the sheet no longer holds and nothing moves: never a whole month
    of the seller's beside a sale that is closed."""
    work, estate = company
    leaving, seller, buyer = signed
    item = make_item(estate, "物业服务费")
    make_tariff(item, "3.00")

    def published() -> str:
        held = session().get_one(ChargeItem, item.id)
        runs.publish(runs.draft(held, FIRST), held)
        return "published"

    acts = [lambda: closed(leaving.id), published]
    said = both(work, *(acts if turn else acts[::-1]))
    assert "published" in said
    with work() as db:
        bills = db.execute(select(Bill.customer_id, Bill.begins, Bill.ends).where(~Bill.voided).order_by(Bill.begins))
        found = [tuple(row) for row in bills]
        whole, parted = [(seller.customer_id, FIRST, NEXT)], [(seller.customer_id, FIRST, DAY), (buyer.id, DAY, NEXT)]
        assert found == (parted if "closed" in said else whole)


def test_begun_by_two(company: tuple[Work, Estate]) -> None:
    work, estate = company
    seller = make_owner(estate)

    def begun() -> str:
        started = Started(kind=LeavingKind.sale, day=DAY, leaves=[seller.id], papers=Papers(contract="HT"))
        return service.start(get_unit(seller.unit_id), started).number[:2]

    assert both(work, begun, begun) == ["GH", REFUSED]
    with work() as db:
        assert db.scalar(select(func.count(Leaving.id))) == 1


def test_two_name_a_buyer_each(company: tuple[Work, Estate]) -> None:
    """Together they never take over more than the whole."""
    work, estate = company
    seller, names = make_owner(estate), ("钱多多", "孙小小")
    people = [make.make_customer(estate, name) for name in names]
    leaving = make_leaving(seller, kind=LeavingKind.sale)

    def named(customer: Customer) -> str:
        bought = Buyer(customer=session().get_one(Customer, customer.id), share=Decimal(60))
        service.name_buyer(queries.get_leaving(leaving.id), bought)
        return "named"

    assert both(work, *(lambda each=each: named(each) for each in people)) == ["named", REFUSED]
    with work():
        assert len(queries.get_leaving(leaving.id).of(Side.buys)) == 1
