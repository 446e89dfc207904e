"""Two people, or one with two tabs, at the same moment and on real connections: one is done, the other told why not."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.archive.handover.invariants import CHECKS
from crm.archive.handover.models import HandoverState, Party
from crm.archive.handover.queries.standing import get_handover, standing_of, versions_of
from crm.archive.handover.service import lists, receiving
from crm.archive.handover.standing import Standing
from crm.auth.queries import find_user
from crm.auth.service import open_login
from crm.auth.views.pages import COOKIE_KEY
from crm.dates import business_day, utc_now
from crm.db import open_session, unit_of_work
from crm.demo.cast import DEMO_PASSWORD
from tests.archive.handover.desk import ARCHIVIST, A, B, Desk, actor_called, appoint, open_desk
from tests.meeting import OwnCompany

S = HandoverState


@pytest.fixture
def racing(own_company: OwnCompany) -> Desk:
    """A desk in a database of its own."""
    with open_session() as db:
        appoint(db)
    return open_desk(own_company.work)


def client_of(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    with app.test_request_context():
        with unit_of_work(writes=False):
            user = find_user(username)
        token = open_login(user.id, "127.0.0.1", "werkzeug", utc_now())
    with client.session_transaction() as cookie:
        cookie.update({COOKIE_KEY: token})
    return client


def while_waiting(desk: Desk, who: str, act: Callable[[Standing], object], other: Callable[[], int]) -> int:
    """`act` is begun, `other` sent, `act` done and committed; how `other` was answered."""
    answers: list[int] = []
    waiting = Thread(target=lambda: answers.append(other()))
    with desk.work(actor_called(who)):
        standing = standing_of(get_handover(desk.handover_id, lock=True))
        waiting.start()
        time.sleep(1)
        act(standing)
    waiting.join(30)
    return answers[0]


def signed(app: Flask, desk: Desk, who: str, step: str, **given: str) -> Callable[[], int]:
    """Sends the form of a signature, as it was opened before."""
    client = client_of(app, who)
    with desk.at(who) as standing:
        sent = {"seen": standing.version.hash if standing.version else "", "confirming_password": DEMO_PASSWORD}
    return lambda: client.post(f"/archive/handover/{desk.handover_id}/{step}", data=sent | given).status_code


def test_what_is_taken_back_is_not_received(app: Flask, racing: Desk) -> None:
    racing.bring_to(S.checking)
    racing.tick(Party.archivist)

    def take_back(standing: Standing) -> None:
        [version] = versions_of(racing.handover_id)
        mine = next(each for each in version.signatures if each.party is Party.b)
        lists.take_back_own(standing, version, mine, "看漏了一页")

    received = signed(app, racing, ARCHIVIST, "receive", received_on=racing.today().isoformat())
    assert while_waiting(racing, B, take_back, received) == 409
    assert racing.state is S.checking
    with racing.at(A):
        assert [fault for check in CHECKS["I5"] for fault in check()] == []


def test_what_is_received_is_not_taken_back(app: Flask, racing: Desk) -> None:
    racing.bring_to(S.checking)
    racing.tick(Party.archivist)
    with racing.at(B):
        [version] = versions_of(racing.handover_id)
        mine = next(each.id for each in version.signatures if each.party is Party.b)
    client = client_of(app, B)
    path = f"/archive/handover/{racing.handover_id}/signatures/{mine}/take-back"

    def receive(standing: Standing) -> None:
        receiving.receive(standing, racing.signing(standing), business_day())

    taken = while_waiting(racing, ARCHIVIST, receive, lambda: client.post(path, data={"reason": "再看"}).status_code)
    assert taken == 422
    assert racing.state is S.filed


def test_two_tabs_sign_once(app: Flask, racing: Desk) -> None:
    racing.enter()
    racing.issue()

    def sign(standing: Standing) -> None:
        lists.sign_as(standing, Party.a, racing.signing(standing))

    assert while_waiting(racing, A, sign, signed(app, racing, A, "sign-a")) == 409
    with racing.at(A):
        [version] = versions_of(racing.handover_id)
        assert len(version.signatures) == 1


def test_two_tabs_issue_once(app: Flask, racing: Desk) -> None:
    racing.enter()
    client = client_of(app, A)
    with racing.at(A) as standing:
        sent = {"version": str(standing.handover.version)}
    path = f"/archive/handover/{racing.handover_id}/issue"
    assert while_waiting(racing, A, lists.issue, lambda: client.post(path, data=sent).status_code) == 409
    with racing.at(A):
        assert len(versions_of(racing.handover_id)) == 1
