"""What is counted by one figure a unit is what its lines come to, whatever of the month has changed since."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import update

from crm.billing.charges.models import ChargeItem, Payer
from crm.billing.ledger.models import Bill
from crm.billing.runs import preview, service, steady
from crm.billing.runs.changes import changes
from crm.billing.runs.figures import Counted
from crm.billing.runs.month import Month
from crm.db import open_session
from crm.properties.models import Estate, Unit, UnitUse
from crm.tenants.models import Occupancy, OccupancyRole
from tests import factories as make
from tests.billing.making import make_bill, make_item, make_tariff
from tests.billing.runs.making import NOVEMBER

OCTOBER, TWELFTH = date(2026, 10, 1), date(2026, 11, 12)
FLATS = {
    "101": {},
    "102": {},
    "103": {"built_area": None},
    "104": {"built_area": Decimal(0)},
    "105": {"handover_on": TWELFTH},
    "106": {"handover_on": date(2026, 12, 1)},
    "107": {"use": UnitUse.shop},
    "108": {},
    "109": {},
    "110": {},
}


@pytest.fixture
def street(estate):
    """Nobody pays for 110, 109 changes hands, 108 has a co-owner and a tenant; all others one owner."""
    flats = {}
    for name, given in FLATS.items():
        flats[name] = make.make_unit(estate, f"3-1-{name}", **({"built_area": Decimal(80)} | given))
        if name not in ("109", "110"):
            make.make_customer(estate, "欧阳娜娜", flats[name])
    for role in (OccupancyRole.co_owner, OccupancyRole.tenant):
        make.make_occupancy(make.make_customer(estate, "司马青"), flats["108"], role)
    make.make_occupancy(make.make_customer(estate, "诸葛亮"), flats["109"], ends=TWELFTH)
    make.make_occupancy(make.make_customer(estate, "上官云"), flats["109"], starts=TWELFTH)
    return flats


def priced(estate, payer=Payer.owner):
    made = make_item(estate, payer=payer)
    make_tariff(made), make_tariff(made, "4.20", use=UnitUse.shop)
    return made


def publish(work, item, period, verb=service.publish):
    with work() as db:
        found = db.get(ChargeItem, item.id)
        return verb(service.draft(found, period), found)


def agreed(work, item, monkeypatch):
    """What publishing November would add: the same whether units are told apart or all reckoned by line."""
    told = []
    for most in (10_000, -1):
        monkeypatch.setattr(steady, "MOST", most)
        with work() as db:
            month = Month.of(db.get(ChargeItem, item.id), NOVEMBER)
            told.append((preview.counted(month), preview.totals(month), changes(month)))
    assert told[0] == told[1]
    return told[0][0]


def changed(statement):
    with open_session() as db:
        db.execute(statement)
        db.commit()


@pytest.mark.parametrize("payer", Payer)
def test_most_units_are_steady(work, estate, street, monkeypatch, payer):
    item = priced(estate, payer)
    with work() as db:
        found = steady.split(Month.of(db.get(ChargeItem, item.id), NOVEMBER))
    left = {name for name, flat in street.items() if flat.id in found.rest.units}
    several = {"108"} if payer is Payer.occupant else set()
    assert left == {"103", "104", "105", "106", "109", "110"} | several
    assert found.steady.bills == len(street) - len(left)
    assert agreed(work, item, monkeypatch).bills == 7


def taken_over(item, street, name, begins, ends):
    owner = make.make_customer(Estate(id=item.estate_id), "司马青")
    make_bill(owner, "1.00", begins, item=item, unit_id=street[name].id, source="import", ends=ends)


SOURCES = {
    "an area": lambda _item, street: changed(
        update(Unit).where(Unit.id == street["101"].id).values(built_area=Decimal("91.37"))
    ),
    "an owner who goes": lambda _item, street: changed(
        update(Occupancy).where(Occupancy.unit_id == street["101"].id).values(ends=TWELFTH)
    ),
    "an owner where there was none": lambda item, street: make.make_customer(
        Estate(id=item.estate_id), "司马青", street["110"]
    ),
    "a unit that is free": lambda item, street: make_tariff(item, None, NOVEMBER, unit=street["102"]),
    "a price": lambda item, _street: make_tariff(item, "3.33", NOVEMBER),
    "a price within the month": lambda item, _street: make_tariff(item, "3.50", TWELFTH, use=UnitUse.home),
    "days taken over": lambda item, street: taken_over(item, street, "108", NOVEMBER, TWELFTH),
    "a year taken over": lambda item, street: taken_over(item, street, "107", date(2026, 10, 9), date(2027, 10, 9)),
}


def test_whatever_changes_is_seen(work, estate, street, monkeypatch):
    """One after the other, beside October; then as it is published, when nothing is left to add."""
    item = priced(estate)
    publish(work, item, OCTOBER)
    seen = [agreed(work, item, monkeypatch)]
    for change in SOURCES.values():
        change(item, street)
        seen.append(agreed(work, item, monkeypatch))
    unseen = [source for source, (before, after) in zip(SOURCES, pairwise(seen), strict=True) if before == after]
    assert unseen == []
    publish(work, item, NOVEMBER)
    assert agreed(work, item, monkeypatch) == Counted()


def test_a_supplement_finds_what_is_open(work, estate, street, monkeypatch):
    """A bill that was made void, and a unit that somebody pays for by now; of the others none is looked at."""
    item = priced(estate)
    first = publish(work, item, NOVEMBER)
    changed(update(Bill).where(Bill.unit_id == street["102"].id).values(voided=True, open=0))
    make.make_customer(estate, "司马青", street["110"])
    due = agreed(work, item, monkeypatch)
    assert due.bills == 2
    assert publish(work, item, NOVEMBER, service.supplement).bills == first.bills + due.bills
    assert agreed(work, item, monkeypatch) == Counted()


def test_a_supplement_with_nothing_to_add(work, estate):
    """Where one bill charges each unit for the month there is nothing to reckon."""
    make.make_customer(estate, "欧阳娜娜", make.make_unit(estate, "3-1-502", built_area=Decimal(80)))
    item = priced(estate)
    assert publish(work, item, NOVEMBER).bills == 1
    with work() as db:
        found = db.get(ChargeItem, item.id)
        assert steady.split(Month.of(found, NOVEMBER)) == steady.Split(Counted(), None)
        assert service.supplement(service.draft(found, NOVEMBER), found).bills == 1
