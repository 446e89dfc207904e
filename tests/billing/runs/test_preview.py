"""What publishing would make, who gets no bill and why, what changed since last month: read and never stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import g
from sqlalchemy import func, select

from crm.billing.charges.models import Basis, ChargeItem, Payer, SharedBy, Terms
from crm.billing.ledger.models import Bill
from crm.billing.runs import preview, service
from crm.billing.runs.changes import Charged, changes, why
from crm.billing.runs.figures import Counted
from crm.billing.runs.models import BillingRun
from crm.billing.runs.month import Month
from crm.billing.runs.reasons import FOUND_OUT, REASON_TITLES, Reason, mending
from crm.properties.models import Unit, UnitUse
from crm.tenants.models import OccupancyRole
from tests import factories as make
from tests.acting import as_
from tests.billing.making import make_bill, make_item, make_shared_cost, make_tariff
from tests.billing.runs.making import NOVEMBER

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502", built_area=Decimal("120.50"))


@pytest.fixture
def owner(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


@pytest.fixture
def item(estate):
    made = make_item(estate, "物业服务费")
    make_tariff(made)
    return made


def reasons(work, item, period=NOVEMBER):
    """Unit's label -> reason; "" for one that gets a bill."""
    with work() as db:
        found = preview.of_units(Month.of(db.get(ChargeItem, item.id), period)).subquery()
        rows = db.execute(select(Unit.label, found.c.reason).join(found, found.c.unit_id == Unit.id))
        return {row.label: row.reason for row in rows}


def test_every_reason_has_its_words():
    assert set(REASON_TITLES) == set(FOUND_OUT) == set(Reason)


def test_the_totals_store_nothing(work, db, item, owner):
    with work() as opened:
        found = preview.totals(Month.of(item, NOVEMBER))
        assert preview.counted(Month.of(item, NOVEMBER)) == found.counted == Counted(1, Decimal("337.40"))
        assert opened.scalar(select(func.count(BillingRun.id))) == opened.scalar(select(func.count(Bill.id))) == 0


@pytest.mark.parametrize(
    ("unit", "price", "lives", "reason"),
    [
        ({}, {}, True, ""),
        ({}, {}, False, "nobody"),
        ({"built_area": None}, {}, True, "no_area"),
        ({"built_area": Decimal(0)}, {}, True, "nought"),
        ({"handover_on": date(2026, 12, 1)}, {}, True, "not_handed_over"),
        ({}, {"price": None}, True, "free"),
        ({}, {"price": "0"}, True, "nought"),
        ({}, {"price": "100000", "quantity": "100000"}, True, "too_large"),
        ({}, {"use": UnitUse.shop}, True, "no_price"),
        ({}, {"since": date(2026, 12, 1)}, True, "no_price"),
    ],
)
def test_why_a_unit_gets_no_bill(work, estate, unit, price, lives, reason):
    made = make.make_unit(estate, "5-1-101", **({"built_area": Decimal(80)} | unit))
    if lives:
        make.make_customer(estate, "欧阳娜娜", made)
    item = make_item(estate)
    make_tariff(item, **({"price": "2.80"} | price))
    assert reasons(work, item)["5-1-101"] == reason


def test_a_unit_of_its_own_terms(work, estate, item, owner, flat):
    make_tariff(item, None, unit=flat, terms=Terms.free)
    assert reasons(work, item)["3-1-502"] == "free"


def test_billed_by_another(work, item, owner, flat):
    make_bill(owner, "1.00", NOVEMBER, item=item, unit_id=flat.id, source="import")
    assert reasons(work, item)["3-1-502"] == "billed"


def test_billed_by_the_run_itself_is_no_reason(work, item, owner):
    with work():
        service.publish(service.draft(item, NOVEMBER), item)
    assert reasons(work, item)["3-1-502"] == ""


def test_why_a_unit_has_no_share(work, estate):
    areas = (("61", Decimal(80)), ("62", None))
    flats = {name: make.make_unit(estate, f"{name}-1-101", built_area=area) for name, area in areas}
    for unit in (*flats.values(), parking := make.make_parking(estate)):
        make.make_customer(estate, "欧阳娜娜", unit)
    make.make_unit(estate, "63-1-101", built_area=Decimal(80))
    item = make_item(estate, basis=Basis.shared, shared_by=SharedBy.built_area)
    make_shared_cost(item, "5.00", building_id=flats["61"].building_id)
    told = reasons(work, item)
    assert (told["61-1-101"], told["62-1-101"], told[parking.label]) == ("", "not_entered", "no_part")
    make_shared_cost(item, "5.00")
    told = reasons(work, item)
    assert (told["61-1-101"], told["62-1-101"], told["63-1-101"]) == ("", "no_area", "nobody")


def test_days_that_nobody_pays_for_are_counted(work, estate, item, flat):
    make.make_occupancy(make.make_customer(estate, "欧阳娜娜"), flat, starts=date(2026, 11, 12))
    with work():
        found = preview.totals(Month.of(item, NOVEMBER))
    assert (found.counted.bills, found.unpaid_units, found.unpaid_days) == (1, 1, 11)


def test_where_it_is_mended(app, item):
    with app.test_request_context():
        g.actor = as_("zhouhui")
        assert mending(Reason.no_area, item, 7, "3-1-502").endswith("/units/7/edit")
        assert mending(Reason.free, item, 7, "3-1-502").endswith("/units/7")  # prices are not hers
        g.actor = as_("zhengkai")
        assert mending(Reason.no_area, item, 7, "3-1-502").endswith("/units/7")
        assert mending(Reason.free, item, 7, "3-1-502").endswith("/tariffs/new?unit=3-1-502")
        assert all(mending(reason, item, 7, "3-1-502").startswith("/") for reason in Reason)


# Against last month


def publish(work, item, period):
    with work():
        return service.publish(service.draft(item, period), item)


def told(work, item, period=NOVEMBER):
    with work():
        return changes(Month.of(item, period))


def test_the_largest_changes_and_why(work, estate, item, owner, flat):
    """November: a dearer price of one unit, another has a buyer on the eleventh, a third is new, a fourth is gone."""
    sold, gone = (make.make_unit(estate, f"3-1-{number}", built_area=Decimal(100)) for number in (601, 602))
    seller = make.make_customer(estate, "司马青")
    make.make_occupancy(seller, sold, ends=date(2026, 11, 11))
    make.make_occupancy(seller, gone, ends=OCTOBER.replace(month=11))
    publish(work, item, OCTOBER)
    make_tariff(item, "3.80", NOVEMBER, unit=flat)
    make.make_occupancy(make.make_customer(estate, "上官云"), sold, starts=date(2026, 11, 16))
    make.make_customer(estate, "诸葛亮", make.make_unit(estate, "3-1-603", built_area=Decimal(50)))
    for _ in range(2):  # as a preview, and as it is published
        found = told(work, item)
        assert (found.now, found.before) == (Counted(4, Decimal("831.23")), Counted(3, Decimal("897.40")))
        assert (found.new, found.new_total, found.gone, found.gone_total) == (1, 140, 1, 280)
        assert [(jump.label, str(jump.difference), jump.why) for jump in found.jumps] == [
            ("3-1-502", "120.50", ["单价：2.8 → 3.8"]),
            ("3-1-601", "-46.67", ["天数：31 → 25", "付款人：司马青 → 司马青、上官云"]),
        ]
        publish(work, item, NOVEMBER)


def test_the_first_month_has_nothing_to_compare(work, item, owner):
    assert told(work, item).jumps == []


def test_a_tenant_who_came(work, estate, owner, flat):
    item = make_item(estate, basis=Basis.fixed, payer=Payer.occupant)
    make_tariff(item, "10"), make_tariff(item, "12", NOVEMBER)
    publish(work, item, OCTOBER)
    make.make_occupancy(make.make_customer(estate, "上官云"), flat, OccupancyRole.tenant, starts=NOVEMBER)
    [jump] = told(work, item).jumps
    assert jump.why == ["单价：10 → 12", "付款人：欧阳娜娜 → 上官云"]


def test_a_shared_cost_that_rose(app):
    with app.test_request_context():
        same = Charged((), (Decimal(80),), 30, 0, ("欧阳娜娜",))
        assert why(same, same) == ["公摊费用变动或取整差异"]
        assert why(same, Charged((), (Decimal("80.5"),), 31, 0, ("欧阳娜娜",))) == ["数量：80 → 80.5"]
