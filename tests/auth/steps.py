"""What several tests of signing in do: set figures, enrol, go in with a code, let time pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm.auth.models import LoginSession, User
from crm.auth.second_factor import enrol
from crm.dates import today, utc_now
from crm.demo.cast import DEMO_PASSWORD
from crm.policy.figures import Figure
from crm.policy.service import latest_of, set_value
from crm.settings import read_settings

Work = Callable[..., Any]
BEFORE = timedelta(minutes=10)


def set_figure(work: Work, figure: Figure[Any], value: object) -> None:
    day = today(read_settings().timezone)
    with work():
        set_value(figure, value, day, day, "Test", confirmed=True, latest=latest_of(figure).version)


def give_factor(work: Work, username: str) -> tuple[str, list[str]]:
    """The secret and the recovery codes; set up ten minutes ago, so that the present code is fresh."""
    secret = pyotp.random_base32()
    moment = utc_now() - BEFORE
    with work() as db:
        user = db.scalars(select(User).filter_by(username=username)).one()
        return secret, enrol(user, secret, pyotp.TOTP(secret).at(moment), moment)


def give_password(client: FlaskClient, username: str, **more: str) -> Any:
    return client.post("/login", data={"username": username, "password": DEMO_PASSWORD} | more)


def enter_with_code(client: FlaskClient, username: str, code: str) -> Any:
    answer = give_password(client, username)
    assert answer.location == "/login/code"
    return client.post("/login/code", data={"code": code})


def let_pass(db: Session, **ago: float) -> None:
    """As if every session had been confirmed so much earlier."""
    db.execute(update(LoginSession).values(confirmed_at=utc_now() - timedelta(**ago)))
    db.commit()
