"""Who owes what for a month: the one statement against a reckoning day by day, and cases reckoned by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.billing.arithmetic import Rounding, cost, month_of
from crm.billing.charges.models import Basis, Payer, Tariff, Terms
from crm.billing.runs.month import Month
from crm.billing.runs.payers import OCCUPANTS, OWNERS
from crm.billing.runs.stretches import stretches
from crm.db import open_session
from crm.money import from_fen
from crm.properties.models import Unit, UnitUse
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from tests import factories as make
from tests.billing.making import make_item, make_tariff
from tests.conftest import thrown_away

NOVEMBER = date(2026, 11, 1)


def lines(app, item, period=NOVEMBER):
    """(unit, customer, first day, last day, yuan) of each stretch."""
    with app.app_context(), open_session() as db:
        from flask import g

        g.session = db
        rows = db.execute(stretches(Month.of(item, period))).all()
        labels = dict(db.execute(select(Unit.id, Unit.label)).all())
        names = dict(db.execute(select(Customer.id, Customer.name)).all())
        g.pop("session")
    return sorted(
        (
            labels[row.unit_id],
            names[row.customer_id],
            str(row.begins),
            str(row.ends - timedelta(days=1)),
            str(from_fen(row.amount)),
        )
        for row in rows
    )


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502", built_area=Decimal("120.50"), inner_area=Decimal("98.20"))


@pytest.fixture
def owner(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


def test_a_whole_month(app, estate, flat, owner):
    """120.50 × 2.80 = 337.40"""
    item = make_item(estate)
    make_tariff(item)
    assert lines(app, item) == [("3-1-502", "欧阳娜娜", "2026-11-01", "2026-11-30", "337.40")]


def test_moved_in_within_the_month(app, estate, flat):
    """120.50 × 2.80 × 19/30 = 213.6866…"""
    owner = make.make_customer(estate, "欧阳娜娜")
    make.make_occupancy(owner, flat, starts=date(2026, 11, 12))
    item = make_item(estate)
    make_tariff(item)
    assert lines(app, item) == [("3-1-502", "欧阳娜娜", "2026-11-12", "2026-11-30", "213.69")]


def test_the_unit_changes_hands(app, estate, flat):
    """120.50 × 2.80 × 11/30 = 123.7133…; × 19/30 = 213.6866…; together 337.40"""
    seller, buyer = (make.make_customer(estate, name) for name in ("欧阳志远", "司马青"))
    make.make_occupancy(seller, flat, ends=date(2026, 11, 12))
    make.make_occupancy(buyer, flat, starts=date(2026, 11, 12))
    item = make_item(estate)
    make_tariff(item)
    assert lines(app, item) == [
        ("3-1-502", "司马青", "2026-11-12", "2026-11-30", "213.69"),
        ("3-1-502", "欧阳志远", "2026-11-01", "2026-11-11", "123.71"),
    ]


def test_a_new_price_within_the_month(app, estate, flat, owner):
    """July has 31 days: 120.50 × 2.00 × 15/31 = 116.6129…; × 3.00 × 16/31 = 186.5806…"""
    item = make_item(estate)
    make_tariff(item, "2.00"), make_tariff(item, "3.00", date(2026, 7, 16))
    assert lines(app, item, date(2026, 7, 1)) == [
        ("3-1-502", "欧阳娜娜", "2026-07-01", "2026-07-15", "116.61"),
        ("3-1-502", "欧阳娜娜", "2026-07-16", "2026-07-31", "186.58"),
    ]


@pytest.mark.parametrize(
    ("rounding", "yuan"), [(Rounding.fen, "337.39"), (Rounding.jiao, "337.40"), (Rounding.yuan, "337.00")]
)
def test_rounded_half_up(app, estate, flat, owner, rounding, yuan):
    """120.50 × 2.7999 = 337.38795"""
    item = make_item(estate, rounding=rounding)
    make_tariff(item, "2.7999")
    assert lines(app, item)[0][-1] == yuan


def test_half_a_fen_goes_up(app, estate, flat, owner):
    item = make_item(estate, basis=Basis.fixed)
    make_tariff(item, "0.125")
    assert lines(app, item)[0][-1] == "0.13"


def test_from_the_day_the_unit_is_handed_over(app, estate):
    """100 × 3 × 10/30"""
    flat = make.make_unit(estate, "3-1-601", built_area=Decimal(100), handover_on=date(2026, 11, 21))
    make.make_customer(estate, "欧阳娜娜", flat)
    item = make_item(estate)
    make_tariff(item, "3")
    assert lines(app, item) == [("3-1-601", "欧阳娜娜", "2026-11-21", "2026-11-30", "100.00")]


def test_the_tenant_pays_while_there_is_one(app, estate, flat, owner):
    """60 × 10/30, then 60 × 20/30"""
    tenant = make.make_customer(estate, "上官云")
    make.make_occupancy(tenant, flat, OccupancyRole.tenant, starts=date(2026, 11, 11))
    item = make_item(estate, basis=Basis.fixed, payer=Payer.occupant)
    make_tariff(item, "60")
    assert lines(app, item) == [
        ("3-1-502", "上官云", "2026-11-11", "2026-11-30", "40.00"),
        ("3-1-502", "欧阳娜娜", "2026-11-01", "2026-11-10", "20.00"),
    ]


def test_a_co_owner_who_comes_or_goes_cuts_nothing(app, estate, flat, owner):
    other = make.make_customer(estate, "欧阳志远")
    make.make_occupancy(other, flat, OccupancyRole.co_owner, starts=date(2026, 11, 5), ends=date(2026, 11, 20))
    item = make_item(estate)
    make_tariff(item)
    assert lines(app, item) == [("3-1-502", "欧阳娜娜", "2026-11-01", "2026-11-30", "337.40")]


def test_of_a_merged_file_the_kept_one_pays(app, estate, flat, owner):
    kept = make.make_customer(estate, "欧阳娜")
    make.make_merge(kept, owner)
    item = make_item(estate)
    make_tariff(item)
    assert [line[1] for line in lines(app, item)] == ["欧阳娜"]


def test_one_units_own_price_and_quantity_go_before_its_uses(app, estate, flat, owner):
    """From the 11th 100 m² at 1 yuan: 120.50 × 3 × 10/30 = 120.50; 100 × 1 × 20/30 = 66.666…"""
    item = make_item(estate)
    make_tariff(item, "9"), make_tariff(item, "3", use=UnitUse.home)
    make_tariff(item, "1", date(2026, 11, 11), unit=flat, quantity="100")
    assert [line[2:] for line in lines(app, item)] == [
        ("2026-11-01", "2026-11-10", "120.50"),
        ("2026-11-11", "2026-11-30", "66.67"),
    ]


def test_nobody_pays_for_days_before_the_first_price(app, estate, flat, owner):
    """30 × 10/30"""
    item = make_item(estate, basis=Basis.fixed)
    make_tariff(item, "30", date(2026, 11, 21))
    assert [line[2:] for line in lines(app, item)] == [("2026-11-21", "2026-11-30", "10.00")]


# The statement against a reckoning day by day


DAYS = st.dates(date(2026, 9, 20), date(2026, 12, 10))
ENDS = st.none() | DAYS
HOLDINGS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from(OCCUPANTS), st.none() | DAYS, ENDS), max_size=7
)
TARIFFS = st.lists(
    st.tuples(
        st.none() | st.sampled_from([UnitUse.home, UnitUse.shop]) | st.integers(0, 3),
        DAYS | st.just(date(2020, 1, 1)),
        st.sampled_from(Terms),
        st.integers(0, 9_999_999),
        st.none() | st.integers(0, 500_000),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def street(app, engine):
    """Four units, five people, an item of each kind of payer: nobody lives anywhere, nothing is priced."""
    with thrown_away(engine) as db:
        from crm.properties.models import Estate

        estate = db.query(Estate).filter_by(name="阳光花园").one()
        units = [
            make.make_unit(estate, f"88-1-{number}", use=use, built_area=area, handover_on=handed)
            for number, use, area, handed in (
                ("101", UnitUse.home, Decimal("88.88"), None),
                ("102", UnitUse.home, Decimal("120.50"), date(2026, 11, 9)),
                ("103", UnitUse.shop, None, None),
                ("104", UnitUse.shop, Decimal("301.07"), None),
            )
        ]
        people = [make.make_customer(estate, name) for name in "甲乙丙丁戊"]
        items = [make_item(estate, payer=payer) for payer in Payer]
        yield db, units, people, items


def by_day(units, holdings, tariffs, payer, month):
    """unit -> day -> (customer, tariff): the first in rank who is there, the tariff that goes before the others."""
    ranks = OWNERS if payer is Payer.owner else OCCUPANTS
    found = defaultdict(dict)
    for unit in units:
        for day in (month.begins + timedelta(days=number) for number in range(len(month))):
            there = [
                held
                for held in holdings
                if held.unit_id == unit.id
                and held.role in ranks
                and (held.starts or date.min) <= day < (held.ends or date.max)
            ]
            tariff = in_force(tariffs, unit, day)
            if there and tariff and tariff.terms is Terms.priced and (unit.handover_on or date.min) <= day:
                first = min(there, key=lambda held: (ranks.index(held.role), held.id))
                found[unit.id][day] = first.customer_id, tariff.id
    return found


def in_force(tariffs, unit, day):
    scopes = (
        lambda tariff: tariff.unit_id == unit.id,
        lambda tariff: tariff.unit_id is None and tariff.use is unit.use,
        lambda tariff: tariff.unit_id is None and tariff.use is None,
    )
    for scope in scopes:
        said = [tariff for tariff in tariffs if scope(tariff) and tariff.since <= day]
        newest = max(said, key=lambda tariff: (tariff.since, tariff.id), default=None)
        if newest and newest.terms is not Terms.general:
            return newest
    return None


def reckoned(units, found, tariffs, item, month):
    prices = {tariff.id: tariff for tariff in tariffs}
    for unit in units:
        days = sorted(found[unit.id].items())
        for (place, (customer, tariff)), run in groupby(
            enumerate(days), key=lambda each: (each[1][0].toordinal() - each[0], each[1][1])
        ):
            span = [day for _, (day, _) in run]
            del place
            quantity = prices[tariff].quantity if prices[tariff].quantity is not None else unit.built_area
            amount = None
            if quantity is not None:
                amount = cost(quantity, prices[tariff].price, len(span), len(month), item.rounding)
            yield unit.id, customer, span[0], span[-1] + timedelta(days=1), tariff, amount


@given(HOLDINGS, TARIFFS, st.sampled_from(Payer), st.sampled_from(Rounding), st.sampled_from([10, 11]))
@settings(max_examples=120, deadline=None)
def test_as_reckoned_day_by_day(app, street, holdings, tariffs, payer, rounding, number):
    db, units, people, items = street
    item = items[list(Payer).index(payer)]
    month = month_of(date(2026, number, 1))
    with db.begin_nested() as attempt:
        item.rounding = rounding
        held = [_occupancy(units, people, *each) for each in holdings if _in_order(each)]
        said = [
            _tariff(item, units, *each) for each in tariffs if each[2] is not Terms.general or isinstance(each[0], int)
        ]
        db.add_all([*held, *said])
        db.flush()
        with app.app_context():
            from flask import g

            g.session = db
            rows = db.execute(stretches(Month(item, month))).all()
            g.pop("session")
        expected = sorted(reckoned(units, by_day(units, held, said, payer, month), said, item, month), key=str)
        got = sorted(
            (
                (
                    row.unit_id,
                    row.customer_id,
                    row.begins,
                    row.ends,
                    row.tariff_id,
                    from_fen(row.amount) if row.amount is not None else None,
                )
                for row in rows
            ),
            key=str,
        )
        attempt.rollback()
    assert got == expected


def _in_order(each):
    return each[3] is None or each[4] is None or each[3] < each[4]


def _occupancy(units, people, unit, person, role, starts, ends):
    held = {"estate_id": units[unit].estate_id, "unit_id": units[unit].id, "customer_id": people[person].id}
    return Occupancy(**held, role=role, starts=starts, ends=ends, source="counter", recorded_at=make.NOW)


def _tariff(item, units, scope, since, terms, price, quantity):
    return Tariff(
        item_id=item.id,
        unit_id=units[scope].id if isinstance(scope, int) else None,
        use=None if isinstance(scope, int) else scope,
        since=since,
        terms=terms,
        price=Decimal(price).scaleb(-6) if terms is Terms.priced else None,
        quantity=None if quantity is None else Decimal(quantity).scaleb(-3),
        legal_basis="contract",
        entered_by="郑凯",
        entered_at=make.NOW,
    )
