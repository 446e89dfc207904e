"""Single charges, and bills split where a unit changes hands: paid, part paid, more than once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.ledger import service
from crm.billing.ledger.models import AdjustmentKind, Bill, BillSource, BillState
from crm.billing.ledger.queries import get_bill
from crm.billing.ledger.service import Charge
from crm.billing.runs import service as runs
from tests import factories as make
from tests.billing.ledger.books import MARCH, TODAY, adjust, bill, open_of, pay, refused, sound, state, total
from tests.billing.making import make_item, make_tariff

APRIL = date(2026, 4, 1)


def entered(item, amount="30", **given):
    return Charge(item=item, amount=Decimal(amount), due_on=TODAY, note="门禁卡补办", **given)


def test_a_single_charge(books, owner, estate):
    item, flat = make_item(estate, basis=Basis.single), make.make_unit(estate)
    made = service.charge(owner, entered(item, unit=flat))
    assert (made.period, made.begins, made.ends, made.month) == (MARCH, MARCH, APRIL, MARCH)
    assert (made.open, made.source, made.issued_by, made.unit_id) == (30, BillSource.single, "吴丹", flat.id)
    service.charge(owner, entered(item, unit=flat))  # a second card: nothing forbids the same again
    assert total(owner) == "60.00"
    assert sound()


def test_what_is_not_charged_singly(books, owner, estate, other_estate):
    single = make_item(estate, basis=Basis.single)
    assert "billing run" in refused(service.charge, owner, entered(make_item(estate)))
    assert "item is another" in refused(service.charge, owner, entered(make_item(other_estate, basis=Basis.single)))
    assert "unit is another" in refused(service.charge, owner, entered(single, unit=make.make_unit(other_estate)))
    assert "more than nought" in refused(service.charge, owner, entered(single, "0"))
    assert total(owner) == "0.00"


@pytest.fixture
def flat(estate, owner):
    flat = make.make_unit(estate, "3-1-502", built_area=Decimal("120.50"))
    make.make_occupancy(owner, flat)
    return flat


@pytest.fixture
def buyer(estate):
    return make.make_customer(estate, "司马青")


@pytest.fixture
def run(books, estate, flat):
    """120.50 × 2.80 = 337.40 for March."""
    item = make_item(estate)
    make_tariff(item)
    return runs.publish(runs.draft(item, MARCH), item)


def of_march(books, run):
    [bill_id] = books.query(Bill.id).filter_by(run_id=run.id).one()
    return get_bill(bill_id)


@pytest.mark.parametrize(
    ("paid", "left"),  # 337.40 × 11/31 = 119.7225…; the rest is the buyer's
    [
        ("0", ["0.00", "119.72", "217.68"]),
        ("100", ["0.00", "19.72", "217.68"]),
        ("119.72", ["0.00", "0.00", "217.68"]),
        ("337.40", ["0.00", "0.00", "217.68"]),
        ("400", ["0.00", "0.00", "217.68"]),
    ],
)
def test_split_on_the_12th(books, owner, buyer, run, paid, left):
    """What was paid settles the seller's days; what is too much is the seller's credit."""
    owed = of_march(books, run)
    if paid != "0":
        pay(owner, paid)
    sellers, buyers = service.split(owed, date(2026, 3, 12), buyer)
    assert open_of(owed, sellers, buyers) == left
    assert (sellers.amount, buyers.amount) == (Decimal("119.72"), Decimal("217.68"))
    assert (sellers.begins, sellers.ends, buyers.begins, buyers.ends) == (
        MARCH,
        date(2026, 3, 12),
        date(2026, 3, 12),
        APRIL,
    )
    assert (sellers.days, buyers.days, sellers.customer_id, buyers.customer_id) == (11, 20, owner.id, buyer.id)
    assert state(owed) is BillState.void
    assert Decimal(total(owner)) == Decimal("119.72") - Decimal(paid)
    assert total(buyer) == "217.68"
    assert sound()


def test_split_again_and_published_again(books, owner, buyer, run, estate):
    """The buyer sells on; neither the run nor its supplement counts or charges anything twice."""
    third = make.make_customer(estate, "上官云")
    _sellers, buyers = service.split(of_march(books, run), date(2026, 3, 12), buyer)
    pay(buyer, "300")
    one, other = service.split(get_bill(buyers.id), date(2026, 3, 22), third)
    assert (one.amount, other.amount) == (Decimal("108.84"), Decimal("108.84"))  # 217.68 × 10/20
    assert total(buyer) == str(Decimal("108.84") - 300)
    again = runs.supplement(run, books.get_one(ChargeItem, run.item_id))
    assert (again.bills, again.total) == (1, Decimal("337.40"))
    assert sound()


def test_a_void_bill_is_billed_again(books, owner, run):
    """120.50 × 2.80, a second time: the run made two, one of them void."""
    adjust(of_march(books, run), AdjustmentKind.void)
    again = runs.supplement(run, books.get_one(ChargeItem, run.item_id))
    assert (again.bills, again.total) == (2, Decimal("674.80"))
    assert total(owner) == "337.40"
    assert sound()


def test_what_cannot_be_split(books, owner, buyer, run, estate, other_estate):
    owed = of_march(books, run)
    for day in (MARCH, APRIL):
        assert "within the days" in refused(service.split, owed, day, buyer)
    assert "another estate" in refused(service.split, owed, TODAY, make.make_customer(other_estate))
    assert "meter" in refused(service.split, bill(owner), TODAY, buyer)
    small = bill(owner, "0.01", item=make_item(estate))
    assert "too small" in refused(service.split, small, TODAY, buyer)
    adjust(owed, AdjustmentKind.waiver, "1")
    assert "Take that back first" in refused(service.split, owed, TODAY, buyer)
    voided = bill(owner, "10", item=make_item(estate))
    adjust(voided, AdjustmentKind.void)
    assert "void already" in refused(service.split, voided, TODAY, buyer)
    assert sound()


def test_a_disputed_line_can_be_split(books, owner, buyer, run):
    """The dispute was about the whole line; its parts are open and undisputed."""
    owed = of_march(books, run)
    service.dispute(owed, "电梯停运三天", TODAY)
    sellers, _buyers = service.split(owed, TODAY, buyer)
    pay(owner, "500")
    assert open_of(sellers) == ["0.00"]
    assert sound()
