"""Signing in and out, and adding users."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import g
from flask_babel import gettext as _
from sqlalchemy import update

from crm.audit.log import record
from crm.auth import limits
from crm.auth.actor import Actor, permissions_of
from crm.auth.events import PasswordChanged, SignedIn, SignedOut, UserAdded
from crm.auth.models import LoginAttempt, LoginSession, User, UserEstate, UserRole
from crm.auth.passwords import NOBODY, fault_of, hash_password, matches, token_hash
from crm.auth.permissions import RoleName
from crm.auth.queries import find_session, find_user
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.errors import DomainError

SEEN_EVERY = timedelta(minutes=1)


def sign_in(username: str, password: str, address: str, agent: str) -> str:
    """The new session's token. Raises `DomainError` with one text for a wrong name and a wrong password.

    Opens units of work of its own: the try is counted whatever happens next, and no lock is held while the
    password is hashed.
    """
    now = utc_now()
    with unit_of_work():
        allowed = limits.take_login_tokens(username, address, now)
    if not allowed:
        _note(username, address, "held", now)
        raise DomainError(_("Too many tries. Wait a minute, then try again."))
    with unit_of_work(writes=False):
        user = find_user(username)
    right = matches(user.password_hash if user else NOBODY, password)
    if user is None or not right or not user.active:
        _note(username, address, "refused", now)
        raise DomainError(_("The user name or the password is wrong."))
    return _opened(user, address, agent, now)


def _note(username: str, address: str, outcome: str, now: datetime) -> None:
    with unit_of_work() as db:
        db.add(LoginAttempt(at=now, username=username[:100], address=address, outcome=outcome))


def _opened(user: User, address: str, agent: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    with unit_of_work() as db:
        limits.refill(user.username, address, now)
        db.add(LoginAttempt(at=now, username=user.username, address=address, outcome="entered"))
        login = LoginSession(
            token_hash=token_hash(token),
            user_id=user.id,
            started_at=now,
            seen_at=now,
            address=address,
            agent=agent[:300],
        )
        db.add(login)
        db.flush()
        g.actor = actor_of(user, login)
        record(SignedIn(user_id=user.id, session_id=login.id))
    return token


def recognise(token: str, idle: timedelta, absolute: timedelta) -> Actor | None:
    """Who holds this session token, or None when it is unknown, ended or too old."""
    now = utc_now()
    with unit_of_work(writes=False):
        found = find_session(token_hash(token))
    if not found:
        return None
    login, user = found
    if not user.active or not login.lives(now, idle, absolute):
        return None
    if now - login.seen_at > SEEN_EVERY:
        with unit_of_work():
            login.seen_at = now
    return actor_of(user, login)


def sign_out(session_id: int) -> None:
    login = session().get_one(LoginSession, session_id)
    login.ended_at = utc_now()
    record(SignedOut(user_id=login.user_id, session_id=login.id))


def actor_of(user: User, login: LoginSession) -> Actor:
    roles = tuple(row.role for row in user.roles)
    return Actor(
        name=user.full_name,
        permissions=permissions_of(roles),
        user_id=user.id,
        estate_ids=None if user.all_estates else frozenset(row.estate_id for row in user.estates),
        estate_id=user.chosen_estate_id,
        session_id=login.id,
        roles=roles,
        theme=user.theme,
        locale=user.locale,
    )


def add_user(
    username: str,
    full_name: str,
    password: str,
    roles: Iterable[RoleName],
    *,
    estate_ids: Iterable[int] | None = None,
    department_id: int | None = None,
) -> User:
    """A new account; `estate_ids` None means every estate. Raises `DomainError` for a weak password."""
    username = username.strip().casefold()
    if find_user(username):
        raise DomainError(_("There is a user %(name)s already.", name=username))
    if fault := fault_of(password, username):
        raise DomainError(fault)
    user = User(
        username=username,
        full_name=full_name,
        password_hash=hash_password(password),
        department_id=department_id,
        all_estates=estate_ids is None,
        created_at=utc_now(),
        roles=[UserRole(role=role) for role in roles],
        estates=[UserEstate(estate_id=estate_id) for estate_id in estate_ids or ()],
    )
    session().add(user)
    session().flush()
    record(UserAdded(user_id=user.id, username=username, roles=[str(role.role) for role in user.roles]))
    return user


def change_password(user: User, present: str, new: str) -> None:
    """Ends every other session of the user. Raises `DomainError` when a password is wrong or weak."""
    if not matches(user.password_hash, present):
        raise DomainError(_("The present password is wrong."))
    if fault := fault_of(new, user.username):
        raise DomainError(fault)
    user.password_hash = hash_password(new)
    others = LoginSession.user_id == user.id, LoginSession.id != g.actor.session_id, LoginSession.ended_at.is_(None)
    session().execute(update(LoginSession).where(*others).values(ended_at=utc_now()))
    record(PasswordChanged(user_id=user.id))
