"""A new price: what it changes is said first; bad lines are named; published months stay."""

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.billing.charges.effects import Before, effect_of
from crm.billing.charges.limits import LARGEST_LINE, fault_of
from crm.billing.charges.line import drawn
from crm.billing.charges.models import Basis, LegalBasis, MeterKind, Tariff, Terms
from crm.billing.charges.service import Entry, Priced
from crm.billing.runs.models import BillingRun, RunState
from crm.properties.models import UnitUse
from tests import factories as make
from tests.billing.making import MOMENT, make_item, make_tariff

TYPED = {
    "scope": "all",
    "since": "2026-12-01",
    "terms": "priced",
    "price": "3.00元/㎡",
    "legal_basis": "contract",
    "reference": "YG-2026-01",
}


@pytest.fixture
def supervisor(sign_in):
    return sign_in("zhengkai")


@pytest.fixture
def item(estate):
    return make_item(estate)


def send(client, item, **given):
    """The page with what it changes, or with what is wrong."""
    return client.post(f"/billing/charges/{item.id}/tariffs/new", data=TYPED | given)


def save(client, item, page, **given):
    seen = re.search(r'name="seen"[^>]*value="(\w*)"', page.text)[1]
    return send(client, item, seen=seen, save="1", **given)


def tariffs(db, item):
    return db.scalars(select(Tariff).where(Tariff.item_id == item.id).order_by(Tariff.id)).all()


def test_first_said_then_saved(supervisor, estate, item, db):
    make.make_unit(estate)
    page = send(supervisor, item)
    assert page.status_code == 200
    assert "2026-12" in page.text
    assert tariffs(db, item) == []
    assert save(supervisor, item, page).status_code == 302
    [made] = tariffs(db, item)
    assert (made.price, made.since, made.terms) == (Decimal(3), date(2026, 12, 1), Terms.priced)
    assert (made.legal_basis, made.reference, made.entered_by) == (LegalBasis.contract, "YG-2026-01", "郑凯")


def test_what_was_changed_after_it_was_said_is_said_again(supervisor, item, db):
    page = send(supervisor, item)
    assert save(supervisor, item, page, price="4").status_code == 200
    assert tariffs(db, item) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"price": ""}, "price"),
        ({"price": "1.1234567"}, "price"),
        ({"price": "-3"}, "price"),
        ({"price": "三块"}, "price"),
        ({"reference": ""}, "reference"),
        ({"since": "2026-13-01"}, "since"),
        ({"since": ""}, "since"),
        ({"terms": "free"}, "price"),
        ({"terms": "general", "price": ""}, "terms"),
        ({"quantity": "1.2345"}, "quantity"),
        ({"scope": "units"}, "lines"),
        ({"lines": "3-1-502"}, "lines"),
    ],
)
def test_what_cannot_be_is_named_and_stays_typed(supervisor, item, db, given, field):
    page = send(supervisor, item, **given)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert 'value="YG-2026-01"' in page.text or "reference" in given
    assert tariffs(db, item) == []


@pytest.mark.parametrize(
    ("basis", "price", "quantity", "fine"),
    [
        (Basis.built_area, "1000", None, True),
        (Basis.built_area, "1000.01", None, False),
        (Basis.meter, "1001", None, False),
        (Basis.fixed, "100000", None, True),
        (Basis.fixed, "100001", None, False),
        (Basis.number, "100000", "1000", True),
        (Basis.number, "100000", "1001", False),
        (Basis.number, "1", "100000.001", False),
    ],
)
def test_a_line_stays_within_64_bits(app, basis, price, quantity, fine):
    price, quantity = Decimal(price), quantity and Decimal(quantity)
    with app.test_request_context():
        assert (fault_of(basis, price, quantity) == "") is fine
    largest = 2 * int(LARGEST_LINE * 1_000 * 1_000_000) * 31 + 31 * 10_000_000 * 100
    assert largest < 2**63


def test_many_units_at_once_each_with_its_price(supervisor, estate, item, db):
    units = [make.make_unit(estate, f"3-1-50{number}") for number in (1, 2, 3)]
    given = {"scope": "units", "lines": "3栋1单元501室\t2.5\n3-1-502，2.60, 100\n\n３－１－５０３"}
    page = send(supervisor, item, **given)
    assert page.status_code == 200, page.text
    assert save(supervisor, item, page, **given).status_code == 302
    assert [(row.unit_id, row.price, row.quantity) for row in tariffs(db, item)] == [
        (units[0].id, Decimal("2.5"), None),
        (units[1].id, Decimal("2.6"), Decimal(100)),
        (units[2].id, Decimal(3), None),
    ]


def test_each_bad_line_is_named(supervisor, estate, item, db):
    make.make_unit(estate, "3-1-501")
    lines = "3-1-501 2.5\n9-9-999 2.5\n3-1-501 2.6\n3-1-501 abc"
    page = send(supervisor, item, scope="units", lines=lines)
    assert page.status_code == 422
    for number in (2, 3, 4):
        assert re.search(rf"(Line|第) ?{number}\b|第 ?{number} ?行", page.text), number
    assert "9-9-999 2.5" in page.text
    assert tariffs(db, item) == []


def test_a_meter_has_no_quantity_of_its_own(supervisor, estate, db):
    item = make_item(estate, basis=Basis.meter, meter_kind=MeterKind.water)
    assert send(supervisor, item, quantity="3").status_code == 422


def test_what_has_no_price(supervisor, estate):
    item = make_item(estate, basis=Basis.single)
    assert send(supervisor, item).status_code == 422


def test_published_months_are_named_and_stay(supervisor, estate, item, db):
    facts = {"estate_id": estate.id, "item_id": item.id, "due_on": date(2026, 12, 28), "drafted_by": "郑凯"}
    facts |= {"total": Decimal(0), "drafted_at": MOMENT, "published_at": MOMENT, "published_by": "郑凯"}
    db.add(BillingRun(period=date(2026, 12, 1), state=RunState.published, **facts))
    db.commit()
    page = send(supervisor, item)
    assert page.status_code == 200
    assert "notice-warning" in page.text
    assert "2026-12" in page.text
    assert save(supervisor, item, page).status_code == 302


def entry(since=date(2026, 12, 11), use=None, unit=None):
    line = Priced(unit=unit, price=Decimal(3))
    facts = {"terms": Terms.priced, "legal_basis": LegalBasis.contract, "reference": "1", "note": ""}
    return Entry(since=since, use=use, lines=(line,), **facts)


def test_how_many_units_it_concerns(work, estate, item):
    """Of all: those of which nothing nearer is said."""
    home, other, shop = (make.make_unit(estate, use=use) for use in (UnitUse.home, UnitUse.home, UnitUse.shop))
    make_tariff(item, "2"), make_tariff(item, "5", use=UnitUse.shop), make_tariff(item, "1", unit=home)
    make_tariff(item, "4", date(2027, 3, 1))
    with work():
        effect = effect_of(item, entry())
        assert (effect.units, effect.days, effect.days_of, effect.whole) == (1, 21, 31, False)
        assert effect.until == date(2027, 3, 1)
        assert effect.before == [Before(terms=Terms.priced, price=Decimal(2), units=1)]
        assert effect_of(item, entry(use=UnitUse.shop)).units == 1
        of_one = effect_of(item, entry(unit=other))
        assert (of_one.units, of_one.before) == (1, [Before(terms=None, price=None, units=1)])
    assert shop


def test_a_unit_that_is_as_all_others_again_counts_with_them(work, estate, item):
    flat = make.make_unit(estate)
    make_tariff(item, "1", unit=flat), make_tariff(item, None, date(2026, 5, 1), unit=flat, terms=Terms.general)
    with work():
        assert effect_of(item, entry()).units == 1
        assert effect_of(item, entry(since=date(2026, 3, 1))).units == 0


def test_the_line_leaves_out_what_was_overtaken(estate, item):
    first = make_tariff(item, "2", date(2025, 1, 1))
    wrong, right = (make_tariff(item, price, date(2026, 1, 1)) for price in ("20", "2.5"))
    line = drawn([("all", [first, wrong, right]), ("none", [])], date(2026, 7, 1))
    assert [(bar.tariff.id, bar.now) for bar in line.lanes[0].bars] == [(first.id, False), (right.id, True)]
    assert [mark.text for mark in line.marks] == ["2026", "2027"]
    assert line.lanes[0].bars[0].left == "0.00%"
    assert drawn([("all", [])], date(2026, 7, 1)) is None
