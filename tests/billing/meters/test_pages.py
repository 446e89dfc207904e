"""The pages of meters: a round on the screen, one reading with a photograph, odd readings, who may what."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.billing.meters.models import Meter, MeterReading, ReadingKind
from crm.dates import business_day
from tests import factories as make
from tests.billing.making import make_meter, make_odd_reading, make_reading

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def supervisor(sign_in):
    return sign_in("zhengkai")


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502")


@pytest.fixture
def meter(estate, flat):
    return make_meter(estate, flat, "100")


def readings(db, meter):
    db.expire_all()
    found = select(MeterReading).where(MeterReading.meter_id == meter.id, MeterReading.kind != ReadingKind.base)
    return db.scalars(found.order_by(MeterReading.id)).all()


INSTALL = {
    "kind": "water",
    "unit": "3栋1单元502",
    "number": "SB-1",
    "multiplier": "1",
    "digits": "5",
    "installed_on": "2026-01-02",
    "base": "0.5",
}


def test_installed_from_the_form(supervisor, estate, flat, db):
    sent = supervisor.post("/billing/meters/install", data=INSTALL | {"estate_id": estate.id})
    assert sent.status_code == 302, sent.text
    assert db.scalars(select(Meter)).one().unit_id == flat.id
    assert "SB-1" in supervisor.get(sent.location).text


@pytest.mark.parametrize(
    "given",
    [
        {"unit": ""},
        {"place": "大堂"},
        {"unit": "9-9-999"},
        {"number": ""},
        {"multiplier": "0"},
        {"digits": "9"},
        {"base": "12.3456"},
        {"base": "123456"},
        {"installed_on": "2199-01-01"},
        {"unit": "", "place": "大堂", "building": "99"},
    ],
    ids=str,
)
def test_what_cannot_be_installed(supervisor, estate, flat, db, given):
    page = supervisor.post("/billing/meters/install", data=INSTALL | {"estate_id": estate.id} | given)
    assert page.status_code == 422
    assert all(f'value="{value}"' in page.text for value in given.values() if value)
    assert db.scalars(select(Meter)).all() == []


def round_of(client, meter, **typed):
    address = f"/billing/meters/rounds/{meter.estate_id}?building={meter.building_id}&kind=water"
    return client.post(address, data=typed) if typed else client.get(address)


def test_a_round_stores_what_is_sound_and_keeps_the_rest(supervisor, estate, meter, db):
    other = make_meter(estate, make.make_unit(estate, "3-1-503"), "7")
    page = round_of(supervisor, meter)
    assert page.text.index("3-1-502") < page.text.index("3-1-503")
    page = round_of(
        supervisor, meter, **{f"value-{meter.id}": "112.5", f"value-{other.id}": "acht", "read_on": "2026-01-20"}
    )
    assert page.status_code == 200
    assert [row.value for row in readings(db, meter)] == [Decimal("112.5")]
    assert readings(db, other) == []
    assert 'value="acht"' in page.text
    assert "12.5 m³" in page.text


def test_the_day_of_a_round(supervisor, meter, db):
    for day in ("2199-01-01", "vorgestern"):
        page = round_of(supervisor, meter, **{f"value-{meter.id}": "112.5", "read_on": day})
        assert f'value="{day}"' in page.text
        assert "read_on-error" in page.text
    assert readings(db, meter) == []


def test_many_meters_cost_as_many_queries_as_one(supervisor, estate, meter, queries):
    round_of(supervisor, meter)
    with queries() as one:
        round_of(supervisor, meter)
    for number in range(3, 9):
        make_meter(estate, make.make_unit(estate, f"3-1-50{number}"))
    with queries() as seven:
        round_of(supervisor, meter)
    assert len(one) == len(seven)


def test_a_round_of_another_estates_building(supervisor, estate, other_estate, meter):
    foreign = make.make_building(other_estate)
    assert supervisor.get(f"/billing/meters/rounds/{estate.id}?building={foreign.id}").status_code == 404


def test_one_reading_and_what_is_odd_about_it(supervisor, meter, db):
    address = f"/billing/meters/{meter.id}/read"
    assert "100" in supervisor.get(address).text
    sent = supervisor.post(address, data={"read_on": "2026-01-20", "value": "90", "kind": "estimated"})
    assert sent.status_code == 302
    [reading] = readings(db, meter)
    assert reading.kind is ReadingKind.estimated
    assert "tone-red" in supervisor.get(sent.location).text
    assert supervisor.post(f"/billing/meters/readings/{reading.id}/confirm", data={"remark": "没错"}).status_code == 422
    typed = {"read_on": "2026-01-20", "value": "190", "note": "看错一位"}
    assert supervisor.post(f"/billing/meters/readings/{reading.id}/correct", data=typed).status_code == 302
    assert "<s>90</s>" in supervisor.get(sent.location).text


@pytest.mark.parametrize(
    "given", [{"value": ""}, {"value": "1.2345"}, {"value": "x"}, {"read_on": "2199-01-01"}], ids=str
)
def test_what_cannot_be_read(supervisor, meter, db, given):
    typed = {"read_on": "2026-01-20", "value": "110", "kind": "regular"} | given
    page = supervisor.post(f"/billing/meters/{meter.id}/read", data=typed)
    assert page.status_code == 422
    assert readings(db, meter) == []


def test_swapped_and_removed_from_their_forms(supervisor, meter, db):
    typed = {"read_on": "2026-01-20", "value": "112", "number": "SB-NEU", "base": "3", "multiplier": "1", "digits": "5"}
    sent = supervisor.post(f"/billing/meters/{meter.id}/swap", data=typed)
    assert sent.status_code == 302, sent.text
    assert db.scalars(select(Meter).where(Meter.number == "SB-NEU")).one().replaces_id == meter.id
    removed = supervisor.post(f"{sent.location}/remove", data={"read_on": "2026-02-20", "value": "9"})
    assert removed.status_code == 302
    assert f'{sent.location}/read"' not in supervisor.get(sent.location).text


def test_odd_readings_are_found_right_many_at_once(supervisor, estate, db):
    zero = make_reading(make_meter(estate, make.make_unit(estate), "100"), "100")
    low = make_odd_reading(estate)
    sent = {"action": "confirm", "scope": "all", "remark": "空置"}
    page = supervisor.post("/billing/meters/odd", data=sent)
    token = page.text.split('name="selection" value="')[1].split('"')[0]
    page = supervisor.post("/billing/meters/odd", data={"action": "confirm", "selection": token, "remark": "空置"})
    digest = page.text.split('name="digest" value="')[1].split('"')[0]
    done = {"action": "confirm", "selection": token, "remark": "空置", "digest": digest, "step": "confirm"}
    assert supervisor.post("/billing/meters/odd", data=done).status_code == 302
    db.expire_all()
    assert db.get_one(MeterReading, zero.id).remark == "空置"
    assert db.get_one(MeterReading, low.id).confirmed_at is None


def test_rounds_count_what_is_read(supervisor, app, meter):
    with app.app_context():
        today = business_day()
    page = supervisor.get("/billing/meters/rounds").text
    assert "round" in page
    make_reading(meter, "110", today)
    assert "tone-green" in supervisor.get(f"/billing/meters/rounds?month={today:%Y-%m}").text


def test_the_cashier_looks_and_enters_nothing(sign_in, meter):
    cashier = sign_in("wudan")
    assert cashier.get(f"/billing/meters/{meter.id}").status_code == 200
    assert cashier.get("/billing/meters/rounds").status_code == 200
    for path in (f"{meter.id}/read", f"rounds/{meter.estate_id}", "install"):
        assert cashier.get(f"/billing/meters/{path}").status_code == 403
