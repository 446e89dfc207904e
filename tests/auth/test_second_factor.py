"""The second factor: switched on, asked for, used once, taken away; who must have it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import unquote

import pyotp
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth import service
from crm.auth.actor import system_actor
from crm.auth.figures import SECOND_FACTOR
from crm.auth.limits import ACCOUNT_AT_ADDRESS, CODE, take_code_tokens
from crm.auth.models import LoginAttempt, LoginSession, RecoveryCode, TokenBucket, User
from crm.auth.permissions import RoleName
from crm.auth.second_factor import BOUND, CODES, STEP, accept, enrol, is_required, reset, secret_in, step_of, ticket_for
from crm.dates import utc_now
from crm.db import open_session, unit_of_work
from crm.demo.cast import CAST, DEMO_PASSWORD
from crm.errors import DomainError
from tests.auth.steps import enter_with_code, give_factor, give_password, set_figure

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., object]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 11, 24, 1, 0, 15, tzinfo=UTC)


def code_at(secret: str, steps: int = 0, now: datetime | None = None) -> str:
    return pyotp.TOTP(secret).at((now or utc_now()) + timedelta(seconds=steps * STEP))


# The window


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_right_one_step_around_now(steps: int, taken: bool) -> None:
    found = step_of(SECRET, code_at(SECRET, steps, NOW), NOW)
    assert found == (int(NOW.timestamp()) // STEP + steps if taken else None)


@pytest.mark.parametrize("written", ["{}", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", " {} "])
def test_a_code_is_read_as_people_write_it(work: Work, written: str) -> None:
    secret, _codes = give_factor(work, "limin")
    with work() as db:  # type: ignore[attr-defined]
        assert accept(user_of(db, "limin"), written.format(code_at(secret)), utc_now())


def test_no_code_of_an_older_step_works_after_a_newer_one(work: Work) -> None:
    secret, _codes = give_factor(work, "limin")
    now = utc_now()
    with work() as db:  # type: ignore[attr-defined]
        user = user_of(db, "limin")
        assert accept(user, code_at(secret, 0, now), now)
        assert not accept(user, code_at(secret, 0, now), now)
        assert not accept(user, code_at(secret, -1, now), now)
        assert accept(user, code_at(secret, 1, now), now)


def user_of(db: Session, username: str) -> User:
    return db.scalars(select(User).filter_by(username=username)).one()


# Switching on


def test_it_is_switched_on_with_a_code_of_the_app(sign_in: SignIn, db: Session) -> None:
    client = sign_in("limin")
    page = client.get("/account/factor").text
    secret = re.sub(r"\W", "", re.sub("<[^>]+>", "", re.search(r'id="secret">(.*?)</p>', page, re.S)[1]))
    assert len(secret) == 32
    assert 'src="data:image/svg+xml' in page
    ticket = re.search(r'name="ticket"[^>]*value="(\w+)"', page)[1]
    assert secret not in ticket
    wrong = client.post("/account/factor", data={"ticket": ticket, "code": "000000"})
    assert wrong.status_code == 422
    assert secret[:4] in wrong.text  # the same key: nobody has to scan again
    assert user_of(db, "limin").second_factor is None
    page = client.post("/account/factor", data={"ticket": ticket, "code": code_at(secret)}).text
    codes = re.findall(r"<code>([\w-]+)</code>", page)
    assert len(set(codes)) == CODES
    saved = unquote(unescape(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', page)[1]))
    assert all(code in saved for code in codes)
    db.expire_all()
    kept = user_of(db, "limin")
    assert secret.encode() not in kept.second_factor
    assert not set(codes) & set(db.scalars(select(RecoveryCode.code_hash)))
    assert client.get("/account/factor").status_code == 302
    assert set(codes).isdisjoint(re.findall(r"\S+", client.get("/account").text))


def test_a_ticket_is_worth_something_in_its_own_session_only(app: Flask, db: Session) -> None:
    with app.app_context():
        g.actor = system_actor("one")
        ticket = ticket_for(SECRET)
        assert secret_in(ticket) == SECRET
        from dataclasses import replace

        g.actor = replace(g.actor, session_id=7)
        assert secret_in(ticket) == ""
        assert secret_in("no ticket") == secret_in("ab" * 40) == ""


def test_nobody_replaces_a_factor_that_stands(sign_in: SignIn, work: Work, db: Session) -> None:
    client = sign_in("limin")
    page = client.get("/account/factor").text
    ticket = re.search(r'name="ticket"[^>]*value="(\w+)"', page)[1]
    give_factor(work, "limin")
    before = db.scalar(select(User.second_factor).filter_by(username="limin"))
    assert client.post("/account/factor", data={"ticket": ticket, "code": "123456"}).location == "/account"
    assert db.scalar(select(User.second_factor).filter_by(username="limin")) == before
    with work() as inner, pytest.raises(DomainError):  # type: ignore[attr-defined]
        enrol(user_of(inner, "limin"), SECRET, code_at(SECRET), utc_now())


# Signing in


def test_the_password_alone_opens_nothing(work: Work, client: FlaskClient, db: Session) -> None:
    give_factor(work, "limin")
    assert give_password(client, "limin").location == "/login/code"
    assert client.get("/").location.startswith("/login")
    assert client.get("/login/code").status_code == 200
    assert db.scalar(select(func.count()).select_from(LoginSession)) == 0


def test_password_and_code_open_and_lead_where_one_wanted_to_go(work: Work, client: FlaskClient, db: Session) -> None:
    secret, _codes = give_factor(work, "limin")
    give_password(client, "limin", next="/account")
    assert client.post("/login/code", data={"code": code_at(secret)}).location == "/account"
    assert client.get("/account").status_code == 200
    assert db.scalars(select(LoginAttempt.outcome).order_by(LoginAttempt.id)).all() == ["half_open", "entered"]


def test_a_wrong_code_is_refused_and_the_page_stays(work: Work, client: FlaskClient, db: Session) -> None:
    give_factor(work, "limin")
    answer = enter_with_code(client, "limin", "000000")
    assert answer.status_code == 422
    assert "验证码不对" in answer.text
    assert db.scalars(select(LoginAttempt.outcome).order_by(LoginAttempt.id.desc())).first() == "code_refused"


def test_the_same_code_does_not_open_twice(work: Work, app: Flask, client: FlaskClient) -> None:
    secret, _codes = give_factor(work, "limin")
    code = code_at(secret)
    assert enter_with_code(client, "limin", code).status_code == 302
    assert enter_with_code(app.test_client(), "limin", code).status_code == 422


def test_a_recovery_code_opens_once_and_says_how_many_are_left(work: Work, app: Flask, client: FlaskClient) -> None:
    _secret, codes = give_factor(work, "limin")
    assert enter_with_code(client, "limin", codes[3].upper().replace("-", " ")).status_code == 302
    assert f"{CODES - 1}" in re.search("备用码已用掉.*?</p>", client.get("/").text)[0]
    assert enter_with_code(app.test_client(), "limin", codes[3]).status_code == 422
    assert enter_with_code(app.test_client(), "limin", codes[4]).status_code == 302


def test_somebody_elses_recovery_code_opens_nothing(work: Work, client: FlaskClient) -> None:
    give_factor(work, "limin")
    _secret, codes = give_factor(work, "zhouhui")
    assert enter_with_code(client, "limin", codes[0]).status_code == 422


def test_guessing_codes_is_held_for_whoever_knows_the_password(work: Work, client: FlaskClient) -> None:
    secret, _codes = give_factor(work, "limin")
    give_password(client, "limin")
    tries = [client.post("/login/code", data={"code": "000000"}) for _ in range(ACCOUNT_AT_ADDRESS.size)]
    assert ["请等一分钟" in answer.text for answer in tries] == [False] * (len(tries) - 1) + [True]
    assert client.post("/login/code", data={"code": code_at(secret)}).status_code == 422


def test_a_right_password_gives_no_tries_for_codes_back(work: Work) -> None:
    now = utc_now()
    with work() as db:  # type: ignore[attr-defined]
        taken = []
        for number in range(CODE.size + 1):
            taken.append(take_code_tokens("limin", f"10.0.0.{number}", now))
        assert taken == [True] * CODE.size + [False]
        db.execute(delete(TokenBucket).where(TokenBucket.key.not_like("code:%")))
        assert not take_code_tokens("limin", "10.0.0.99", now)
        assert take_code_tokens("limin", "10.0.0.99", now + timedelta(minutes=11))


@pytest.mark.parametrize("change", ["time", "address", "password", "account", "factor"])
def test_a_half_open_door_closes(
    work: Work, client: FlaskClient, db: Session, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    secret, _codes = give_factor(work, "limin")
    give_password(client, "limin")
    environ = {"REMOTE_ADDR": "10.9.9.9"} if change == "address" else {}
    if change == "time":
        monkeypatch.setattr(service, "HALF_OPEN", timedelta(seconds=-1))
    values = {"password": {"password_hash": "other"}, "account": {"active": False}, "factor": {"second_factor": None}}
    if change in values:
        db.execute(update(User).where(User.username == "limin").values(values[change]))
        db.commit()
    answer = client.post("/login/code", data={"code": code_at(secret)}, environ_overrides=environ)
    assert answer.location == "/login"
    assert client.get("/").location.startswith("/login")


def test_without_a_password_there_is_no_code_page(client: FlaskClient) -> None:
    assert client.get("/login/code").location == "/login"
    assert client.post("/login/code", data={"code": "123456"}).location == "/login"


def test_whoever_is_away_hears_the_same_as_a_stranger(work: Work, client: FlaskClient) -> None:
    """A wrong password says nothing about whether an account exists or has a second factor."""
    give_factor(work, "limin")
    answers = [
        client.post("/login", data={"username": name, "password": "wrong"}).text for name in ("limin", "zhouhui", "nil")
    ]
    plain = {re.sub(r'value="[^"]*"|[0-9a-f]{12}', "", text) for text in answers}
    assert len(plain) == 1


# Keeping it


def test_new_codes_and_switching_off_want_password_and_code(work: Work, sign_in: SignIn, db: Session) -> None:
    client = sign_in("limin")
    _secret, codes = give_factor(work, "limin")
    wrong = [{"password": "wrong", "code": codes[0]}, {"password": DEMO_PASSWORD, "code": "000000"}, {}]
    for page in ("/account/factor/codes", "/account/factor/off"):
        assert [client.post(page, data=data).status_code for data in wrong] == [422] * 3
    right = {"password": DEMO_PASSWORD, "code": codes[1]}
    fresh = re.findall(r"<code>([\w-]+)</code>", client.post("/account/factor/codes", data=right).text)
    assert len(fresh) == CODES
    assert client.post("/account/factor/off", data={"password": DEMO_PASSWORD, "code": codes[2]}).status_code == 422
    assert client.post("/account/factor/off", data={"password": DEMO_PASSWORD, "code": fresh[0]}).status_code == 302
    assert user_of(db, "limin").second_factor is None
    assert db.scalars(select(RecoveryCode)).all() == []
    kinds = db.scalars(select(LogEntry.kind).order_by(LogEntry.id)).all()
    assert kinds[-2:] == ["RecoveryCodeUsed", "SecondFactorEnded"]


def test_an_administrator_takes_it_away_with_a_line_in_the_log(work: Work, client: FlaskClient, db: Session) -> None:
    give_factor(work, "limin")
    with work() as inner:  # type: ignore[attr-defined]
        reset(user_of(inner, "limin"))
    assert db.scalars(select(LogEntry.kind).order_by(LogEntry.id.desc())).first() == "SecondFactorReset"
    assert give_password(client, "limin").location == "/"


# Who must have it

NEED = {
    "administrator", "cashier", "billing_supervisor", "arrears_reviewer", "archivist", "title_custodian",
    "deputy_general_manager", "general_manager", "chairman", "auditor",
}  # fmt: skip


@pytest.mark.parametrize("role", RoleName)
def test_roles_of_finance_archive_and_administration_set_it_up_first(
    work: Work, sign_in: SignIn, role: RoleName
) -> None:
    set_figure(work, SECOND_FACTOR, "required")
    client = sign_in(role)
    led = client.get("/account?x=1").location
    assert (led == "/account/factor?next=/account?x%3D1") == (role in NEED) == (role in BOUND)
    if role in NEED:
        assert client.get("/nowhere").status_code == 302
        assert client.post("/account/sessions").location == "/account/factor"
        assert client.get("/search/suggest?q=x", headers={"HX-Request": "true"}).headers["HX-Redirect"]
        assert client.post("/preferences", data={"locale": "en", "next": "/account/factor"}).status_code == 302
        assert 'lang="en"' in client.get("/account/factor").text
        assert 'class="side"' not in client.get("/account/factor").text
        assert client.post("/logout").location == "/login"


def test_once_set_up_everything_opens(work: Work, sign_in: SignIn) -> None:
    set_figure(work, SECOND_FACTOR, "required")
    client = sign_in("wudan")
    page = client.get("/account/factor?next=/account").text
    ticket = re.search(r'name="ticket"[^>]*value="(\w+)"', page)[1]
    secret = re.sub(r"\W", "", re.sub("<[^>]+>", "", re.search(r'id="secret">(.*?)</p>', page, re.S)[1]))
    done = client.post("/account/factor", data={"ticket": ticket, "code": code_at(secret), "next": "/account"})
    assert 'href="/account"' in done.text
    assert client.get("/account").status_code == 200


def test_where_it_is_optional_nobody_is_led(sign_in: SignIn) -> None:
    assert sign_in("wudan").get("/account").status_code == 200


def test_it_is_required_unless_the_company_says_otherwise(work: Work) -> None:
    assert SECOND_FACTOR.default == "required"
    with work():  # type: ignore[attr-defined]
        assert is_required({RoleName.cashier}, datetime(2020, 1, 1, tzinfo=UTC).date())
        assert not is_required({RoleName.service_desk}, datetime(2020, 1, 1, tzinfo=UTC).date())


# Two at once, over connections of their own


def test_of_two_with_the_same_code_one_gets_in(app: Flask, engine: Engine) -> None:
    """Committed for good, and taken back at the end: both have to see it."""
    member = next(member for member in CAST if member.username == "limin")
    now = utc_now()
    with app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work() as db:
            user = user_of(db, member.username)
            codes = enrol(user, SECRET, code_at(SECRET, -20), now - timedelta(seconds=20 * STEP))
    try:
        for code in (code_at(SECRET, 0, now), codes[0]):
            assert sorted(race(app, member.username, code, now)) == [False] * 5 + [True]
    finally:
        with open_session() as db:
            db.execute(delete(RecoveryCode))
            db.execute(update(User).values(second_factor=None, second_factor_since=None, second_factor_step=0))
            db.commit()


def race(app: Flask, username: str, code: str, now: datetime) -> list[bool]:
    start, results = threading.Barrier(6), []

    def run() -> None:
        with app.app_context():
            g.actor = system_actor("tests")
            with unit_of_work(writes=False) as db:
                user = user_of(db, username)
            start.wait(20)
            with unit_of_work():
                results.append(accept(user, code, now))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
