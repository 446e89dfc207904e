"""The worker's pages, and what of a job's page somebody sees who only reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from crm.properties.models import Estate
from crm.repairs.orders.models import OrderState, Payer
from tests.repairs.making import NOW, make_order, user_called

SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize(("payer", "shown"), [(Payer.customer, False), (Payer.company, True)])
def test_finish_is_offered_only_where_it_will_be_taken(
    estate: Estate, sign_in: SignIn, payer: Payer, *, shown: bool
) -> None:
    """What a phone keeps without a network must not be refused hours later for a consent that nobody asked for."""
    worker = user_called("zhangjg")
    order = make_order(estate, OrderState.on_site, worker_id=worker.id, payer=payer, arrived_at=NOW)
    page = sign_in("zhangjg").get(f"/repairs/my/{order.id}").text
    assert (f"/repairs/{order.id}/finish" in page) is shown
    assert ("请先报价并记录客户同意" in page) is not shown
    assert f"/repairs/{order.id}/lines" in page


@pytest.mark.parametrize(
    ("arrived", "payer", "expected"),
    [
        (None, Payer.company, ["arrive", "start"]),
        (None, Payer.customer, ["arrive"]),
        (NOW, Payer.company, ["resume"]),
        (NOW, Payer.customer, []),
    ],
)
def test_a_paused_job_goes_on_from_where_it_was(
    estate: Estate, sign_in: SignIn, arrived: datetime | None, payer: Payer, expected: list[str]
) -> None:
    worker = user_called("zhangjg")
    order = make_order(estate, OrderState.waiting, worker_id=worker.id, payer=payer, arrived_at=arrived)
    page = sign_in("zhangjg").get(f"/repairs/my/{order.id}").text
    steps = page.split('class="phone-steps"')[1].split("phone-more")[0]
    assert re.findall(rf"/repairs/{order.id}/(arrive|start|resume)\?", steps) == expected


def test_a_day_agreed_is_shown_as_a_day(estate: Estate, sign_in: SignIn) -> None:
    midnight = datetime(2026, 11, 26, 16, tzinfo=UTC)  # 11-27 00:00 here
    order = make_order(estate, wanted_from=midnight, wanted_until=midnight)
    page = sign_in("sunhao").get(f"/repairs/{order.id}").text
    assert "2026-11-27" in page
    assert "2026-11-27 00:00" not in page


def test_whoever_only_reads_adds_no_photo(estate: Estate, sign_in: SignIn) -> None:
    order, client = make_order(estate), sign_in("caoning")
    assert f"/repairs/{order.id}/photos" not in client.get(f"/repairs/{order.id}").text
    assert client.post(f"/repairs/{order.id}/photos", data={"stage": "before"}).status_code == 403
