"""The desk's pages: home, search, suggestions and the caller card."""

from __future__ import annotations

from datetime import date

import pytest

from crm.desk import index
from crm.desk.card import customer_card, unit_card
from crm.tenants.models import OccupancyRole
from tests.factories import (
    make_customer,
    make_emergency_contact,
    make_member,
    make_occupancy,
    make_phone,
    make_unit,
    make_vehicle,
)

ID_NUMBER = "620102198001010013"
PART = {"HX-Request": "true"}


@pytest.fixture
def household(app, db, estate, work):
    unit = make_unit(estate, "3-1-502")
    customer = make_customer(estate, "欧阳娜娜", unit, remark="门铃坏，请电话联系")
    make_phone(customer, "13907315678", verified_on=date(2020, 1, 1))
    make_member(customer, "欧阳小宝")
    make_emergency_contact(customer)
    make_vehicle(customer, "湘A12345")
    father = make_customer(estate, "欧阳志远", make_unit(estate, "3-1-503"))
    make_phone(father, "13907315678")
    with work():
        index.rebuild()
    return {"unit": unit, "customer": customer, "father": father}


def test_home_greets_and_counts(household, sign_in):
    page = sign_in("service_desk").get("/")
    assert page.status_code == 200
    assert 'name="q"' in page.text


@pytest.mark.parametrize("role", ["title_custodian", "repair_worker", "administrator", "chairman"])
def test_home_opens_for_every_role(household, sign_in, role):
    assert sign_in(role).get("/").status_code == 200


def test_the_search_form_is_sent_on_to_an_address(household, sign_in):
    client = sign_in("service_desk")
    answer = client.post("/search", data={"q": "娜娜"})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "<mark>娜娜</mark>" in page.text
    assert "139****5678" in page.text
    assert "13907315678" not in page.text


def test_an_id_number_never_stands_in_an_address(household, sign_in):
    client = sign_in("service_desk")
    assert client.post("/search", data={"q": ID_NUMBER}).status_code == 200
    answer = client.get("/search", query_string={"q": ID_NUMBER})
    assert answer.status_code == 302
    assert ID_NUMBER not in answer.location
    for part in (client.post("/search/suggest", data={"q": ID_NUMBER}), client.get(f"/search/suggest?q={ID_NUMBER}")):
        assert part.status_code == 200
        assert ID_NUMBER not in part.text


def test_suggestions_are_options_with_a_card(household, sign_in):
    part = sign_in("service_desk").get("/search/suggest?q=娜娜", headers=PART)
    assert 'role="option"' in part.text
    assert f'data-card="/card/customer/{household["customer"].id}"' in part.text
    assert "<html" not in part.text


def test_suggestions_say_when_nothing_was_found(household, sign_in):
    part = sign_in("service_desk").get("/search/suggest?q=查无此人", headers=PART)
    assert 'aria-disabled="true"' in part.text


def test_who_may_not_read_customers_gets_units_without_a_card(household, sign_in):
    client = sign_in("repair_worker")
    part = client.get("/search/suggest?q=3-1-502", headers=PART)
    assert "欧阳娜娜" not in part.text
    assert "data-card" not in part.text
    assert client.get(f"/card/customer/{household['customer'].id}").status_code == 403


@pytest.mark.parametrize("kind", ["customer", "unit"])
def test_the_card_opens_as_part_and_as_page(household, sign_in, kind):
    client, address = sign_in("service_desk"), f"/card/{kind}/{household[kind].id}"
    assert "<html" not in client.get(address, headers=PART).text
    page = client.get(address)
    assert "<html" in page.text
    assert "欧阳娜娜" in page.text
    assert "13907315678" not in page.text


def test_there_is_no_card_of_another_kind(household, sign_in, estate):
    assert sign_in("service_desk").get(f"/card/estate/{estate.id}").status_code == 404


def test_a_card_of_another_estate_is_not_found(sign_in, other_estate):
    client = sign_in("service_desk")
    unit = make_unit(other_estate)
    assert client.get(f"/card/customer/{make_customer(other_estate, unit=unit).id}").status_code == 404
    assert client.get(f"/card/unit/{unit.id}").status_code == 404


def test_the_card_says_who_is_calling(household, work):
    with work():
        card = customer_card(household["customer"].id)
    assert [place.label for place in card.places] == ["3-1-502"]
    assert [(phone.masked, phone.fresh) for phone in card.phones] == [("139****5678", False)]
    assert card.remark == "门铃坏，请电话联系"
    assert [person.name for person in card.people] == ["欧阳小宝"]
    assert [other.name for other in card.also_used_by] == ["欧阳志远"]
    assert (card.emergency_contacts, card.vehicles) == (1, ["湘A12345"])


def test_a_units_card_names_everybody_in_it(household, work):
    with work():
        card = unit_card(household["unit"].id)
    assert [person.name for person in card.people] == ["欧阳娜娜", "欧阳小宝"]
    assert card.remark == "门铃坏，请电话联系"


@pytest.mark.parametrize(("kind", "card"), [("customer", customer_card), ("unit", unit_card)])
def test_a_card_costs_the_same_queries_for_any_household(household, work, queries, estate, kind, card):
    def statements():
        with work(), queries() as seen:
            card(household[kind].id)
        return len(seen)

    one = statements()
    for name in ("李一", "李二", "李三"):
        tenant = make_customer(estate, name)
        make_occupancy(tenant, household["unit"], OccupancyRole.tenant)
        make_phone(tenant)
        make_member(tenant)
    assert statements() == one
