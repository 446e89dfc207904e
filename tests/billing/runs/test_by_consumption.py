"""A cost shared by what meters counted: by the largest remainder, each in its month, refused where nothing was used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.billing.charges.models import Basis, ChargeItem, MeterKind, SharedBy
from crm.billing.ledger import explaining
from crm.billing.ledger.models import Bill
from crm.billing.meters.consumption import Anomaly
from crm.billing.meters.models import ReadingKind
from crm.billing.runs import preview, service
from crm.billing.runs.figures import Counted
from crm.billing.runs.month import Month
from crm.billing.runs.reasons import Reason
from crm.errors import DomainError
from crm.properties.models import Unit
from tests import factories as make
from tests.billing.making import MOMENT, make_item, make_meter, make_reading, make_shared_cost
from tests.billing.runs.making import NOVEMBER

HUNG, SWAPPED, READ = date(2026, 10, 25), date(2026, 11, 10), date(2026, 11, 25)


@pytest.fixture
def item(estate):
    by_water = {"shared_by": SharedBy.consumption, "meter_kind": MeterKind.water}
    return make_item(estate, "公共用水分摊", basis=Basis.shared, **by_water)


@pytest.fixture
def flats(estate):
    made = [make.make_unit(estate, f"6-1-{number}", built_area=Decimal(80)) for number in (301, 302, 303)]
    for unit, name in zip(made, ("欧阳娜娜", "司马青", "上官云"), strict=True):
        make.make_customer(estate, name, unit)
    return made


@pytest.fixture
def read(estate, flats):
    """10.5, 4 + 3 over a swap, and 3.2 m³: 20.7 in all."""
    [first, second, third] = [make_meter(estate, flat, installed_on=HUNG) for flat in flats]
    make_reading(first, "10.5", READ), make_reading(third, "3.2", READ)
    make_reading(second, "4", SWAPPED, kind=ReadingKind.final)
    make_reading(make_meter(estate, flats[1], "50", installed_on=SWAPPED), "53", READ)


def publish(work, item):
    with work() as db:
        service.publish(service.draft(item, NOVEMBER), item)
        found = db.scalars(select(Bill).where(Bill.item_id == item.id).join(Unit).order_by(Unit.sort_key)).all()
        for bill in found:
            db.refresh(bill, ["item", "tariff", "shared_cost"])
        return [(bill.quantity, bill.amount, explaining.explain(bill).arithmetic) for bill in found]


def test_shares_by_the_largest_remainder(work, item, read):
    """5072.46, 3381.64 and 1545.89 fen: the two that are left go to .89 and .64."""
    make_shared_cost(item, "100.00")
    assert publish(work, item) == [
        (Decimal("10.500"), Decimal("50.72"), "100.00 元 × 10.5 m³ ÷ 20.7 m³ = 50.72 元"),
        (Decimal(7), Decimal("33.82"), "100.00 元 × 7 m³ ÷ 20.7 m³ = 33.82 元"),
        (Decimal("3.200"), Decimal("15.46"), "100.00 元 × 3.2 m³ ÷ 20.7 m³ = 15.46 元"),
    ]


def test_only_what_was_read_in_the_month_and_of_its_kind_counts(work, estate, item, flats, read):
    power = make_meter(estate, flats[0], kind=MeterKind.electricity, installed_on=HUNG)
    make_reading(power, "900", READ)
    make_reading(make_meter(estate, flats[0], installed_on=date(2026, 9, 25)), "8", HUNG)
    make_shared_cost(item, "207.00")
    assert [share for _used, share, _told in publish(work, item)] == [105, 70, 32]


def test_why_a_unit_has_no_share(work, estate, item, flats, read):
    unread, without, unused, odd = (make.make_unit(estate, f"6-1-{number}") for number in (304, 305, 306, 307))
    for unit in (unread, without, unused, odd):
        make.make_customer(estate, "诸葛亮", unit)
    confirmed = {"confirmed_as": Anomaly.zero, "confirmed_by": "郑凯", "confirmed_at": MOMENT}
    make_meter(estate, unread, installed_on=HUNG)
    make_reading(make_meter(estate, unused, "7", installed_on=HUNG), "7", READ, **confirmed)
    make_reading(make_meter(estate, odd, "7", installed_on=HUNG), "5", READ)
    make_shared_cost(item, "100.00")
    with work() as db:
        month = Month.of(db.get(ChargeItem, item.id), NOVEMBER)
        found = preview.of_units(month).subquery()
        told = dict(db.execute(select(Unit.label, found.c.reason).join(found, found.c.unit_id == Unit.id)).all())
        assert preview.totals(month).counted == preview.counted(month) == Counted(3, Decimal(100))
    named = [told[label] for label in ("6-1-301", "6-1-304", "6-1-305", "6-1-306", "6-1-307")]
    assert named == ["", "not_read", "no_part", "unused", "not_read"]


def test_without_any_consumption_it_is_refused(app, work, estate, item, flats):
    """Nothing is published before it can be shared; afterwards nothing is against it."""
    meter = make_meter(estate, flats[0], installed_on=HUNG)
    make_shared_cost(item, "1234.50", building_id=flats[0].building_id)
    with work(), pytest.raises(DomainError, match=r"1,234\.50"):
        service.draft(item, NOVEMBER)
    make_reading(meter, "3", READ)
    assert [share for _used, share, _told in publish(work, item)] == [Decimal("1234.50")]


def test_what_is_published_has_a_bill(work, estate, item, flats, read):
    """Nobody is named as left out whose share stands in the books; a unit entered late still is."""
    make_shared_cost(item, "100.00")
    publish(work, item)
    make_meter(estate, make.make_unit(estate, "6-1-304"), installed_on=HUNG)
    with work() as db:
        told = preview.totals(Month.of(db.get(ChargeItem, item.id), NOVEMBER))
    assert (told.counted, told.skipped) == (Counted(), {Reason.not_read: 1})
