"""Whoever dispatches in one estate alone, signed in."""

from __future__ import annotations

import secrets

from flask import Flask
from flask.testing import FlaskClient

from crm.auth.models import User
from crm.auth.passwords import token_hash
from crm.auth.permissions import RoleName
from crm.auth.views.pages import COOKIE_KEY
from crm.dates import utc_now
from crm.properties.models import Estate
from tests import factories as make


def make_dispatcher(estate: Estate) -> User:
    return make.make_user(RoleName.dispatcher, estates=[estate], full_name="钱调度")


def entered(app: Flask, user: User) -> FlaskClient:
    token = secrets.token_urlsafe(32)
    make.make_login_session(user, token_hash=token_hash(token), confirmed_at=utc_now())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update({COOKIE_KEY: token})
        cookie.permanent = True
    return client
