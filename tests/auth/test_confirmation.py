"""Marked actions ask for the own password again; nothing that was typed is lost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from crm.audit.models import LogEntry
from crm.auth.confirmation import MARKED, confirmed, require_confirmation
from crm.auth.figures import CONFIRMATION_MINUTES
from crm.auth.limits import ACCOUNT_AT_ADDRESS
from crm.auth.models import LoginAttempt, LoginSession, User
from crm.auth.permissions import Permission, requires
from crm.demo.cast import DEMO_PASSWORD
from crm.properties.models import Estate
from tests.auth.steps import let_pass, set_figure
from tests.factories import make_customer, make_phone
from tests.test_canaries import IN_FULL

SignIn = Callable[[str], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Target": "reveal", "HX-Current-URL": "http://localhost/tenants/customers/1?tab=x"}
PASSWORD = {"confirming_password": DEMO_PASSWORD}


def question_of(page: str) -> str:
    return re.search(r'<form class="card confirm".*?</form>', page, re.S)[0]


def hidden(page: str) -> MultiDict[str, str]:
    """What the question carries."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', question_of(page))
    return MultiDict((unescape(name), unescape(value)) for name, value in pairs if name != "csrf_token")


def action(page: str) -> str:
    return unescape(re.search(r'action="([^"]+)"', question_of(page))[1])


@pytest.fixture
def address(db: Session, estate: Estate) -> str:
    customer = make_customer(estate)
    phone = make_phone(customer)
    return f"/tenants/customers/{customer.id}/reveal?what=phone-{phone.id}"


@pytest.fixture
def tired(sign_in: SignIn, db: Session) -> FlaskClient:
    """The clerk, who gave the password 31 minutes ago."""
    client = sign_in("limin")
    let_pass(db, minutes=31)
    return client


def test_every_marked_endpoint_is_guarded_and_every_guarded_one_marked(app: Flask) -> None:
    guarded = {name for name, view in app.view_functions.items() if getattr(view, "confirmed", False)}
    assert guarded == MARKED


def test_whatever_shows_numbers_in_full_or_loosens_the_rules_is_marked() -> None:
    assert IN_FULL | {"imports.refused", "admin.set_figure", "admin.user_roles"} <= MARKED


def test_signing_in_counts(sign_in: SignIn, db: Session, address: str) -> None:
    client = sign_in("limin")
    assert client.get(address).status_code == 200
    let_pass(db, minutes=29)
    assert client.get(address).status_code == 200


def test_a_page_is_asked_for_by_way_of_the_question(tired: FlaskClient, db: Session, address: str) -> None:
    question = tired.get(address, headers={"Referer": "http://localhost/tenants/customers"})
    assert (question.status_code, action(question.text)) == (200, "/confirm")
    assert dict(hidden(question.text)) == {"next": address, "confirming_back": "/tenants/customers"}
    answer = tired.post("/confirm", data=hidden(question.text) | PASSWORD)
    assert answer.location == address
    assert tired.get(address).status_code == 200
    assert db.scalars(select(LogEntry.kind).order_by(LogEntry.id.desc())).first() == "PasswordConfirmed"


def test_a_form_goes_its_way_with_everything_typed(tired: FlaskClient, db: Session, address: str) -> None:
    typed = {"what": address.rpartition("=")[2], "reason": "call_back", "note": '来电 "核对"\r\n第二行 <b>'}
    question = tired.post(address, data=typed)
    assert question.status_code == 422
    assert action(question.text) == address
    carried = hidden(question.text)
    assert {name: carried[name] for name in typed} == typed
    assert revealed(db) == 0
    answer = tired.post(action(question.text), data=MultiDict(carried) | PASSWORD)
    assert answer.status_code == 200, answer.text
    assert 'id="revealed"' in answer.text
    assert revealed(db) == 1


def revealed(db: Session) -> int:
    return db.scalar(select(func.count()).where(LogEntry.kind.like("%Revealed%"))) or 0


def test_a_wrong_password_asks_again_with_the_same_fields(tired: FlaskClient, db: Session, address: str) -> None:
    question = tired.post(
        address, data={"reason": "call_back", "note": "核对"}, headers={"Referer": "http://localhost/x"}
    )
    again = tired.post(address, data=hidden(question.text) | {"confirming_password": "wrong"})
    assert again.status_code == 422
    assert "密码不对" in again.text
    assert hidden(again.text) == hidden(question.text)
    assert 'value="wrong"' not in again.text
    assert db.scalars(select(LoginAttempt.outcome).order_by(LoginAttempt.id.desc())).first() == "confirmation_refused"


def test_trying_passwords_is_held(tired: FlaskClient, db: Session, address: str) -> None:
    tries = [tired.post("/confirm", data={"confirming_password": "wrong"}) for _ in range(ACCOUNT_AT_ADDRESS.size)]
    assert all("密码不对" in answer.text for answer in tries)
    held = tired.post("/confirm", data={"next": address} | PASSWORD)
    assert held.status_code == 422
    assert "请等一分钟" in held.text
    assert hidden(held.text)["next"] == address


def test_the_figure_says_how_long(sign_in: SignIn, work: Any, db: Session, address: str) -> None:
    set_figure(work, CONFIRMATION_MINUTES, 5)
    client = sign_in("limin")
    let_pass(db, minutes=4)
    assert "confirming_password" not in client.get(address).text
    let_pass(db, minutes=6)
    assert "confirming_password" in client.get(address).text


def test_a_password_counts_in_its_own_session_only(tired: FlaskClient, sign_in: SignIn, address: str) -> None:
    sign_in("limin")
    assert "confirming_password" in tired.get(address).text


def test_inside_a_part_the_question_stands_in_its_place(tired: FlaskClient, address: str) -> None:
    question = tired.get(address, headers=HTMX)
    assert "<html" not in question.text
    assert 'hx-post="/confirm" hx-target="#reveal"' in question.text
    assert hidden(question.text)["confirming_back"] == "/tenants/customers/1?tab=x"
    wrong = tired.post("/confirm", data=hidden(question.text) | {"confirming_password": "no"}, headers=HTMX)
    assert wrong.status_code == 422
    assert "<html" not in wrong.text
    answer = tired.post("/confirm", data=hidden(wrong.text) | PASSWORD, headers=HTMX)
    assert answer.location == address
    assert 'name="reason"' in tired.get(answer.location, headers=HTMX).text


def test_inside_a_part_a_form_goes_its_way_too(tired: FlaskClient, address: str) -> None:
    what = address.rpartition("=")[2]
    question = tired.post(address, data={"what": what, "reason": "call_back", "note": "核对"}, headers=HTMX)
    assert f'hx-post="{address}"' in question.text
    answer = tired.post(address, data=hidden(question.text) | PASSWORD, headers=HTMX)
    assert 'id="revealed"' in answer.text


def test_who_may_not_is_told_so_first(sign_in: SignIn, db: Session, address: str) -> None:
    client = sign_in("billing_supervisor")
    let_pass(db, hours=1)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example"])
def test_the_question_leads_nowhere_else(tired: FlaskClient, elsewhere: str) -> None:
    question = tired.get(f"/confirm?next={elsewhere}", headers={"Referer": "https://elsewhere.example/x"})
    assert "elsewhere" not in question_of(question.text)
    answer = tired.post("/confirm", data={"next": elsewhere, "confirming_back": elsewhere} | PASSWORD)
    assert answer.location == "/"


def test_strangers_try_no_passwords(client: FlaskClient, db: Session) -> None:
    assert client.post("/confirm", data=PASSWORD).location.startswith("/login")
    assert db.scalar(select(func.count()).select_from(LoginAttempt)) == 0


# Views of the tests' own in the place of two others: many values, files, and a guard that stands inside


@pytest.fixture
def own_views(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def many() -> str:
        return "|".join(f"{name}={','.join(request.form.getlist(name))}" for name in ("tag", "text"))

    def sometimes() -> str:
        if "rows" in request.args:
            require_confirmation()
        return "done"

    monkeypatch.setitem(app.view_functions, "auth.end_sessions", requires(Permission.signed_in)(confirmed(many)))
    monkeypatch.setitem(app.view_functions, "auth.account", requires(Permission.signed_in)(sometimes))


def test_every_value_of_a_field_is_carried(own_views: None, tired: FlaskClient) -> None:
    typed = MultiDict([("tag", "a"), ("tag", "b"), ("text", "  x  ")])
    question = tired.post("/account/sessions", data=typed)
    data = hidden(question.text)
    data.update(PASSWORD)
    assert tired.post(action(question.text), data=data).text == "tag=a,b|text=  x  "


def test_a_file_is_not_carried_and_the_page_says_so(own_views: None, tired: FlaskClient) -> None:
    typed = {"text": "x", "file": (io.BytesIO(b"content"), "a.txt")}
    question = tired.post(
        "/account/sessions", data=typed, headers={"Referer": "http://localhost/tenants/customers?q=x"}
    )
    assert "重新选一次文件" in question.text
    assert action(question.text) == "/confirm"
    answer = tired.post("/confirm", data=hidden(question.text) | PASSWORD)
    assert answer.location == "/tenants/customers?q=x"


def test_an_empty_file_field_hinders_nothing(own_views: None, tired: FlaskClient) -> None:
    question = tired.post("/account/sessions", data={"text": "x", "file": (io.BytesIO(), "")})
    assert action(question.text) == "/account/sessions"


def test_some_requests_of_a_view_may_be_marked(own_views: None, tired: FlaskClient) -> None:
    assert tired.get("/account").text == "done"
    question = tired.get("/account?rows=101")
    answer = tired.post("/confirm", data=hidden(question.text) | PASSWORD)
    assert answer.location == "/account?rows=101"
    assert tired.get(answer.location).text == "done"


def test_an_older_session_is_asked(sign_in: SignIn, db: Session, address: str) -> None:
    """Sessions begun before this existed hold no moment."""
    client = sign_in("limin")
    login = db.scalars(select(LoginSession).join(User, User.id == LoginSession.user_id)).one()
    login.confirmed_at = None
    db.commit()
    assert "confirming_password" in client.get(address).text
