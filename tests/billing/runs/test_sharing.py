"""Shared costs: the shares add up to the total, whatever is weighed, and are those of a reckoning of its own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm.billing.arithmetic import month_of
from crm.billing.charges.models import Basis, SharedBy
from crm.billing.ledger import explaining
from crm.billing.ledger.models import Bill
from crm.billing.runs import service
from crm.billing.runs.month import Month
from crm.billing.runs.sharing import shares
from crm.money import from_fen, to_fen
from crm.properties.models import Unit
from crm.tenants.models import Occupancy
from tests import factories as make
from tests.billing.making import make_item, make_shared_cost
from tests.conftest import thrown_away

NOVEMBER = date(2026, 11, 1)


def told(work, item, period=NOVEMBER):
    """(unit, first day, last day, yuan) of each share."""
    with work() as db:
        rows = db.execute(shares(Month.of(item, period))).all()
        labels = dict(db.execute(select(Unit.id, Unit.label)).all())
    return sorted(
        (labels[row.unit_id], str(row.begins), str(row.ends - timedelta(days=1)), str(from_fen(row.amount)))
        for row in rows
    )


@pytest.fixture
def three(estate):
    """One hundred yuan among three: 33.34 to whoever stands first."""
    units = [make.make_unit(estate, f"6-1-{number}", built_area=Decimal(80)) for number in (301, 302, 303)]
    for unit, name in zip(units, ("欧阳娜娜", "司马青", "上官云"), strict=True):
        make.make_customer(estate, name, unit)
    return units


def shared_item(estate, by=SharedBy.unit, **given):
    return make_item(estate, basis=Basis.shared, shared_by=by, **given)


def test_the_odd_fen_goes_to_whoever_stands_first(work, estate, three):
    item = shared_item(estate)
    make_shared_cost(item, "100.00", building_id=three[0].building_id)
    assert [line[-1] for line in told(work, item)] == ["33.34", "33.33", "33.33"]


def test_by_area_and_a_change_of_hands(work, estate, three):
    """300 yuan among 240 m²; the middle one's month is cut after the twelfth: 100 × 12/30 and 100 × 18/30."""
    buyer, seller = make.make_customer(estate, "诸葛亮"), make.make_customer(estate, "东方朔")
    moved = make.make_unit(estate, "7-1-101", built_area=Decimal(80))
    make.make_occupancy(seller, moved, ends=date(2026, 11, 13))
    make.make_occupancy(buyer, moved, starts=date(2026, 11, 13))
    item = shared_item(estate, SharedBy.built_area)
    make_shared_cost(item, "400.00")
    assert [line for line in told(work, item) if line[0] == "7-1-101"] == [
        ("7-1-101", "2026-11-01", "2026-11-12", "40.00"),
        ("7-1-101", "2026-11-13", "2026-11-30", "60.00"),
    ]


def test_days_that_nobody_pays_for_keep_their_share(work, estate, three):
    make.make_unit(estate, "6-1-304", built_area=Decimal(80))
    item = shared_item(estate)
    make_shared_cost(item, "100.00", building_id=three[0].building_id)
    assert [line[-1] for line in told(work, item)] == ["25.00", "25.00", "25.00"]


def test_a_buildings_own_cost_goes_before_the_estates(work, estate, three):
    other = make.make_unit(estate, "9-1-101", built_area=Decimal(80))
    make.make_customer(estate, "诸葛亮", other)
    make.make_parking(estate)
    item = shared_item(estate)
    make_shared_cost(item, "50.00"), make_shared_cost(item, "9.00", building_id=three[0].building_id)
    assert {line[0]: line[-1] for line in told(work, item)} == {
        "6-1-301": "3.00", "6-1-302": "3.00", "6-1-303": "3.00", "9-1-101": "50.00"
    }  # fmt: skip


def test_the_last_entered_counts_until_it_is_billed(work, estate, three):
    item, place = shared_item(estate), {"building_id": three[0].building_id}
    make_shared_cost(item, "90.00", **place), make_shared_cost(item, "30.00", **place)
    with work():
        service.publish(service.draft(item, NOVEMBER), item)
    make_shared_cost(item, "60.00", **place)
    with work() as db:
        assert db.scalar(select(func.sum(Bill.amount)).where(Bill.item_id == item.id)) == 30
    assert told(work, item) == []


def test_who_was_left_out_gets_what_is_left(work, estate, three):
    """After an owner was entered the shares of all still add up to the cost."""
    late = make.make_unit(estate, "6-1-304", built_area=Decimal("33.33"))
    item = shared_item(estate, SharedBy.built_area)
    make_shared_cost(item, "100.00", building_id=late.building_id)
    with work():
        service.publish(service.draft(item, NOVEMBER), item)
    make.make_customer(estate, "诸葛亮", late)
    with work() as db:
        run = service.supplement(service.draft(item, NOVEMBER), item)
        assert (run.bills, run.total) == (4, 100)
        assert db.scalars(select(Bill.whole).where(Bill.item_id == item.id).distinct()).all() == [Decimal("273.330")]


def test_its_arithmetic(work, estate, three):
    item = shared_item(estate, SharedBy.built_area)
    make_shared_cost(item, "100.00", building_id=three[0].building_id, document="电费发票 8821")
    make.make_occupancy(make.make_customer(estate, "诸葛亮"), three[2], starts=date(2026, 11, 11))
    with work() as db:
        service.publish(service.draft(item, NOVEMBER), item)
        bill = db.scalars(select(Bill).where(Bill.item_id == item.id, Bill.unit_id == three[0].id)).one()
        db.refresh(bill, ["item", "tariff", "shared_cost"])
        told = explaining.explain(bill)
    assert (told.arithmetic, told.basis) == ("100.00 元 × 80 ㎡ ÷ 240 ㎡ = 33.34 元", "电费发票 8821")


def test_a_weight_beyond_counting_is_no_share(work, estate, three):
    """Never a wrong sum: the preview says what is too large."""
    huge = make.make_unit(estate, "6-1-305", built_area=Decimal("900000000"))
    make.make_customer(estate, "诸葛亮", huge)
    item = shared_item(estate, SharedBy.built_area)
    make_shared_cost(item, "90000000.00", building_id=huge.building_id)
    with work() as db:
        assert {row.amount for row in db.execute(shares(Month.of(item, NOVEMBER)))} == {None}


def test_items_of_one_estate_do_not_touch_anothers(work, estate, other_estate, three):
    item = shared_item(other_estate)
    make_shared_cost(item, "10.00")
    assert told(work, item) == []


# Against a reckoning of its own

FLATS = ("21-1-101", "21-1-102", "21-2-101", "22-1-101")
WEIGHTS = st.lists(st.none() | st.integers(0, 30_000), min_size=4, max_size=4)  # hundredths of m²
CHANGES = st.lists(st.none() | st.integers(1, 30), min_size=4, max_size=4)  # last day of the seller
EMPTY = st.lists(st.none() | st.integers(1, 31), min_size=4, max_size=4)  # first day on which somebody pays
HANDED = st.lists(st.none() | st.integers(-3, 35), min_size=4, max_size=4)  # days after the first


@pytest.fixture(scope="module")
def street(app, engine):
    with thrown_away(engine) as db:
        from crm.properties.models import Estate

        estate = make._kept(Estate(name="公摊小区"))
        units = [make.make_unit(estate, label) for label in FLATS]
        people = [make.make_customer(estate, name) for name in "甲乙"]
        items = {by: shared_item(estate, by) for by in (SharedBy.built_area, SharedBy.inner_area, SharedBy.unit)}
        yield db, units, people, items


def oracle(total, weights, changes, empty, handed, month, by_unit):
    """(unit's place, first day, last day or next) -> fen of the parts that somebody pays, and the sum of all."""
    parts = []
    for place, label in enumerate(FLATS):
        weight = 1000 if by_unit else (weights[place] or 0) * 10
        since = month.begins + timedelta(days=max(0, handed[place] or 0))
        if since >= month.ends:
            continue
        cuts = {since, month.ends}
        for cut in (empty[place], changes[place] and changes[place] + 1):
            if cut and cut <= len(month) and month.begins.replace(day=cut) > since:
                cuts.add(month.begins.replace(day=cut))
        days = sorted(cuts)
        for begins, ends in pairwise(days):
            who = payer(begins, changes[place], empty[place])
            if weight and parts and parts[-1][0] == label and parts[-1][2] == begins and parts[-1][3] == who:
                parts[-1] = (label, parts[-1][1], ends, who, weight)
            elif weight:
                parts.append((label, begins, ends, who, weight))
    if not parts:
        return {}, 0
    weighed = [(part, part[4] * (part[2] - part[1]).days) for part in parts]
    whole = sum(weight for _part, weight in weighed)
    exact = [Fraction(total * weight, whole) for _part, weight in weighed]
    fen = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda at: (fen[at] - exact[at], parts[at][0], parts[at][1]))
    for at in order[: total - sum(fen)]:
        fen[at] += 1
    paid = {part[:3]: share for part, share in zip(parts, fen, strict=True) if part[3]}
    return paid, sum(fen)


def payer(day, change, empty):
    if empty and day.day < empty:
        return None
    return "甲" if change and day.day <= change else "乙"


@given(st.integers(1, 10_000_000), WEIGHTS, CHANGES, EMPTY, HANDED, st.sampled_from(list(SharedBy)[:3]))
@settings(max_examples=80, deadline=None)
def test_as_reckoned_by_the_largest_remainder(app, street, total, weights, changes, empty, handed, by):
    db, units, people, items = street
    month, item = month_of(NOVEMBER), items[by]
    with db.begin_nested() as attempt:
        make_shared_cost(item, str(from_fen(total)), entered=db)
        for place, unit in enumerate(map(db.merge, units)):
            unit.built_area = unit.inner_area = None if weights[place] is None else from_fen(weights[place])
            unit.handover_on = None if handed[place] is None else month.begins + timedelta(days=handed[place])
            db.add_all(_held(unit, people, changes[place], empty[place], month))
        db.flush()
        with app.app_context():
            from flask import g

            g.session = db
            rows = db.execute(shares(Month(item, month))).all()
            g.pop("session")
        labels = {unit.id: unit.label for unit in units}
        got = {(labels[row.unit_id], row.begins, row.ends): row.amount for row in rows}
        attempt.rollback()
    paid, everything = oracle(total, weights, changes, empty, handed, month, by is SharedBy.unit)
    assert got == paid
    assert everything in (total, 0)
    if not any(empty) and got:
        assert sum(got.values()) == total == to_fen(from_fen(total))


def _held(unit, people, change, empty, month):
    """The seller up to and with `change`, then the buyer; nobody before `empty`."""
    first = month.begins.replace(day=min(empty, 30)) if empty else None
    if empty == 31:
        return
    moved = month.begins + timedelta(days=change) if change else None
    held = {"estate_id": unit.estate_id, "unit_id": unit.id, "role": "owner", "recorded_at": make.NOW}
    held |= {"source": "counter"}
    if moved and (first is None or first < moved):
        yield Occupancy(customer_id=people[0].id, starts=first, ends=moved, **held)
        yield Occupancy(customer_id=people[1].id, starts=moved, ends=None, **held)
    else:
        yield Occupancy(customer_id=people[1].id, starts=max(filter(None, (first, moved)), default=None), **held)
