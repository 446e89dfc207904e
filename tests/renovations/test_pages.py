"""The pages of a renovation."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from crm.properties.models import Estate
from tests import factories as make
from tests.renovations.making import make_renovation

SignIn = Callable[[str], FlaskClient]


def test_a_renovation_is_listed_and_shown(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    made = make_renovation(unit, make.make_customer(estate, unit=unit))
    client = sign_in("limin")
    assert f'href="/renovations/{made.id}"' in client.get("/renovations/").text
    page = client.get(f"/renovations/{made.id}")
    assert page.status_code == 200
    assert made.number in page.text
