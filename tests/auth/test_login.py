"""Signing in and out: what is counted, what is refused, when a session ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crm.auth.limits import ACCOUNT_AT_ADDRESS, take_login_tokens
from crm.auth.models import LoginAttempt, LoginSession, User
from crm.auth.passwords import fault_of, token_hash
from crm.dates import utc_now
from crm.demo.cast import DEMO_PASSWORD
from crm.properties.models import Estate

SignIn = Callable[[str], FlaskClient]


def attempt(client: FlaskClient, username: str, password: str, **more: str) -> int:
    return client.post("/login", data={"username": username, "password": password} | more).status_code


def test_a_wrong_password_is_refused_kept_and_counted(client: FlaskClient, db: Session) -> None:
    answer = client.post("/login", data={"username": "limin", "password": "wrong password"})
    assert answer.status_code == 401
    assert 'value="limin"' in answer.text
    assert "wrong password" not in answer.text
    assert db.scalars(select(LoginAttempt.outcome)).all() == ["refused"]


def test_an_unknown_name_gets_the_same_words(client: FlaskClient) -> None:
    known = client.post("/login", data={"username": "limin", "password": "wrong"})
    unknown = client.post("/login", data={"username": "nobody", "password": "wrong"})
    assert known.text.count("用户名或密码不对") == unknown.text.count("用户名或密码不对") == 1


def test_guessing_is_held_and_locks_nobody_else(client: FlaskClient, db: Session) -> None:
    answers = [attempt(client, "limin", "wrong") for _ in range(ACCOUNT_AT_ADDRESS.size)]
    assert set(answers) == {401}
    held = client.post("/login", data={"username": "limin", "password": DEMO_PASSWORD})
    assert held.status_code == 401
    assert "请等一分钟" in held.text
    assert attempt(client, "zhouhui", DEMO_PASSWORD) == 302
    assert db.scalar(select(func.count()).where(LoginAttempt.outcome == "held")) == 1


def test_tokens_come_back_with_time(work: Callable[..., object]) -> None:
    now = utc_now()
    with work():  # type: ignore[attr-defined]
        taken = [take_login_tokens("limin", "10.0.0.9", now) for _ in range(ACCOUNT_AT_ADDRESS.size + 1)]
        later = take_login_tokens("limin", "10.0.0.9", now + timedelta(minutes=2))
    assert taken == [True] * ACCOUNT_AT_ADDRESS.size + [False]
    assert later


def test_a_right_password_gives_the_tries_back(client: FlaskClient) -> None:
    for _ in range(3):
        assert [attempt(client, "limin", "wrong") for _ in range(4)] == [401] * 4
        assert attempt(client, "limin", DEMO_PASSWORD) == 302
        client.post("/logout")


def test_a_session_is_stored_by_its_hash_and_ended_by_signing_out(sign_in: SignIn, db: Session) -> None:
    client = sign_in("limin")
    with client.session_transaction() as cookie:
        token = cookie["sid"]
    login = db.scalars(select(LoginSession)).one()
    assert login.token_hash == token_hash(token)
    assert client.get("/").status_code == 200
    client.post("/logout")
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    assert client.get("/").location.startswith("/login")


@pytest.mark.parametrize(("column", "ago"), [("seen_at", timedelta(hours=4)), ("started_at", timedelta(hours=12))])
def test_a_session_ends_by_itself(sign_in: SignIn, db: Session, column: str, ago: timedelta) -> None:
    client = sign_in("limin")
    db.execute(update(LoginSession).values({column: utc_now() - ago}))
    db.commit()
    assert client.get("/").status_code == 302


def test_signing_in_changes_the_session(sign_in: SignIn) -> None:
    client = sign_in("limin")
    with client.session_transaction() as cookie:
        first = cookie["sid"]
    attempt(client, "limin", DEMO_PASSWORD)
    with client.session_transaction() as cookie:
        assert cookie["sid"] != first


def test_whoever_left_gets_in_no_more(sign_in: SignIn, client: FlaskClient, db: Session) -> None:
    inside = sign_in("limin")
    db.execute(update(User).where(User.username == "limin").values(active=False))
    db.commit()
    assert inside.get("/").status_code == 302
    assert attempt(client, "limin", DEMO_PASSWORD) == 401


@pytest.mark.parametrize("address", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_nobody_is_led_outside(client: FlaskClient, address: str) -> None:
    answer = client.post("/login", data={"username": "limin", "password": DEMO_PASSWORD, "next": address})
    assert answer.location == "/"


def test_the_way_back_is_kept(client: FlaskClient) -> None:
    wanted = client.get("/properties/units?q=3-1").location
    assert "next=/properties/units" in wanted
    answer = client.post(
        "/login", data={"username": "limin", "password": DEMO_PASSWORD, "next": "/properties/units?q=3-1"}
    )
    assert answer.location == "/properties/units?q=3-1"


def test_a_new_password_ends_the_other_sessions(sign_in: SignIn) -> None:
    here, there = sign_in("limin"), sign_in("limin")
    new = "a sentence nobody guesses"
    wrong = here.post("/account/password", data={"present": "wrong", "new": new, "again": new})
    assert wrong.status_code == 422
    assert here.post("/account/password", data={"present": DEMO_PASSWORD, "new": new, "again": new}).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


@pytest.mark.parametrize("password", ["short", "limin-limin-limin", "aaaaaaaaaaaaaaaa", "x" * 200])
def test_weak_passwords_are_refused(app: object, work: Callable[..., object], password: str) -> None:
    with work():  # type: ignore[attr-defined]
        assert fault_of(password, "limin")
        assert not fault_of("a sentence nobody guesses", "limin")


def test_preferences(sign_in: SignIn, db: Session, estate: Estate, other_estate: Estate) -> None:
    client = sign_in("limin")
    client.post("/preferences", data={"locale": "en", "theme": "dark", "estate_id": str(estate.id)})
    page = client.get("/").text
    assert 'lang="en"' in page
    assert 'data-bs-theme="dark"' in page
    assert client.post("/preferences", data={"estate_id": str(other_estate.id)}).status_code == 404
    assert client.post("/preferences", data={"estate_id": "x"}).status_code == 404


def test_every_answer_carries_its_headers(client: FlaskClient) -> None:
    headers = client.get("/login").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Request-Id"]
