"""The ledger of readings in one statement: against the pure functions, and what holds up what."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.billing.arithmetic import month_of
from crm.billing.charges.models import MeterKind
from crm.billing.meters import queries
from crm.billing.meters.consumption import Anomaly, Read, Usual, anomaly, used
from crm.billing.meters.models import Meter, MeterReading, ReadingKind
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.making import make_meter, make_reading
from tests.billing.meters.test_consumption import CASES
from tests.conftest import thrown_away

OCTOBER, NOVEMBER = date(2026, 10, 25), date(2026, 11, 25)


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502")


def counting(work, meter):
    with work():
        return [
            (row.ends.isoformat(), row.quantity, row.anomaly, bool(row.open), bool(row.held))
            for row in sorted(queries.counting(meter.id).values(), key=lambda row: row.ends)
        ]


def consumed(work, estate, month=NOVEMBER):
    with work() as db:
        rows = db.execute(queries.consumed(estate.id, month_of(month), MeterKind.water)).all()
        return [(row.meter_id, row.begins.isoformat(), row.ends.isoformat(), row.quantity, row.note) for row in rows]


def skipped(work, estate, month=NOVEMBER):
    with work() as db:
        rows = db.execute(queries.skipped(estate.id, month_of(month), MeterKind.water)).all()
        return sorted((row.unit, row.number, row.reason) for row in rows)


@pytest.mark.parametrize("name", CASES)
def test_the_statement_reckons_as_the_function(work, estate, flat, name):
    digits, reverse, multiplier, before, now, rolled, expected = CASES[name]
    facts = {"digits": digits, "reversed": reverse, "multiplier": multiplier, "installed_on": OCTOBER}
    meter = make_meter(estate, flat, before, **facts)
    make_reading(meter, now, NOVEMBER, rolled=rolled)
    assert counting(work, meter)[-1][1] == Decimal(expected) * 1000


@pytest.mark.parametrize(
    ("facts", "base", "value", "rolled", "note"),
    [
        ({}, "120", "150.5", False, "(150.5 − 120)"),
        ({"multiplier": 40}, "100", "112.125", False, "(112.125 − 100) × 40"),
        ({}, "99950", "20", True, "(20 − 99950 + 100000)"),
        ({"reversed": True}, "500", "420", False, "(500 − 420)"),
    ],
)
def test_the_bill_keeps_how_it_was_read(work, estate, flat, facts, base, value, rolled, note):
    meter = make_meter(estate, flat, base, installed_on=OCTOBER, **facts)
    make_reading(meter, value, NOVEMBER, rolled=rolled)
    assert consumed(work, estate)[0][-1] == f"{meter.number} {note}"


def test_a_swap_leaves_two_meters_of_a_unit_in_one_month(work, estate, flat):
    old = make_meter(estate, flat, "100", installed_on=OCTOBER, removed_on=date(2026, 11, 10))
    make_reading(old, "112", date(2026, 11, 10), kind=ReadingKind.final)
    new = make_meter(estate, flat, "0", installed_on=date(2026, 11, 10), replaces_id=old.id)
    make_reading(new, "9", NOVEMBER)
    assert [line[:4] for line in consumed(work, estate)] == [
        (old.id, "2026-10-25", "2026-11-10", 12_000),
        (new.id, "2026-11-10", "2026-11-25", 9_000),
    ]
    with work() as db:
        by_unit = db.execute(queries.consumption_by_unit(estate.id, month_of(NOVEMBER), MeterKind.water)).all()
    assert [tuple(row) for row in by_unit] == [(flat.id, 21_000)]


def test_of_a_reading_that_was_missed_the_next_has_all(work, estate, flat):
    meter = make_meter(estate, flat, "100", installed_on=date(2026, 7, 3))
    make_reading(meter, "190", NOVEMBER)
    assert [line[1:4] for line in consumed(work, estate)] == [("2026-07-03", "2026-11-25", 90_000)]


def test_a_corrected_reading_does_not_count(work, estate, flat):
    meter = make_meter(estate, flat, "100", installed_on=OCTOBER)
    wrong = make_reading(meter, "1500", NOVEMBER)
    make_reading(meter, "150", NOVEMBER, corrects_id=wrong.id)
    assert counting(work, meter)[1:] == [("2026-11-25", 50_000, None, False, False)]


def test_read_twice_on_a_day_the_later_counts_once_found_right(work, estate, flat, db):
    meter = make_meter(estate, flat, "100", installed_on=OCTOBER)
    make_reading(meter, "140", NOVEMBER)
    later = make_reading(meter, "150", NOVEMBER)
    assert counting(work, meter)[1:] == [("2026-11-25", 50_000, "twice", True, False)]
    assert consumed(work, estate) == []
    found_right(db, later, Anomaly.twice)
    assert [line[3] for line in consumed(work, estate)] == [50_000]


def found_right(db, reading, as_what):
    stored = db.get_one(MeterReading, reading.id)
    stored.confirmed_as, stored.confirmed_by, stored.confirmed_at, stored.remark = as_what, "郑凯", make.NOW, "看过"
    db.commit()


def test_far_more_than_usual_is_held_until_it_is_found_right(work, estate, flat, db):
    meter = make_meter(estate, flat, "0", installed_on=date(2026, 8, 25))
    for value, day in (("10", date(2026, 9, 25)), ("20", OCTOBER)):
        make_reading(meter, value, day)
    high = make_reading(meter, "55", date(2026, 11, 24))
    make_reading(meter, "56", NOVEMBER)
    assert [row[2:] for row in counting(work, meter)][-2:] == [("high", True, False), (None, False, True)]
    assert skipped(work, estate) == [("3-1-502", meter.number, "held"), ("3-1-502", meter.number, "high")]
    found_right(db, high, Anomaly.high)
    assert [line[3] for line in consumed(work, estate)] == [35_000, 1_000]


def test_what_was_found_right_as_one_thing_is_not_right_as_another(work, estate, flat, db):
    meter = make_meter(estate, flat, "100", installed_on=OCTOBER)
    found_right(db, make_reading(meter, "90", NOVEMBER), Anomaly.zero)
    assert skipped(work, estate) == [("3-1-502", meter.number, "below")]


def test_nothing_used_does_not_hold_up_what_follows(work, estate, flat):
    meter = make_meter(estate, flat, "100", installed_on=OCTOBER)
    make_reading(meter, "100", date(2026, 11, 5))
    make_reading(meter, "103", NOVEMBER)
    assert [line[3] for line in consumed(work, estate)] == [3_000]


def test_another_multiplier_is_looked_at(work, estate, flat):
    meter = make_meter(estate, flat, "100", installed_on=OCTOBER)
    make_reading(meter, "110", NOVEMBER, multiplier=40)
    assert counting(work, meter)[-1][1:3] == (400_000, "multiplier")


def test_a_meter_that_was_not_read_is_named(work, estate, flat):
    meter = make_meter(estate, flat, "100", installed_on=OCTOBER)
    make_meter(estate, installed_on=OCTOBER)
    make_meter(estate, make.make_unit(estate), installed_on=date(2026, 11, 3))
    make_meter(estate, make.make_unit(estate), installed_on=OCTOBER, removed_on=date(2026, 10, 31))
    assert skipped(work, estate) == [("3-1-502", meter.number, "unread")]


# The statement against the functions, reading by reading

READINGS = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 999_999), st.booleans(), st.sampled_from([1, 40])), max_size=9
)


@pytest.fixture(scope="module")
def meter_and_db(app, engine):
    with thrown_away(engine) as db:
        estate = db.query(Estate).filter_by(name="阳光花园").one()
        meter = make_meter(estate, make.make_unit(estate), digits=3, number="SB-X", installed_on=date(2026, 1, 1))
        yield db, meter


@given(READINGS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_as_reckoned_one_by_one(app, meter_and_db, typed, reverse):
    db, meter = meter_and_db
    with db.begin_nested() as attempt:
        db.get_one(Meter, meter.id).reversed = reverse
        db.flush()
        day, rows = date(2026, 1, 1), []
        for gap, value, rolled, multiplier in typed:
            day = date.fromordinal(day.toordinal() + gap)
            facts = {"value": Decimal(value).scaleb(-3), "rolled": rolled, "multiplier": multiplier, "read_on": day}
            rows.append(
                MeterReading(meter_id=meter.id, kind="regular", entered_by="郑凯", entered_at=make.NOW, **facts)
            )
        db.add_all(rows)
        db.flush()
        expected = list(reckoned(db.get_one(Meter, meter.id), rows))
        got = statement(app, db, meter)
        attempt.rollback()
        db.expire_all()
    assert got == expected


def reckoned(meter, rows):
    before, uses = Read(value=Decimal(0), read_on=date(2026, 1, 1)), []
    for row in rows:
        now = Read(value=row.value, read_on=row.read_on, multiplier=row.multiplier, rolled=row.rolled)
        last = uses[-6:]
        usual = Usual(quantity=sum((use for use, _days in last), Decimal(0)), days=sum(days for _use, days in last))
        quantity = used(meter.dial, before.value, now)
        yield row.read_on, quantity, anomaly(meter.dial, before, now, usual, 3)
        uses.append((quantity, (now.read_on - before.read_on).days))
        before = now


def statement(app, db, meter):
    with app.app_context():
        from flask import g

        g.session = db
        rows = db.execute(select(queries.counted(Meter.id == meter.id))).all()
        g.pop("session")
    found = sorted((row for row in rows if row.quantity is not None), key=lambda row: row.ends)
    return [
        (row.ends, Decimal(row.quantity).scaleb(-3), Anomaly(row.anomaly) if row.anomaly else None) for row in found
    ]
