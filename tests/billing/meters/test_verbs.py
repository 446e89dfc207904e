"""Installing, reading, swapping, removing, correcting; what is refused, and that it says why."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from crm.billing.charges.models import Basis, MeterKind
from crm.billing.ledger.models import Bill
from crm.billing.meters import queries, service
from crm.billing.meters.consumption import Anomaly
from crm.billing.meters.models import Meter, MeterReading, ReadingKind
from crm.billing.meters.service import Device, Place, Taken
from crm.errors import DomainError
from tests import factories as make
from tests.billing.making import make_bill, make_item, make_meter, make_reading

OCTOBER, NOVEMBER = date(2026, 10, 25), date(2026, 11, 25)


@pytest.fixture(autouse=True)
def in_december(monkeypatch):
    monkeypatch.setattr(service, "business_day", lambda: date(2026, 12, 1))


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502")


@pytest.fixture
def meter(estate, flat):
    return make_meter(estate, flat, "100", installed_on=OCTOBER)


def loaded(meter):
    return queries.get_meter(meter.id)


def taken(value="110", on=NOVEMBER, **given):
    return Taken(value=Decimal(value), read_on=on, **given)


def refused(work, act):
    with pytest.raises(DomainError) as refusal, work():
        act()
    return str(refusal.value)


def device(number="SB-9", **given):
    return Device(**({"number": number, "installed_on": NOVEMBER, "base": Decimal(3)} | given))


def test_installed_with_its_base_reading(work, estate, flat):
    with work() as db:
        made = service.install(Place(estate_id=estate.id, unit=flat), MeterKind.water, device(multiplier=40))
        base = db.scalars(select(MeterReading)).one()
        assert (base.kind, base.value, base.multiplier) == (ReadingKind.base, 3, 40)
        assert made.building_id == flat.building_id


@pytest.mark.parametrize(
    "given", [{"number": "SB-8"}, {"installed_on": date(2026, 12, 2)}, {"base": Decimal(100_000)}], ids=str
)
def test_not_installed(work, estate, flat, given):
    make_meter(estate, flat, number="SB-8")
    assert refused(
        work, lambda: service.install(Place(estate_id=estate.id, unit=flat), MeterKind.water, device(**given))
    )


@pytest.mark.parametrize(
    ("value", "on"),
    [("100000", NOVEMBER), ("110", date(2026, 12, 2)), ("110", OCTOBER), ("110", date(2026, 10, 1))],
)
def test_not_read_so(work, meter, value, on):
    assert refused(work, lambda: service.read(loaded(meter), taken(value, on)))


def test_sent_twice_is_entered_once(work, meter):
    with work() as db:
        assert service.read(loaded(meter), taken())
        assert service.read(loaded(meter), taken()) is None
        assert service.read(loaded(meter), taken("111"))
        assert [row.value for row in db.scalars(select(MeterReading).order_by(MeterReading.id))] == [100, 110, 111]


def test_swapped_in_one_act(work, meter):
    with work() as db:
        new = service.swap(loaded(meter), taken("112", NOVEMBER, kind=ReadingKind.final), device())
        old = db.get_one(Meter, meter.id)
        assert (old.removed_on, new.replaces_id, new.unit_id) == (NOVEMBER, old.id, old.unit_id)
        kinds = db.execute(select(MeterReading.meter_id, MeterReading.kind).order_by(MeterReading.id)).all()
        assert kinds[1:] == [(old.id, ReadingKind.final), (new.id, ReadingKind.base)]


def test_a_swap_that_cannot_be_leaves_nothing(work, meter, db):
    assert refused(
        work,
        lambda: service.swap(
            loaded(meter), taken("112", kind=ReadingKind.final), device(meter.number, installed_on=NOVEMBER)
        ),
    )
    assert db.get_one(Meter, meter.id).removed_on is None


def test_not_removed_twice_nor_before_it_was_last_read(work, meter):
    make_reading(meter, "110", NOVEMBER)
    assert "2026-11-25" in refused(work, lambda: service.remove(loaded(meter), taken(on=date(2026, 11, 20))))
    with work():
        service.remove(loaded(meter), taken(kind=ReadingKind.final))
    assert refused(work, lambda: service.remove(loaded(meter), taken()))
    assert "2026-11-25" in refused(work, lambda: service.read(loaded(meter), taken(on=date(2026, 11, 30))))


def test_corrected_by_a_row_of_its_own(work, meter):
    wrong = make_reading(meter, "1100", NOVEMBER)
    with work() as db:
        made = service.correct(queries.get_reading(wrong.id), taken("110", note="看错一位"))
        assert (made.corrects_id, made.kind) == (wrong.id, ReadingKind.regular)
        assert db.get_one(MeterReading, wrong.id).value == 1100
        assert [row.quantity for row in queries.counting(meter.id).values() if row.quantity] == [10_000]
    assert refused(work, lambda: service.correct(queries.get_reading(wrong.id), taken("111", note="再改")))


def billed(estate, meter, reading, **given):
    item = make_item(estate, basis=Basis.meter, meter_kind=MeterKind.water)
    facts = {"unit_id": meter.unit_id, "meter": meter.id, "reading_id": reading.id, "source": "run"}
    days = {"begins": OCTOBER, "ends": reading.read_on}
    return make_bill(make.make_customer(estate), item=item, **(facts | days | given))


def test_a_billed_reading_stays_and_so_do_those_before_it(work, estate, meter, db):
    reading = make_reading(meter, "110", NOVEMBER)
    bill = billed(estate, meter, reading)
    correct = lambda: service.correct(queries.get_reading(reading.id), taken("111", note="看错"))  # noqa: E731
    assert refused(work, correct)
    assert "2026-11-25" in refused(work, lambda: service.read(loaded(meter), taken("105", date(2026, 11, 3))))
    row = db.get_one(Bill, bill.id)
    row.voided, row.open = True, Decimal(0)
    db.commit()
    with work():
        correct()


def test_base_and_final_keep_their_day(work, meter, db):
    base = db.scalars(select(MeterReading).where(MeterReading.meter_id == meter.id)).one()
    assert refused(work, lambda: service.correct(queries.get_reading(base.id), taken("99", NOVEMBER, note="抄错")))
    with work():
        service.correct(queries.get_reading(base.id), taken("99", OCTOBER, kind=ReadingKind.base, note="抄错"))


def test_found_right_with_a_reason(work, meter):
    zero = make_reading(meter, "100", NOVEMBER)
    with work() as db:
        service.confirm(queries.get_reading(zero.id), Anomaly.zero, "空置")
        row = db.get_one(MeterReading, zero.id)
        assert (row.confirmed_as, row.confirmed_by, row.remark) == (Anomaly.zero, "tests", "空置")
    assert refused(work, lambda: service.confirm(queries.get_reading(zero.id), Anomaly.zero, "空置"))
    assert refused(work, lambda: service.confirm(queries.get_reading(zero.id), None, "空置"))


def test_what_cannot_be_right_is_not_found_right(work, meter, db):
    low = make_reading(meter, "90", NOVEMBER)
    assert refused(work, lambda: service.confirm(queries.get_reading(low.id), Anomaly.below, "没错"))


def test_what_was_found_right_stays_in_the_database(work, meter, db):
    zero = make_reading(meter, "100", NOVEMBER)
    with work():
        service.confirm(queries.get_reading(zero.id), Anomaly.zero, "空置")
    for column in ("remark = ''", "value = 1"):
        with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
            db.execute(text(f"UPDATE meter_reading SET {column} WHERE id = :id"), {"id": zero.id})


def test_how_it_counts_stays_once_it_was_read(work, meter):
    with work():
        service.change(loaded(meter), {"digits": 6, "multiplier": 40})
    make_reading(meter, "110", NOVEMBER)
    assert refused(work, lambda: service.change(loaded(meter), {"digits": 5}))
    with work():
        service.change(loaded(meter), {"multiplier": 60})
