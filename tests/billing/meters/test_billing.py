"""What meters counted in a month's run: price of the day it was read, who paid the day before, never by days."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.billing.charges.models import Basis, MeterKind, Payer
from crm.billing.ledger.explaining import explain
from crm.billing.ledger.invariants import bills_not_as_reckoned, days_charged_twice
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.ledger.queries import get_bill
from crm.billing.meters.consumption import Anomaly
from crm.billing.meters.models import MeterReading, ReadingKind
from crm.billing.runs import service as runs
from crm.tenants.models import Customer, OccupancyRole
from tests import factories as make
from tests.billing.making import make_item, make_meter, make_reading, make_tariff

OCTOBER, NOVEMBER = date(2026, 10, 25), date(2026, 11, 25)
MONTH = date(2026, 11, 1)


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502", built_area=Decimal("120.50"))


@pytest.fixture
def water(estate):
    item = make_item(estate, "水费", Basis.meter, meter_kind=MeterKind.water)
    make_tariff(item, "3.20")
    return item


@pytest.fixture
def published(work, db):
    def publish(item, month=MONTH, act=runs.publish):
        with work():
            act(runs.draft(item, month), item)
        db.expire_all()
        names = dict(db.execute(select(Customer.id, Customer.name)).all())
        bills = db.scalars(select(Bill).where(Bill.item_id == item.id, ~Bill.voided).order_by(Bill.begins, Bill.meter))
        assert db.execute(days_charged_twice()).all() == []
        return [(names[b.customer_id], f"{b.begins:%m-%d}", f"{b.ends:%m-%d}", b.quantity, b.amount) for b in bills]

    return publish


def test_a_month(estate, flat, water, published, work):
    """30 m³ × 3.20, from the day in October it was read."""
    make.make_customer(estate, "欧阳娜娜", flat)
    meter = make_meter(estate, flat, "120", installed_on=OCTOBER)
    reading = make_reading(meter, "150", NOVEMBER)
    assert published(water) == [("欧阳娜娜", "10-25", "11-25", 30, Decimal("96.00"))]
    with work() as db:
        bill = get_bill(db.scalars(select(Bill.id)).one(), Bill.tariff, Bill.shared_cost)
        assert (bill.meter, bill.reading_id, bill.days, bill.days_of) == (meter.id, reading.id, None, None)
        told = explain(bill)
        assert told.arithmetic.startswith(f"{meter.number} (150 − 120) = 30 m³; 30 m³ × 3.2 ")
        assert "= 96.00" in told.arithmetic
        assert told.days == "2026-10-25 – 2026-11-24"
        assert db.execute(bills_not_as_reckoned()).all() == []


def test_publishing_and_supplementing_again_change_nothing(estate, flat, water, published):
    make.make_customer(estate, "欧阳娜娜", flat)
    make_reading(make_meter(estate, flat, "120", installed_on=OCTOBER), "150", NOVEMBER)
    once = published(water)
    assert published(water) == published(water, act=runs.supplement) == once


def test_the_price_is_that_of_the_day_it_was_read(estate, flat, water, published):
    make.make_customer(estate, "欧阳娜娜", flat)
    make_tariff(water, "4", NOVEMBER)
    meter = make_meter(estate, flat, "0", installed_on=OCTOBER)
    make_reading(meter, "10", date(2026, 11, 24)), make_reading(meter, "10.5", NOVEMBER)
    assert [line[-1] for line in published(water)] == [Decimal("32.00"), Decimal("2.00")]


@pytest.mark.parametrize("kind", [ReadingKind.regular, ReadingKind.final])
def test_a_reading_on_the_day_of_the_transfer_parts_it(estate, flat, water, published, kind):
    """The seller until the 12th: what was used before is hers, what came after the buyer's."""
    day = date(2026, 11, 12)
    seller, buyer = (make.make_customer(estate, name) for name in ("欧阳志远", "司马青"))
    make.make_occupancy(seller, flat, ends=day), make.make_occupancy(buyer, flat, starts=day)
    meter = make_meter(estate, flat, "100", installed_on=OCTOBER)
    make_reading(meter, "118", day, kind=kind), make_reading(meter, "123", NOVEMBER)
    assert published(water) == [
        ("欧阳志远", "10-25", "11-12", 18, Decimal("57.60")),
        ("司马青", "11-12", "11-25", 5, Decimal("16.00")),
    ]


def test_a_transfer_on_the_first_of_the_month(estate, flat, water, published):
    """Read on the 1st: the last day lies in October, and the seller paid then."""
    seller, buyer = (make.make_customer(estate, name) for name in ("欧阳志远", "司马青"))
    make.make_occupancy(seller, flat, ends=MONTH), make.make_occupancy(buyer, flat, starts=MONTH)
    make_reading(make_meter(estate, flat, "100", installed_on=OCTOBER), "104", MONTH)
    assert published(water) == [("欧阳志远", "10-25", "11-01", 4, Decimal("12.80"))]


def test_the_tenant_pays_what_was_used_in_the_tenants_time(estate, flat, published):
    item = make_item(estate, basis=Basis.meter, meter_kind=MeterKind.water, payer=Payer.occupant)
    make_tariff(item, "1")
    make.make_customer(estate, "欧阳娜娜", flat)
    tenant = make.make_customer(estate, "上官云")
    make.make_occupancy(tenant, flat, OccupancyRole.tenant, starts=date(2026, 11, 3))
    make_reading(make_meter(estate, flat, "100", installed_on=OCTOBER), "104", NOVEMBER)
    assert [line[0] for line in published(item)] == ["上官云"]


def test_two_meters_of_a_unit_in_one_month(estate, flat, water, published):
    """12 and 9 m³, a bill each; also where the new one hangs beside the old from the same day."""
    make.make_customer(estate, "欧阳娜娜", flat)
    old = make_meter(estate, flat, "100", installed_on=OCTOBER, removed_on=NOVEMBER)
    make_reading(old, "112", NOVEMBER, kind=ReadingKind.final)
    make_reading(make_meter(estate, flat, "0", installed_on=OCTOBER), "9", NOVEMBER)
    assert [line[3:] for line in published(water)] == [(12, Decimal("38.40")), (9, Decimal("28.80"))]


def test_what_is_odd_is_billed_by_the_supplement_once_found_right(estate, flat, water, published, db):
    make.make_customer(estate, "欧阳娜娜", flat)
    meter = make_meter(estate, flat, "0", installed_on=date(2026, 9, 25))
    make_reading(meter, "5", OCTOBER)
    high = make_reading(meter, "50", NOVEMBER)
    assert published(water) == []
    row = db.get_one(MeterReading, high.id)
    row.confirmed_as, row.confirmed_by, row.confirmed_at = Anomaly.high, "郑凯", make.NOW
    db.commit()
    assert [line[3] for line in published(water, act=runs.supplement)] == [45]


def test_nothing_is_billed_before_the_unit_is_handed_over(estate, water, published):
    flat = make.make_unit(estate, handover_on=NOVEMBER)
    make.make_customer(estate, "欧阳娜娜", flat)
    make_reading(make_meter(estate, flat, "0", installed_on=OCTOBER), "5", NOVEMBER)
    assert published(water) == []


def test_a_public_meter_is_nobodys_bill(estate, water, published):
    make_reading(make_meter(estate, installed_on=OCTOBER), "5", NOVEMBER)
    assert published(water) == []


def test_two_items_stand_on_one_reading(estate, flat, water, published):
    sewage = make_item(estate, "污水处理费", Basis.meter, meter_kind=MeterKind.water)
    make_tariff(sewage, "0.95")
    make.make_customer(estate, "欧阳娜娜", flat)
    make_reading(make_meter(estate, flat, "0", installed_on=OCTOBER), "5", NOVEMBER)
    assert published(water)[0][-1] == Decimal("16.00")
    assert published(sewage)[0][-1] == Decimal("4.75")


def test_the_largest_line_stays_within_64_bits(estate, flat, published):
    """4,000,000 × 25 yuan; at 26 it is beyond what a line may come to."""
    items = [make_item(estate, basis=Basis.meter, meter_kind=MeterKind.water) for _price in range(2)]
    make_tariff(items[0], "25"), make_tariff(items[1], "26")
    make.make_customer(estate, "欧阳娜娜", flat)
    make_reading(make_meter(estate, flat, "0", digits=8, installed_on=OCTOBER), "4000000", NOVEMBER)
    assert [line[-1] for line in published(items[0])] == [Decimal(100_000_000)]
    assert published(items[1]) == []


def test_a_void_bill_frees_its_reading(estate, flat, water, published, db):
    make.make_customer(estate, "欧阳娜娜", flat)
    make_reading(make_meter(estate, flat, "120", installed_on=OCTOBER), "150", NOVEMBER)
    published(water)
    bill = db.scalars(select(Bill)).one()
    assert bill.source is BillSource.run
    bill.voided, bill.open = True, Decimal(0)
    db.commit()
    assert len(published(water, act=runs.supplement)) == 1
