"""The way to a complaint by the keyboard: from the desk, the caller card, a file, a unit, an area, a call."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.properties.models import Estate
from tests import factories as make
from tests.billing.making import make_bill

NEW = "/complaints/new"


def by_key(page: str, key: str) -> list[str]:
    """The addresses that the key leads to, in the page's order."""
    links = re.findall(r"<a [^>]*>", page)
    return [re.search(r'href="([^"]*)"', link)[1] for link in links if f'data-key="{key}"' in link]  # type: ignore[index]


@pytest.fixture
def places(estate: Estate) -> dict[str, str]:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    area, call = make.make_public_area(estate), make.make_call(estate, customer)
    return {
        "/": NEW,
        f"/card/customer/{customer.id}": f"{NEW}?customer_id={customer.id}",
        f"/card/unit/{unit.id}": f"{NEW}?unit_id={unit.id}",
        f"/tenants/customers/{customer.id}": f"{NEW}?customer_id={customer.id}",
        f"/tenants/units/{unit.id}": f"{NEW}?unit_id={unit.id}",
        f"/properties/areas/{area.id}": f"{NEW}?public_area_id={area.id}",
        f"/calls/{call.id}": f"{NEW}?call_id={call.id}",
    }


def test_one_key_leads_to_the_form(sign_in: Callable[[str], FlaskClient], places: dict[str, str]) -> None:
    client = sign_in("limin")
    for page, form in places.items():
        assert by_key(client.get(page).text, "c") == [form], page
        assert client.get(form).status_code == 200


@pytest.mark.parametrize("who", ["wanglei", "zhangjg"])
def test_who_takes_none_has_no_key(sign_in: Callable[[str], FlaskClient], places: dict[str, str], who: str) -> None:
    client = sign_in(who)
    for page in places:
        assert NEW not in client.get(page).text, page


def test_no_key_twice_on_the_card_of_whoever_owes(sign_in: Callable[[str], FlaskClient], estate: Estate) -> None:
    customer = make.make_customer(estate, unit=make.make_unit(estate))
    make_bill(customer, "1312.40")
    page = sign_in("zhouhui").get(f"/card/customer/{customer.id}").text
    keys = re.findall(r'data-key="(\w)"', page)
    assert len(keys) == len(set(keys))
    assert by_key(page, "c") == [f"{NEW}?customer_id={customer.id}"]


def test_the_number_that_calls_goes_along(sign_in: Callable[[str], FlaskClient], estate: Estate) -> None:
    customer = make.make_customer(estate, unit=make.make_unit(estate))
    make.make_phone(customer)
    [form] = by_key(sign_in("limin").get("/pop?phone=13907315678").text, "c")
    assert form.startswith(f"{NEW}?customer_id={customer.id}")
    page: Any = sign_in("limin").get(form.replace("&amp;", "&")).text
    assert "139****5678" in page
    assert "13907315678" not in page.replace("phone=13907315678", "")
