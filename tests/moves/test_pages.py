"""Every page of move-ins and keys opens, full and empty, for whoever may see it."""

from __future__ import annotations

import pytest

from crm.moves.moving_in.models import MoveInState
from tests import factories as make
from tests.billing.making import make_meter
from tests.moves.making import ids_of_moves, make_complete, make_document, make_move_in

SCREENS = ["", "/identity", "/documents", "/contacts", "/keys", "/readings", "/inspection", "/money", "/sign"]


@pytest.fixture
def desk(sign_in):
    return sign_in("limin")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("made", [make_move_in, make_complete])
def test_every_screen_opens(desk, estate, screen, made):
    move_in = made(estate)
    answer = desk.get(f"/move-ins/{move_in.id}{screen}")
    assert answer.status_code == 200
    assert move_in.number in answer.text


@pytest.mark.parametrize("state", MoveInState)
def test_it_is_shown_in_every_state(desk, estate, state):
    move_in = make_move_in(estate, state)
    make_document(make_move_in(estate), estate)
    answer = desk.get(f"/move-ins/{move_in.id}")
    assert answer.status_code == 200
    assert (f"/move-ins/{move_in.id}/pack.pdf" in answer.text) is (state in ("signed", "filed"))
    assert (f"/move-ins/{move_in.id}/cancel" in answer.text) is (state == "started")


@pytest.mark.parametrize(
    "page",
    [
        "/keys/",
        "/keys/units/{unit_id}",
        "/keys/units/{unit_id}/give",
        "/keys/slips/{key_slip_id}",
        "/keys/slips/{key_slip_id}.pdf",
        "/keys/slips/{key_slip_id}/sign",
        "/keys/lines/{key_slip_line_id}/back",
        "/keys/{unit_key_id}/retire",
        "/move-ins/",
        "/move-ins/under-way",
        "/move-ins/choose",
        "/move-ins/{move_in_id}/documents/registration",
        "/move-ins/{move_in_id}/documents/registration.pdf",
        "/move-ins/{move_in_id}/documents/convention.pdf",
        "/move-ins/{move_in_id}/documents/fire.pdf",
        "/move-ins/{move_in_id}/cancel",
        "/move-ins/{move_in_id}/staff",
    ],
)
def test_every_page_opens(desk, estate, page):
    ids = ids_of_moves(estate)
    if "cancel" in page:
        ids["move_in_id"] = make_move_in(estate).id
    ids |= {"unit_id": make.make_unit(estate).id}
    answer = desk.get(page.format(**ids))
    assert answer.status_code == 200


def test_others_pages_show_them(desk, estate):
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    move_in = make_move_in(estate, unit=unit, customer=customer)
    make_meter(estate, unit)
    for page in (f"/tenants/units/{unit.id}", f"/tenants/customers/{customer.id}?tab=moves", "/"):
        answer = desk.get(page)
        assert answer.status_code == 200
        assert move_in.number in answer.text


def test_the_number_leads_there(desk, estate):
    move_in = make_move_in(estate)
    answer = desk.get(f"/search?q={move_in.number}")
    assert answer.location == f"/move-ins/{move_in.id}" or move_in.number in answer.text
