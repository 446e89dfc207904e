"""Charge items: the usual ones, adding and changing, what is fixed, retiring."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from crm.billing.charges.models import Basis, ChargeItem, MeterKind
from tests import factories as make
from tests.billing.making import make_bill, make_item, make_tariff

TYPED = {
    "name": "物业服务费",
    "basis": "built_area",
    "payer": "owner",
    "rounding": "fen",
    "due_day": "28",
    "position": "1",
    "meter_kind": "",
    "shared_by": "",
}


@pytest.fixture
def supervisor(sign_in):
    return sign_in("zhengkai")


def test_the_usual_items_are_proposed_once(supervisor, estate, db):
    assert "阳光花园" in supervisor.get("/billing/charges/").text
    assert supervisor.post(f"/billing/charges/starters/{estate.id}").status_code == 302
    made = db.scalars(select(ChargeItem).where(ChargeItem.estate_id == estate.id).order_by(ChargeItem.id)).all()
    assert [item.basis for item in made] == [
        Basis.built_area,
        Basis.shared,
        Basis.meter,
        Basis.meter,
        Basis.fixed,
        Basis.single,
        Basis.late_fee,
    ]
    assert all(item.note for item in made)
    assert supervisor.post(f"/billing/charges/starters/{estate.id}").status_code == 409
    assert f"starters/{estate.id}" not in supervisor.get("/billing/charges/").text


def test_an_item_is_added_and_changed(supervisor, estate, db):
    sent = supervisor.post("/billing/charges/new", data=TYPED | {"estate_id": estate.id})
    assert sent.status_code == 302
    item = db.scalars(select(ChargeItem)).one()
    page = supervisor.post(f"{sent.location}/edit", data=TYPED | {"due_day": "15", "version": item.version})
    assert page.status_code == 302
    db.expire_all()
    assert item.due_day == 15
    assert "15" in supervisor.get(sent.location).text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "name"),
        ({"due_day": "31"}, "due_day"),
        ({"basis": "meter"}, "meter_kind"),
        ({"meter_kind": "water"}, "meter_kind"),
        ({"basis": "shared"}, "shared_by"),
        ({"shared_by": "unit"}, "shared_by"),
        ({"basis": "shared", "shared_by": "consumption"}, "meter_kind"),
    ],
)
def test_what_cannot_be_is_named_and_stays_typed(supervisor, estate, given, said):
    page = supervisor.post("/billing/charges/new", data=TYPED | {"estate_id": estate.id} | given)
    assert page.status_code == 422
    assert f'id="{said}-error"' in page.text
    assert given.get("due_day", "28") in page.text


def test_two_items_of_one_name(supervisor, estate):
    make_item(estate, "物业服务费")
    assert supervisor.post("/billing/charges/new", data=TYPED | {"estate_id": estate.id}).status_code == 422


@pytest.mark.parametrize("standing", ["tariff", "bill"])
def test_the_basis_stays_once_something_stands_on_it(supervisor, estate, db, standing):
    item = make_item(estate, "物业服务费")
    if standing == "tariff":
        make_tariff(item)
    else:
        make_bill(make.make_customer(estate), item=item)
    typed = TYPED | {"version": 1, "basis": "fixed"}
    assert supervisor.post(f"/billing/charges/{item.id}/edit", data=typed).status_code == 422
    assert supervisor.post(f"/billing/charges/{item.id}/edit", data=TYPED | {"version": 1}).status_code == 302
    with pytest.raises(DBAPIError, match="basis_stays"), db.begin_nested():
        db.execute(text("UPDATE charge_item SET basis = 'fixed' WHERE id = :id"), {"id": item.id})


def test_the_rounding_stays_once_a_bill_stands(supervisor, estate, db):
    item = make_item(estate, "物业服务费")
    make_tariff(item)
    edit, yuan = f"/billing/charges/{item.id}/edit", TYPED | {"rounding": "yuan"}
    assert supervisor.post(edit, data=yuan | {"version": 1}).status_code == 302
    make_bill(make.make_customer(estate), item=item)
    answer = supervisor.post(edit, data=TYPED | {"version": 2})
    assert (answer.status_code, "取整" in answer.text) == (422, True)
    with pytest.raises(DBAPIError, match="rounding_stays"), db.begin_nested():
        db.execute(text("UPDATE charge_item SET rounding = 'fen' WHERE id = :id"), {"id": item.id})


def test_retired_and_used_again(supervisor, estate, db):
    item = make_item(estate)
    assert supervisor.post(f"/billing/charges/{item.id}/retire").status_code == 302
    assert supervisor.post(f"/billing/charges/{item.id}/retire").status_code == 409
    assert db.get_one(ChargeItem, item.id).active is False
    assert supervisor.post(f"/billing/charges/{item.id}/take-up").status_code == 302


def test_a_page_shows_every_price_and_its_line(supervisor, estate):
    item, flat = make_item(estate), make.make_unit(estate, "3-1-502")
    make_tariff(item, "2.80"), make_tariff(item, "3.123456", date(2026, 1, 1))
    make_tariff(item, "2.90", date(2026, 1, 1)), make_tariff(item, None, date(2025, 1, 1), unit=flat)
    page = supervisor.get(f"/billing/charges/{item.id}").text
    assert all(words in page for words in ("2.8", "2.9", "3.123456", "3-1-502", "<rect"))
    assert "price-bar-free" in page


def test_many_prices_cost_as_many_queries_as_one(supervisor, estate, queries):
    item = make_item(estate)
    make_tariff(item, unit=make.make_unit(estate))
    supervisor.get(f"/billing/charges/{item.id}")
    with queries() as one:
        supervisor.get(f"/billing/charges/{item.id}")
    for _ in range(5):
        make_tariff(item, unit=make.make_unit(estate))
    with queries() as six:
        supervisor.get(f"/billing/charges/{item.id}")
    assert len(one) == len(six)


def test_the_cashier_looks_and_changes_nothing(sign_in, estate):
    item, cashier = make_item(estate, meter_kind=MeterKind.water, basis=Basis.meter), sign_in("wudan")
    assert cashier.get(f"/billing/charges/{item.id}").status_code == 200
    assert cashier.get(f"/billing/charges/{item.id}/edit").status_code == 403
