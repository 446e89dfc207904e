"""What a new password must have under either policy, and when one has to be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import extract_parameters
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from crm.auth.figures import KNOWN_WORDS
from crm.auth.known_passwords import is_known
from crm.auth.limits import ACCOUNT_AT_ADDRESS
from crm.auth.models import PasswordHistory, User
from crm.auth.passwords import HASHER, NOBODY, fault_of
from crm.dates import utc_now
from crm.demo.cast import DEMO_PASSWORD
from crm.errors import DomainError
from crm.settings import PasswordPolicy, read_settings
from tests.auth.steps import set_figure

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., object]
GOOD = "a sentence nobody guesses"


def test_what_is_kept_costs_a_thief_64_mib_and_three_passes_a_try() -> None:
    """`HASHER` as the product has it: imported before `tests.conftest` puts a quick one in its place."""
    kept = HASHER.hash(GOOD)
    assert HASHER.verify(kept, GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert extract_parameters(NOBODY) == extract_parameters(kept)


@pytest.fixture
def dengbao(app: Flask) -> Iterator[None]:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, password_policy=PasswordPolicy.dengbao)
    yield
    app.config["SETTINGS"] = settings


def change(client: FlaskClient, new: str, present: str = DEMO_PASSWORD) -> int:
    return client.post("/account/password", data={"present": present, "new": new, "again": new}).status_code


@pytest.mark.parametrize(
    "password",
    [
        "woaini1314", "woaini1314520", "1qaz2wsx3edc", "1QAZ@WSX3edc", "qwertyuiop123", "password2026", "P@ssw0rd2026!",
        "Admin@123456", "abcdefghijkl", "zyxwvutsrqpo", "123456789012", "yihu20261124", "huayuan19900101",
        "wodemima123456", "woaizhongguo1949", "5201314woaini", "asdfghjkl;'zxc",
    ],
)  # fmt: skip
def test_what_guessers_try_first_is_known(password: str) -> None:
    assert is_known(password, [])


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        DEMO_PASSWORD,
        "correct horse battery staple",
        "梧桐树下第三个路灯最亮",
        "lvcha-bujiatang-7yue",
        "Kf7w-Xm2p-Rt9v-Bn4d",
    ],
)
def test_what_somebody_made_up_is_not(password: str) -> None:
    assert not is_known(password, [])


def test_the_company_adds_words_of_its_own(work: Work) -> None:
    mine = "yangguanghuayuan88"
    with work():  # type: ignore[attr-defined]
        assert not fault_of(mine, "limin")
    set_figure(work, KNOWN_WORDS, "YangGuang hean")
    with work():  # type: ignore[attr-defined]
        assert fault_of(mine, "limin")


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("elevenchars", False), ("twelve chars", True), ("all small letters", True), ("x1" * 64, False),
        ("geht nicht" * 13, False), ("my name is LiMin", False), ("aaaaaaaaaaaaaaaa", False),
    ],
)  # fmt: skip
def test_asvs_asks_for_length_alone(work: Work, password: str, taken: bool) -> None:
    with work():  # type: ignore[attr-defined]
        assert (fault_of(password, "limin") == "") == taken


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("Wutong-17", False),
        ("Wutongshu-17", True),
        ("wutongshu-17", True),
        ("wutongshu 梧桐", False),
        ("wutongshuxia", False),
    ],
)
def test_dengbao_asks_for_three_kinds(dengbao: None, work: Work, password: str, taken: bool) -> None:
    with work():  # type: ignore[attr-defined]
        assert (fault_of(password, "limin") == "") == taken


def test_the_hint_follows_the_policy(sign_in: SignIn, app: Flask) -> None:
    client = sign_in("limin")
    assert "至少 12 个字符" in client.get("/account/password").text
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, password_policy=PasswordPolicy.dengbao)
    try:
        assert "90 天换一次" in client.get("/account/password").text
    finally:
        app.config["SETTINGS"] = settings


def test_the_present_password_is_not_a_new_one(sign_in: SignIn, db: Session) -> None:
    client = sign_in("limin")
    assert change(client, DEMO_PASSWORD) == 422
    assert change(client, GOOD) == 302
    assert db.scalar(select(func.count()).select_from(PasswordHistory)) == 0  # asvs keeps none


def test_dengbao_lets_none_of_the_last_five_come_back(dengbao: None, sign_in: SignIn, db: Session) -> None:
    client, present = sign_in("limin"), DEMO_PASSWORD
    for number in range(2):
        assert change(client, f"Wutongshu-{number}x", present) == 302
        present = f"Wutongshu-{number}x"
    assert change(client, DEMO_PASSWORD, present) == 422
    for count, status in ((5, 422), (6, 302)):  # so many passwords since the first one
        remember(db, count)
        assert change(client, DEMO_PASSWORD, present) == status


def remember(db: Session, since: int) -> None:
    """As if the demo password were the one before the last `since` - 1 others, the present one among them."""
    user = db.scalars(select(User).filter_by(username="limin")).one()
    first = db.scalars(select(PasswordHistory.password_hash).order_by(PasswordHistory.id)).first()
    db.execute(delete(PasswordHistory))
    hashes = [first, *("not a hash" for _ in range(since - 1))]
    db.add_all(PasswordHistory(user_id=user.id, password_hash=text, at=utc_now()) for text in hashes)
    db.commit()


def test_dengbao_asks_for_a_new_one_after_ninety_days(dengbao: None, sign_in: SignIn, db: Session) -> None:
    for days, led in ((89, None), (91, "/account/password?next=/account")):
        db.execute(update(User).values(password_changed_at=utc_now() - timedelta(days=days)))
        db.commit()
        assert sign_in("limin").get("/account").location == led


def test_asvs_lets_a_password_stand(sign_in: SignIn, db: Session) -> None:
    db.execute(update(User).values(password_changed_at=utc_now() - timedelta(days=2000)))
    db.commit()
    assert sign_in("limin").get("/account").status_code == 200


def test_a_one_time_password_is_changed_before_anything_else(sign_in: SignIn, db: Session) -> None:
    db.execute(update(User).where(User.username == "limin").values(must_change_password=True))
    db.commit()
    client = sign_in("limin")
    assert client.get("/account").location == "/account/password?next=/account"
    assert client.get("/account/factor").location.startswith("/account/password")
    page = client.get("/account/password?next=/account").text
    assert 'class="side"' not in page
    done = client.post(
        "/account/password", data={"present": DEMO_PASSWORD, "new": GOOD, "again": GOOD, "next": "/account"}
    )
    assert done.location == "/account"
    assert client.get("/account").status_code == 200


def test_trying_the_present_password_is_held(sign_in: SignIn) -> None:
    client = sign_in("limin")
    assert [change(client, GOOD, "wrong") for _ in range(ACCOUNT_AT_ADDRESS.size)] == [422] * ACCOUNT_AT_ADDRESS.size
    assert change(client, GOOD) == 422


def test_settings_name_a_policy_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="CRM_PASSWORD_POLICY"):
        read_settings({"CRM_DATA_DIR": str(tmp_path), "CRM_PASSWORD_POLICY": "strict"})


@pytest.mark.parametrize(("policy", "idle"), [("asvs", timedelta(hours=4)), ("dengbao", timedelta(minutes=30))])
def test_dengbao_ends_a_session_after_half_an_hour(tmp_path: Path, policy: str, idle: timedelta) -> None:
    settings = read_settings({"CRM_DATA_DIR": str(tmp_path), "CRM_PASSWORD_POLICY": policy})
    assert settings.idle_limit == idle
